/// What a file begins with: how its fields are written and where its root is. Versions 0 to 3.
struct HDF5Superblock: Sendable {
  /// The signature of the format.
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  private(set) var format = HDF5Format()
  /// Where the root group's header is.
  let root: Int

  /// Where the signature is; nil when the file is none of HDF5. It is at 0, or after a block of the user's whose size
  /// is a power of two from 512.
  static func start(in bytes: UnsafeRawBufferPointer) -> Int? {
    var offset = 0
    while offset + signature.count <= bytes.count {
      if bytes[offset..<offset + signature.count].elementsEqual(signature) { return offset }
      offset = max(512, offset * 2)
    }
    return nil
  }

  /// - Parameter start: where the signature is.
  init(_ bytes: UnsafeRawBufferPointer, at start: Int, verifiesChecksums: Bool) throws(HDF5Damage) {
    format.verifiesChecksums = verifiesChecksums
    format.base = start
    var file = HDF5Bytes(bytes, format)
    var cursor = try file.cursor(at: start, count: min(bytes.count - start, 128))
    try cursor.skip(HDF5Superblock.signature.count)
    let version = try cursor.byte()
    guard version <= 3 else { throw HDF5Damage(expected: "a superblock of version 0…3", found: "version \(version)") }
    // Versions of other parts, which have one each.
    if version < 2 { try cursor.skip(4) }
    format.addressSize = Int(try cursor.byte())
    format.lengthSize = Int(try cursor.byte())
    for size in [format.addressSize, format.lengthSize] where ![2, 4, 8].contains(size) {
      throw HDF5Damage(expected: "addresses and sizes of 2, 4 or 8 bytes", found: "\(size)")
    }
    // Sizes of nodes, which each node tells too, and flags.
    try cursor.skip(version == 0 ? 9 : version == 1 ? 13 : 1)
    file = HDF5Bytes(bytes, format)
    cursor = file.cursor(cursor.position..<cursor.end)
    let base = try cursor.count(format.addressSize)
    try cursor.skip(format.addressSize)
    let end = try cursor.count(format.addressSize)
    // A file whose user's block was added or taken away later still holds the old one's size.
    let (size, overflows) = end.subtractingReportingOverflow(base)
    guard !overflows, size <= bytes.count - start else {
      throw HDF5Damage(expected: "\(end) bytes", found: "\(bytes.count), cut short")
    }
    // The driver's part, and the root's name, of which there is none.
    if version < 2 { try cursor.skip(format.addressSize + format.lengthSize) }
    root = try cursor.address()
    if version >= 2 { try file.verifyChecksum(start..<cursor.position) }
  }
}
