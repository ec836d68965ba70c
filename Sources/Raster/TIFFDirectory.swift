/// The first directory of a TIFF structure: a whole file's, or that of EXIF metadata.
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
  }

  private let bytes: ArraySlice<UInt8>
  private let isBigEndian: Bool
  private let isWide: Bool
  /// Where the entries start, from the start of the structure.
  private var entries = 0
  private var count = 0

  /// Nil if `bytes` are no such structure, or end before their first directory does.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let kind = Self.signatures.firstIndex(of: Array(bytes.prefix(4))) else { return nil }
    self.bytes = bytes
    isBigEndian = kind % 2 == 1
    isWide = kind >= 2
    guard let start = integer(at: isWide ? 8 : 4, width: isWide ? 8 : 4),
      let count = integer(at: start, width: isWide ? 8 : 2)
    else { return nil }
    (entries, self.count) = (start + (isWide ? 8 : 2), count)
    guard count <= bytes.count / entryLength, entries + count * entryLength <= bytes.count else { return nil }
  }

  private var entryLength: Int { isWide ? 20 : 12 }

  /// The value of an entry that holds one 16- or 32-bit number; nil if there is none such.
  subscript(tag: Tag) -> Int? {
    for entry in 0..<count {
      let offset = entries + entry * entryLength
      guard integer(at: offset, width: 2) == tag.rawValue else { continue }
      let (kind, values) = (integer(at: offset + 2, width: 2), integer(at: offset + 4, width: isWide ? 8 : 4))
      guard values == 1, kind == 3 || kind == 4 else { return nil }
      return integer(at: offset + (isWide ? 12 : 8), width: kind == 3 ? 2 : 4)
    }
    return nil
  }

  /// An unsigned integer of `width` bytes at `offset` from the start of the structure; nil beyond the end or 2⁶³.
  private func integer(at offset: Int, width: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - width else { return nil }
    let start = bytes.startIndex + offset
    let field = bytes[start..<(start + width)]
    let value = (isBigEndian ? Array(field) : field.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value)
  }
}
