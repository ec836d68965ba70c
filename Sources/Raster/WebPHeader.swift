import CWebP

/// What the chunks of a WebP file say.
struct WebPHeader: ImageHeader {
  /// Of the whole picture; frames of an animation may be smaller.
  let width: Int
  let height: Int
  private(set) var orientation = Orientation.upright
  /// What is shown of it: the picture itself, or an animation's first frame.
  private(set) var frame: Frame

  /// A picture to decode and where it goes.
  struct Frame {
    /// Where the library finds it in the file.
    var bytes: Range<Int>
    var x = 0
    var y = 0
    var width: Int
    var height: Int
  }

  /// Nil if `bytes` end, or stop making sense, before all that is wanted of them.
  init?(_ bytes: [UInt8]) {
    var features = WebPBitstreamFeatures()
    guard WebPGetFeatures(bytes, bytes.count, &features) == VP8_STATUS_OK else { return nil }
    (width, height) = (Int(features.width), Int(features.height))
    guard width > 0, height > 0 else { return nil }
    frame = Frame(bytes: 0..<bytes.count, width: width, height: height)
    let isExtended = bytes.dropFirst(12).starts(with: "VP8X".utf8)
    guard isExtended, bytes.count > 20 else { return }
    var lacksFrame = features.has_animation != 0
    // Flag 8: there is EXIF metadata somewhere.
    var lacksOrientation = bytes[20] & 8 != 0
    var chunks = Chunks(bytes)
    while lacksFrame || lacksOrientation, let (kind, body) = chunks.next() {
      if kind == "EXIF" {
        lacksOrientation = false
        orientation = Orientation(exif: bytes[body])
      } else if kind == "ANMF", lacksFrame {
        lacksFrame = false
        guard let first = Self.frame(bytes, body, in: (width, height)) else { return nil }
        frame = first
      }
    }
    if lacksFrame || (lacksOrientation && !chunks.areAll) { return nil }
  }

  /// The frame an animation chunk holds; nil if it is not within the picture.
  private static func frame(
    _ bytes: [UInt8], _ body: Range<Int>, in size: (width: Int, height: Int)
  ) -> Frame? {
    guard body.count > 16 else { return nil }
    func integer(_ index: Int) -> Int {
      let start = body.lowerBound + 3 * index
      return Int(bytes[start]) | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2]) << 16
    }
    let frame = Frame(
      bytes: (body.lowerBound + 16)..<body.upperBound, x: 2 * integer(0), y: 2 * integer(1), width: integer(2) + 1,
      height: integer(3) + 1)
    return frame.x + frame.width <= size.width && frame.y + frame.height <= size.height ? frame : nil
  }

  /// The chunks of a RIFF file, one after another. What follows the end it tells is not part of it.
  private struct Chunks {
    private let bytes: [UInt8]
    private var offset = 12
    private let end: Int
    /// Whether there are no more, rather than `bytes` ending too early.
    var areAll: Bool { end <= bytes.count && offset + 8 > end }

    /// - Precondition: there are 12 bytes at least.
    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      end = 8 + Self.integer(bytes, at: 4)
    }

    mutating func next() -> (kind: String, body: Range<Int>)? {
      let limit = min(end, bytes.count)
      guard offset + 8 <= limit else { return nil }
      let length = Self.integer(bytes, at: offset + 4)
      let body = (offset + 8)..<(offset + 8 + length)
      guard body.upperBound <= limit else { return nil }
      defer { offset = body.upperBound + length % 2 }
      return (String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self), body)
    }

    private static func integer(_ bytes: [UInt8], at offset: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
  }
}
