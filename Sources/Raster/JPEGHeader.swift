/// What the segments before a JPEG's first scan say.
struct JPEGHeader: ImageHeader {
  /// As stored, before orientation.
  private(set) var width = 0
  private(set) var height = 0
  /// 1 (grey), 3 (colour) or 4 (CMYK or YCCK).
  private(set) var components = 0
  private(set) var orientation = Orientation.upright
  private var hasMetadata = false
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
    // Of several segments of EXIF metadata the first counts.
    case 0xE1 where !hasMetadata && body.starts(with: Orientation.prefix):
      hasMetadata = true
      orientation = Orientation(exif: body)
    case 0xEE where body.count >= 12 && body.starts(with: "Adobe".utf8):
      hasAdobeMarker = true
    default: break
    }
  }

  /// Where the picture's data ends: behind its end marker or, without one, before what cannot be part of it.
  func pictureEnd(in bytes: [UInt8]) -> Int {
    var offset = scanOffset
    while offset + 1 < bytes.count {
      let (start, marker) = (offset, bytes[offset + 1])
      guard bytes[offset] == 0xFF else {
        offset += 1
        continue
      }
      switch marker {
      // Within samples: a byte that looked like a marker, restarts, filling.
      case 0, 0xD0...0xD7, 0xFF: offset += marker == 0xFF ? 1 : 2
      case 0xD9: return start + 2
      // Tables, restart interval, number of lines, the next scan, application data, comments.
      case 0xC4, 0xCC, 0xDA...0xDD, 0xE0...0xEF, 0xFE:
        guard start + 4 <= bytes.count else { return start }
        offset = start + 2 + (Int(bytes[start + 2]) << 8 | Int(bytes[start + 3]))
        if offset > bytes.count { return start }
      default: return start
      }
    }
    return bytes.count
  }
}
