/// The first directory of a TIFF structure: a whole file's, or that of EXIF metadata.
///
/// Of a directory that promises more entries than there are, those there are count.
struct TIFFDirectory {
  /// How such files start: little and big endian, classic and with 64-bit offsets ("BigTIFF").
  static let signatures: [[UInt8]] = [
    [0x49, 0x49, 0x2A, 0x00], [0x4D, 0x4D, 0x00, 0x2A], [0x49, 0x49, 0x2B, 0x00], [0x4D, 0x4D, 0x00, 0x2B],
  ]

  /// What is read of it.
  enum Tag: Int {
    case width = 0x0100
    case height = 0x0101
    case orientation = 0x0112
    case extraSamples = 0x0152
  }

  private let bytes: ArraySlice<UInt8>
  private let isBigEndian: Bool
  private let isWide: Bool
  /// Where the entries start, from the start of the structure.
  private var entries = 0
  private var count = 0

  /// Nil if `bytes` are no such structure, or end before the first entry of their first directory.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let kind = Self.signatures.firstIndex(of: Array(bytes.prefix(4))) else { return nil }
    self.bytes = bytes
    isBigEndian = kind % 2 == 1
    isWide = kind >= 2
    guard let start = unsigned(at: isWide ? 8 : 4, width: isWide ? 8 : 4),
      let promised = unsigned(at: start, width: isWide ? 8 : 2)
    else { return nil }
    entries = start + (isWide ? 8 : 2)
    count = min(promised, (bytes.count - entries) / entryLength)
  }

  private var entryLength: Int { isWide ? 20 : 12 }

  /// The first number of the first entry of this kind; nil if there is none or it is not whole.
  subscript(tag: Tag) -> Int? {
    let places = (0..<count).lazy.map { entries + $0 * entryLength }
    guard let place = places.first(where: { unsigned(at: $0, width: 2) == tag.rawValue }) else { return nil }
    guard let kind = unsigned(at: place + 2, width: 2).flatMap(Kind.init(rawValue:)),
      let values = unsigned(at: place + 4, width: isWide ? 8 : 4), values > 0
    else { return nil }
    // Values that fit are in the entry itself, others where it says.
    let (length, room) = (isWide ? 8 : 4, place + (isWide ? 12 : 8))
    guard values > length / kind.width else { return number(kind, at: room) }
    return unsigned(at: room, width: length).flatMap { number(kind, at: $0) }
  }

  /// How an entry's values are stored: all of the TIFF 6, EXIF and BigTIFF types but those of floating point.
  private enum Kind: Int {
    case byte = 1
    case text, short, long, fraction, signedByte, undefined, signedShort, signedLong, signedFraction
    case directory = 13
    case long8 = 16
    case signedLong8, directory8

    /// Bytes a value.
    var width: Int {
      switch self {
      case .byte, .text, .signedByte, .undefined: 1
      case .short, .signedShort: 2
      case .long, .signedLong, .directory: 4
      case .fraction, .signedFraction, .long8, .signedLong8, .directory8: 8
      }
    }
  }

  private func number(_ kind: Kind, at offset: Int) -> Int? {
    switch kind {
    case .signedByte, .signedShort, .signedLong, .signedLong8:
      return signed(at: offset, width: kind.width)
    case .fraction, .signedFraction:
      let parts = [offset, offset + 4].map { kind == .fraction ? unsigned(at: $0, width: 4) : signed(at: $0, width: 4) }
      guard let numerator = parts[0], let denominator = parts[1], denominator != 0 else { return nil }
      return numerator % denominator == 0 ? numerator / denominator : nil
    case .text:
      // One digit, which is all an orientation needs.
      return unsigned(at: offset, width: 1).flatMap { (0x30...0x39).contains($0) ? $0 - 0x30 : nil }
    default:
      return unsigned(at: offset, width: kind.width)
    }
  }

  /// An unsigned integer of `width` bytes at `offset` from the start of the structure; nil beyond the end or from 2⁶³.
  private func unsigned(at offset: Int, width: Int) -> Int? {
    field(at: offset, width: width).flatMap(Int.init(exactly:))
  }

  /// As `unsigned`, of a number in two's complement.
  private func signed(at offset: Int, width: Int) -> Int? {
    field(at: offset, width: width).map {
      Int(truncatingIfNeeded: Int64(bitPattern: $0 << (64 - 8 * width)) >> (64 - 8 * width))
    }
  }

  private func field(at offset: Int, width: Int) -> UInt64? {
    guard offset >= 0, offset <= bytes.count - width else { return nil }
    let start = bytes.startIndex + offset
    let field = bytes[start..<(start + width)]
    return (isBigEndian ? Array(field) : field.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }
}
