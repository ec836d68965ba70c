/// Text that comes between the marks of bracketed paste, up to the second one.
struct PastedText {
  /// Bytes kept; what goes beyond is dropped.
  static let limit = 1 << 16

  private static let endMark = Array("\u{1B}[201~".utf8)
  private var bytes: [UInt8] = []
  /// How much of the mark the last bytes are.
  private var matched = 0

  /// Takes the next byte in.
  /// - Returns: the whole text, once the mark has come.
  mutating func take(_ byte: UInt8) -> String? {
    if byte == Self.endMark[matched] {
      matched += 1
      return matched == Self.endMark.count ? end() : nil
    }
    keep(Self.endMark[..<matched])
    // Only its first byte is an Esc, so that the mark can begin nowhere else.
    matched = byte == Self.endMark[0] ? 1 : 0
    if matched == 0 { keep([byte]) }
    return nil
  }

  /// The text so far; the next byte begins another.
  mutating func end() -> String {
    defer { (bytes, matched) = ([], 0) }
    return Self.cleaned(bytes)
  }

  private mutating func keep(_ more: some Collection<UInt8>) { bytes += more.prefix(Self.limit - bytes.count) }

  /// One line: line ends and tabs become spaces, other control characters are left out.
  private static func cleaned(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x0A where previous == "\r": break
      case 0x09...0x0D, 0x85, 0x2028, 0x2029: text.append(" ")
      case 0..<0x20, 0x7F..<0xA0: break
      default: text.append(scalar)
      }
      previous = scalar
    }
    // A character cut by the limit is left out.
    if bytes.count == limit, text.last == "\u{FFFD}" { text.removeLast() }
    return String(text)
  }
}
