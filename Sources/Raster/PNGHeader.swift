/// What a PNG's chunks say.
struct PNGHeader: ImageHeader {
  /// As stored, before orientation.
  let width: Int
  let height: Int
  let orientation: Orientation

  /// Chunks of metadata longer than this are passed over.
  private static let metadataLimit = 1 << 24

  /// Reads the heads of all chunks, which takes the whole file's length but little of its bytes: metadata may follow the
  /// pixels.
  ///
  /// Nil if there is no image header chunk or it makes no sense.
  ///
  /// - Parameter read: the file's bytes at a range; nil beyond its end.
  init?(_ read: (Range<Int>) -> ArraySlice<UInt8>?) {
    guard let start = read(8..<24), start.dropFirst(4).starts(with: "IHDR".utf8) else { return nil }
    (width, height) = (Self.integer(start.dropFirst(8)), Self.integer(start.dropFirst(12)))
    guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else { return nil }
    var metadata = Metadata()
    var offset = 8
    while let head = read(offset..<(offset + 8)) {
      let (length, kind) = (Self.integer(head), String(decoding: head.dropFirst(4), as: UTF8.self))
      if kind == "IEND" { break }
      if Metadata.kinds.contains(kind), length <= Self.metadataLimit,
        let body = read((offset + 8)..<(offset + 8 + length))
      {
        metadata.take(kind, body)
      }
      offset += 12 + length
    }
    orientation = metadata.orientation
  }

  init?(_ bytes: [UInt8]) { self.init { $0.upperBound <= bytes.count ? bytes[$0] : nil } }

  /// The first four bytes, big endian.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int { bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) } }

  /// The orientation that counts, of all that are told.
  private struct Metadata {
    static let kinds: Set<String> = ["eXIf", "tEXt", "zTXt", "iTXt"]

    /// The first chunk's.
    private var chunk: Orientation?
    /// That of text, by its keyword.
    private var profiles: [PNGProfile.Keyword: Orientation] = [:]
    /// Text chunks that may still be looked into, each of which may cost time.
    private var textLeft = 1000

    var orientation: Orientation { chunk ?? profiles[.exif] ?? profiles[.app1] ?? .upright }

    mutating func take(_ kind: String, _ body: ArraySlice<UInt8>) {
      if kind == "eXIf" {
        chunk = chunk ?? Orientation(exif: body)
      } else if textLeft > 0 {
        textLeft -= 1
        guard let profile = PNGProfile(kind: kind, body) else { return }
        profiles[profile.keyword] = Orientation(exif: profile.bytes[...])
      }
    }
  }
}
