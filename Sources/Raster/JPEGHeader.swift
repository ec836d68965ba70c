/// What the segments before a JPEG's first scan say.
struct JPEGHeader: ImageHeader {
  /// As stored, before orientation.
  private(set) var width = 0
  private(set) var height = 0
  /// 1 (grey), 3 (colour) or 4 (CMYK or YCCK).
  private(set) var components = 0
  private(set) var orientation = Orientation.upright
  /// Adobe's programs store CMYK inverted: 255 is no ink.
  private(set) var hasAdobeMarker = false
  /// Where the first scan's segment starts.
  private(set) var scanOffset = 0

  /// Nil if `bytes` end, or stop making sense, before the first scan.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] == 0xD8 else { return nil }
    var offset = 2
    while let marker = Self.nextMarker(in: bytes, from: &offset) {
      // Standing alone: TEM and restart markers.
      if marker == 0x01 || (0xD0...0xD7).contains(marker) { continue }
      if marker == 0xD9 { return nil }
      guard offset + 2 <= bytes.count else { return nil }
      let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
      if marker == 0xDA {
        scanOffset = offset
        break
      }
      guard length >= 2, offset + length <= bytes.count else { return nil }
      read(bytes[(offset + 2)..<(offset + length)], marker: marker)
      offset += length
    }
    guard scanOffset > 0, width > 0, height > 0 else { return nil }
  }

  /// Advances past the next marker, over fill bytes and whatever garbage libjpeg would skip too.
  private static func nextMarker(in bytes: [UInt8], from offset: inout Int) -> UInt8? {
    while offset + 1 < bytes.count {
      defer { offset += 1 }
      if bytes[offset] == 0xFF, bytes[offset + 1] != 0xFF, bytes[offset + 1] != 0 {
        offset += 1
        return bytes[offset]
      }
    }
    return nil
  }

  private mutating func read(_ body: ArraySlice<UInt8>, marker: UInt8) {
    let start = body.startIndex
    switch marker {
    // Start of frame, all kinds: C4 (Huffman tables), C8 (reserved) and CC (arithmetic conditioning) are not.
    case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
      guard body.count >= 6 else { return }
      height = Int(body[start + 1]) << 8 | Int(body[start + 2])
      width = Int(body[start + 3]) << 8 | Int(body[start + 4])
      components = Int(body[start + 5])
    case 0xE1 where body.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]):
      orientation = Orientation(tiff: body.dropFirst(6)) ?? orientation
    case 0xEE where body.count >= 12 && body.starts(with: "Adobe".utf8):
      hasAdobeMarker = true
    default: break
    }
  }

  /// Whether an end-of-image marker follows the first scan. Entropy-coded data never holds one.
  func isTerminated(in bytes: [UInt8]) -> Bool {
    var offset = bytes.count - 2
    while offset > scanOffset {
      if bytes[offset] == 0xFF, bytes[offset + 1] == 0xD9 { return true }
      offset -= 1
    }
    return false
  }
}
