/// The checksums of HDF5 files.
enum HDF5Checksum {
  /// Of the format's own structures: Bob Jenkins' lookup3 (http://burtleburtle.net/bob/c/lookup3.c, `hashlittle`).
  static func lookup3(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let start = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
    var (a, b, c) = (start, start, start)
    var offset = 0
    while bytes.count - offset > 12 {
      a &+= word(bytes, offset)
      b &+= word(bytes, offset + 4)
      c &+= word(bytes, offset + 8)
      mix(&a, &b, &c)
      offset += 12
    }
    if offset == bytes.count { return c }
    a &+= word(bytes, offset)
    b &+= word(bytes, offset + 4)
    c &+= word(bytes, offset + 8)
    finish(&a, &b, &c)
    return c
  }

  /// Four bytes, zeros behind the end.
  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    if offset + 4 <= bytes.count {
      return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    return bytes[min(offset, bytes.count)...].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    a = (a &- c) ^ rotated(c, 4)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 6)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 8)
    b = b &+ a
    a = (a &- c) ^ rotated(c, 16)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 19)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 4)
    b = b &+ a
  }

  private static func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
  }

  private static func rotated(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }

  /// Of chunks of numbers that pass the filter of that name, over big-endian pairs of bytes.
  static func fletcher32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    // Sums of 360 pairs fit 32 bits.
    let most = 720
    var (low, high): (UInt32, UInt32) = (0, 0)
    for start in stride(from: 0, to: bytes.count, by: most) {
      let end = min(start + most, bytes.count)
      for offset in stride(from: start, to: end, by: 2) {
        low &+= UInt32(bytes[offset]) << 8 | (offset + 1 < end ? UInt32(bytes[offset + 1]) : 0)
        high &+= low
      }
      low = low & 0xffff &+ low >> 16
      high = high & 0xffff &+ high >> 16
    }
    low = low & 0xffff &+ low >> 16
    high = high & 0xffff &+ high >> 16
    return high << 16 | low
  }
}
