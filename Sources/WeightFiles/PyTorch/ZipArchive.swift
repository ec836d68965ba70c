import Files
import SystemPackage

/// The files of a zip archive that are stored as they are, without compression: what PyTorch writes.
///
/// Source: PKWARE's APPNOTE 6.3.10, of which the end records, the directory and local headers are read, with their forms
/// for files of 4 GB and more.
struct ZipArchive {
  /// Where each file's bytes are, by name.
  private(set) var entries: [String: Range<Int>] = [:]

  private let bytes: UnsafeRawBufferPointer
  private let path: FilePath

  /// - Throws: `WeightFileError.malformed` where it is no such archive.
  init(_ bytes: UnsafeRawBufferPointer, path: FilePath) throws(WeightFileError) {
    (self.bytes, self.path) = (bytes, path)
    let (count, start) = try directory()
    // An entry takes 46 bytes and more.
    guard (0...bytes.count / 46).contains(count) else {
      throw malformed("a directory within the file", "\(count) entries")
    }
    var offset = start
    for _ in 0..<count { try readEntry(at: &offset) }
  }

  /// How many entries the directory has and where it begins.
  private func directory() throws(WeightFileError) -> (count: Int, start: Int) {
    let longestComment = 65_535
    var end = bytes.count - 22
    let first = max(0, end - longestComment)
    while end >= first && number(end, 4) != 0x0605_4B50 { end -= 1 }
    guard end >= first, end >= 0 else {
      throw malformed("a zip archive, as PyTorch has written since version 1.6", "something else")
    }
    let (count, start) = (number(end + 10, 2), number(end + 16, 4))
    // Behind a locator of 20 bytes where 16 and 32 bits are too few.
    guard count == 0xFFFF || start == 0xFFFF_FFFF, end >= 20, number(end - 20, 4) == 0x0706_4B50 else {
      return (count, start)
    }
    let wide = number(end - 12, 8)
    guard wide >= 0, wide <= bytes.count - 56, number(wide, 4) == 0x0606_4B50 else {
      throw malformed("the end record of a large archive", "none")
    }
    return (number(wide + 32, 8), number(wide + 48, 8))
  }

  private mutating func readEntry(at offset: inout Int) throws(WeightFileError) {
    guard offset >= 0, offset <= bytes.count - 46, number(offset, 4) == 0x0201_4B50 else {
      throw malformed("an entry of the directory", "none")
    }
    let (method, nameCount, extraCount, commentCount) = (
      number(offset + 10, 2), number(offset + 28, 2), number(offset + 30, 2), number(offset + 32, 2)
    )
    let (nameStart, extraStart) = (offset + 46, offset + 46 + nameCount)
    guard extraStart + extraCount + commentCount <= bytes.count else { throw malformed("a whole directory", "less") }
    let name = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[nameStart..<extraStart]), as: UTF8.self)
    var (size, header) = (number(offset + 24, 4), number(offset + 42, 4))
    let extra = extraStart..<extraStart + extraCount
    let stored = readWide(extra, size: &size, stored: number(offset + 20, 4), header: &header)
    guard method == 0, stored == size else {
      throw malformed("\(JSONText.quoted(name)) stored without compression", "method \(method)")
    }
    guard header >= 0, header <= bytes.count - 30, number(header, 4) == 0x0403_4B50 else {
      throw malformed("\(JSONText.quoted(name)) with a header of its own", "none")
    }
    let first = header + 30 + number(header + 26, 2) + number(header + 28, 2)
    guard size >= 0, first <= bytes.count, size <= bytes.count - first else {
      throw malformed("\(JSONText.quoted(name)) within the file", "\(size) bytes at \(first)")
    }
    guard entries.updateValue(first..<first + size, forKey: name) == nil else {
      throw malformed("one \(JSONText.quoted(name))", "two")
    }
    offset = extra.upperBound + commentCount
  }

  /// Sizes of 64 bits, which stand in an extra field of their own in place of those that are all ones.
  /// - Returns: the size as stored.
  private func readWide(_ extra: Range<Int>, size: inout Int, stored: Int, header: inout Int) -> Int {
    var (stored, field) = (stored, extra.lowerBound)
    while field + 4 <= extra.upperBound {
      let (kind, count) = (number(field, 2), number(field + 2, 2))
      var (next, end) = (field + 4, min(field + 4 + count, extra.upperBound))
      if kind == 1 {
        func take(_ value: inout Int) {
          guard value == 0xFFFF_FFFF, next + 8 <= end else { return }
          value = number(next, 8)
          next += 8
        }
        take(&size)
        take(&stored)
        take(&header)
      }
      field += 4 + count
      end = field
    }
    return stored
  }

  /// A little-endian number of up to 8 bytes; one that `Int` cannot hold is negative.
  private func number(_ offset: Int, _ size: Int) -> Int {
    guard offset >= 0, offset + size <= bytes.count else { return -1 }
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(bytes[offset + index]) << (8 * UInt64(index)) }
    return Int(truncatingIfNeeded: value)
  }

  private func malformed(_ expected: String, _ found: String) -> WeightFileError {
    .malformed(path: path, what: "zip", expected: expected, found: found)
  }
}
