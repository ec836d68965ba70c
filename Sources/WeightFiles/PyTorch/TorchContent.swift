import Files
import SystemPackage

/// What is in a file of `torch.save`.
struct TorchContent {
  let description: Pickle.Value
  /// Where the numbers of each storage are, by its key.
  let storages: [String: Range<Int>]

  /// Kinds of storages.
  static let types: [String: SafetensorsFile.ElementType] = [
    "torch FloatStorage": .float32, "torch HalfStorage": .float16, "torch BFloat16Storage": .bfloat16,
    "torch DoubleStorage": .float64, "torch LongStorage": .int64, "torch IntStorage": .int32,
    "torch ShortStorage": .int16, "torch CharStorage": .int8, "torch ByteStorage": .uint8,
    "torch BoolStorage": .boolean,
  ]

  /// What the pickle holds that begins at `offset`, which becomes its end.
  /// - Parameter what: the pickle, for errors.
  static func pickle(
    _ bytes: UnsafeRawBufferPointer, at offset: inout Int, _ what: String, _ path: FilePath
  ) throws(WeightFileError) -> (value: Pickle.Value, storages: [String: Pickle.Storage]) {
    do { return try Pickle.read(bytes, at: &offset) } catch {
      throw .malformed(
        path: path, what: "\(what), byte \(error.offset)", expected: error.expected, found: error.found)
    }
  }
}

/// The zip archives that PyTorch has written since version 1.6.
enum ZippedTorchContent {
  private static let descriptionName = "data.pkl"

  /// Whether the first file of a zip archive is a description, as PyTorch writes.
  static func claims(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 30, bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return false }
    let length = Int(bytes[26]) | Int(bytes[27]) << 8
    let name = String(decoding: bytes[30...].prefix(length), as: UTF8.self)
    return name.hasSuffix("/\(descriptionName)")
  }

  static func read(_ bytes: UnsafeRawBufferPointer, path: FilePath) throws(WeightFileError) -> TorchContent {
    let archive = try ZipArchive(bytes, path: path)
    guard
      let description = archive.entries.keys.filter({ $0.hasSuffix("/\(descriptionName)") })
        .min(by: { $0.count < $1.count })
    else {
      throw .malformed(path: path, what: "zip", expected: "\(descriptionName), as torch.save writes", found: "none")
    }
    let folder = description.dropLast(descriptionName.count)
    if let order = archive.entries["\(folder)byteorder"] {
      let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[order].prefix(16)), as: UTF8.self)
      guard text == "little" else {
        throw .malformed(path: path, what: "byteorder", expected: "little", found: JSONText.quoted(text))
      }
    }
    var offset = 0
    let (value, _) = try TorchContent.pickle(
      UnsafeRawBufferPointer(rebasing: bytes[archive.entries[description]!]), at: &offset, descriptionName, path)
    let prefix = "\(folder)data/"
    let storages = archive.entries.filter { $0.key.hasPrefix(prefix) }
    return TorchContent(
      description: value,
      storages: Dictionary(uniqueKeysWithValues: storages.map { (String($0.key.dropFirst(prefix.count)), $0.value) }))
  }
}
