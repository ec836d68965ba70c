import Files
import SystemPackage

/// The files that PyTorch wrote before version 1.6, and writes still when asked to: five pickles one behind the other (a
/// magic number, the format's version, facts about the machine, the object, the keys of its storages), then of each
/// storage, in that order, how many numbers it has as 64 bits and the numbers.
///
/// Source: `torch.serialization._legacy_save`.
enum LegacyTorchContent {
  /// The pickles of the magic number and of version 1001.
  private static let beginning: [UInt8] =
    [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    + [0x80, 2, 0x4D, 0xE9, 3, 0x2E]
  private static let magicNumber = 15

  static func claims(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: beginning[..<magicNumber]) }

  static func read(_ bytes: UnsafeRawBufferPointer, path: FilePath) throws(WeightFileError) -> TorchContent {
    guard bytes.starts(with: beginning) else {
      throw .malformed(path: path, what: "torch.save", expected: "format version 1001", found: "another")
    }
    var offset = beginning.count
    let (machine, _) = try TorchContent.pickle(bytes, at: &offset, "facts about the machine", path)
    guard case .dictionary(let facts) = machine, case .boolean(true)? = facts.items["little_endian"] else {
      throw .malformed(path: path, what: "byte order", expected: "little_endian", found: "another")
    }
    let (value, known) = try TorchContent.pickle(bytes, at: &offset, "the pickle", path)
    let keys = try keys(TorchContent.pickle(bytes, at: &offset, "keys of storages", path).value, path)
    return TorchContent(
      description: value,
      storages: try storages(
        bytes, from: offset, keys, sizes: known.compactMapValues { TorchContent.types[$0.type]?.size }, path))
  }

  private static func keys(_ value: Pickle.Value, _ path: FilePath) throws(WeightFileError) -> [String] {
    guard case .list(let list) = value else {
      throw .malformed(path: path, what: "keys of storages", expected: "a list", found: "something else")
    }
    let keys = list.items.compactMap { if case .string(let key) = $0 { key } else { nil } }
    guard keys.count == list.items.count, Set(keys).count == keys.count else {
      throw .malformed(path: path, what: "keys of storages", expected: "different strings", found: "something else")
    }
    return keys
  }

  /// Where each storage's numbers are.
  /// - Parameter sizes: the bytes of a number of each.
  private static func storages(
    _ bytes: UnsafeRawBufferPointer, from start: Int, _ keys: [String], sizes: [String: Int], _ path: FilePath
  ) throws(WeightFileError) -> [String: Range<Int>] {
    var (result, offset): ([String: Range<Int>], Int) = ([:], start)
    for key in keys {
      func malformed(_ expected: String, _ found: String) -> WeightFileError {
        .malformed(
          path: path, what: "storage \(JSONText.quoted(String(key.prefix(80))))", expected: expected, found: found)
      }
      // Without its kind nobody knows where the next storage begins.
      guard let size = sizes[key] else { throw malformed("a tensor of a known kind of number in it", "none") }
      guard bytes.count - offset >= 8 else { throw malformed("its count", "the end of the file") }
      let count = bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self)
      offset += 8
      guard count >= 0, count <= (bytes.count - offset) / size else {
        throw malformed("\(count) numbers of \(size) bytes", "\(bytes.count - offset) bytes")
      }
      result[key] = offset..<offset + Int(count) * size
      offset += Int(count) * size
    }
    return result
  }
}
