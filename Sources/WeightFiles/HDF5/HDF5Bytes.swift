/// What is wrong with a stretch of an HDF5 file; whoever knows which object it belongs to makes a `WeightFileError` of it.
struct HDF5Damage: Error {
  let expected: String
  let found: String
}

/// How numbers and addresses are written in one file, as its superblock says.
struct HDF5Format: Sendable {
  /// Bytes of an address, and of a size: 2, 4 or 8.
  var addressSize = 8
  var lengthSize = 8
  /// Where the file's address 0 is: behind a block of the user's.
  var base = 0
  /// Whether damage that checksums reveal is an error. Only tests that damage files on purpose pass it over, to get at
  /// what lies behind.
  var verifiesChecksums = true
}

/// A mapped file's bytes. Nothing is read outside them, and not much more than once.
///
/// Parts of a sound file do not overlap: a walk through all of it reads no more bytes than there are. Every part is
/// charged before it is read, so a damaged file whose parts share bytes cannot cost more than a few times its size,
/// and no circle of parts is endless.
struct HDF5Bytes {
  private final class Budget {
    var left: Int

    init(_ left: Int) { self.left = left }
  }

  let bytes: UnsafeRawBufferPointer
  let format: HDF5Format
  private let budget: Budget

  init(_ bytes: UnsafeRawBufferPointer, _ format: HDF5Format) {
    self.bytes = bytes
    self.format = format
    // Twice: what is looked at to know how long a part is may be read again with it.
    budget = Budget(2 * bytes.count + 4096)
  }

  /// Counts bytes that are about to be read or copied.
  func charge(_ count: Int) throws(HDF5Damage) {
    guard count <= budget.left else {
      throw HDF5Damage(expected: "parts that do not overlap", found: "more bytes in them than in the file")
    }
    budget.left -= max(count, 0)
  }

  /// A part of the file to be read.
  func cursor(at start: Int, count: Int) throws(HDF5Damage) -> HDF5Cursor {
    guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else {
      throw HDF5Damage(
        expected: "\(count) bytes at \(start)", found: "a file of \(bytes.count) bytes")
    }
    // An empty part costs something too, or a chain of them could be endless.
    try charge(max(count, 8))
    return HDF5Cursor(self, start..<start + count)
  }

  /// A part of one that was read before.
  func cursor(_ range: Range<Int>) -> HDF5Cursor { HDF5Cursor(self, range) }

  subscript(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

  /// Text as the file has it; bytes that are not UTF-8 become U+FFFD.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Compares the four bytes behind `range` with the checksum of those in it.
  func verifyChecksum(_ range: Range<Int>) throws(HDF5Damage) {
    guard format.verifiesChecksums else { return }
    var cursor = try cursor(at: range.upperBound, count: 4)
    guard UInt32(truncatingIfNeeded: try cursor.number(4)) == HDF5Checksum.lookup3(self[range]) else {
      throw HDF5Damage(expected: "the checksum of \(range.count) bytes at \(range.lowerBound)", found: "another")
    }
  }
}

/// Reads little-endian fields one after the other within a part of the file.
struct HDF5Cursor {
  let file: HDF5Bytes
  private(set) var position: Int
  let end: Int

  init(_ file: HDF5Bytes, _ range: Range<Int>) {
    self.file = file
    (position, end) = (range.lowerBound, range.upperBound)
  }

  var left: Int { end - position }

  /// The next `count` bytes.
  mutating func part(_ count: Int) throws(HDF5Damage) -> Range<Int> {
    guard count >= 0, count <= left else {
      throw HDF5Damage(expected: "\(count) bytes at \(position)", found: "\(left) in that part of the file")
    }
    defer { position += count }
    return position..<position + count
  }

  mutating func skip(_ count: Int) throws(HDF5Damage) { _ = try part(count) }

  /// - Parameter size: bytes of the field, at most 8.
  mutating func number(_ size: Int) throws(HDF5Damage) -> UInt64 {
    let range = try part(size)
    return file.bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number that counts something.
  mutating func count(_ size: Int) throws(HDF5Damage) -> Int {
    let value = try number(size)
    guard let count = Int(exactly: value) else {
      throw HDF5Damage(expected: "a size at \(position - size)", found: "\(value)")
    }
    return count
  }

  mutating func byte() throws(HDF5Damage) -> UInt8 { UInt8(try number(1)) }

  mutating func length() throws(HDF5Damage) -> Int { try count(file.format.lengthSize) }

  /// Where a part begins, from the start of the mapped bytes; nil for the address that stands for none.
  mutating func optionalAddress() throws(HDF5Damage) -> Int? {
    let size = file.format.addressSize
    let value = try number(size)
    if value == UInt64.max >> UInt64(64 - 8 * size) { return nil }
    guard value <= UInt64(file.bytes.count - file.format.base) else {
      throw HDF5Damage(expected: "an address in the file", found: "\(value)")
    }
    return file.format.base + Int(value)
  }

  mutating func address() throws(HDF5Damage) -> Int {
    guard let address = try optionalAddress() else { throw HDF5Damage(expected: "an address", found: "none") }
    return address
  }

  /// The letters that parts begin with.
  mutating func expect(_ signature: String) throws(HDF5Damage) {
    let range = try part(signature.utf8.count)
    guard file.bytes[range].elementsEqual(signature.utf8) else {
      throw HDF5Damage(expected: "\(signature) at \(range.lowerBound)", found: "other bytes")
    }
  }

  mutating func expect(version: UInt8, of what: String) throws(HDF5Damage) {
    let found = try byte()
    guard found == version else {
      throw HDF5Damage(expected: "version \(version) of \(what)", found: "version \(found)")
    }
  }
}
