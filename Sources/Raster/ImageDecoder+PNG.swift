import CPNG

extension ImageDecoder {
  static func pngHeader(_ data: [UInt8], name: String) throws(RasterError) -> PNGHeader {
    guard let header = PNGHeader(data) else {
      throw .undecodable(file: name, format: "PNG", reason: "its header is incomplete or damaged")
    }
    return header
  }

  static func decodePNG(_ data: [UInt8], name: String) throws(RasterError) -> PixelImage {
    let header = try pngHeader(data, name: name)
    try checkPixelCount(header.width, header.height, name: name)
    guard header.isTerminated else {
      throw .undecodable(file: name, format: "PNG", reason: "the file ends before the picture does")
    }
    var failure: String?
    let count = header.width * header.height * 3
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      failure = decodePNG(data, width: header.width, height: header.height, into: target.baseAddress!)
      if failure != nil { target.initialize(repeating: 0) }
      filled = count
    }
    if let failure { throw .undecodable(file: name, format: "PNG", reason: failure) }
    return PixelImage(width: header.width, height: header.height, pixels: pixels).upright(from: header.orientation)
  }

  /// Fills `width × height × 3` bytes; returns libpng's words if it cannot.
  private static func decodePNG(
    _ data: [UInt8], width: Int, height: Int, into target: UnsafeMutablePointer<UInt8>
  ) -> String? {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    return data.withUnsafeBytes { source -> String? in
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else {
        return image.words
      }
      guard (Int(image.width), Int(image.height)) == (width, height) else { return "its header contradicts itself" }
      image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
      // 16-bit samples without a colour space are sRGB, as every other program takes them, not linear.
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      var backdrop = png_color(red: Backdrop.level, green: Backdrop.level, blue: Backdrop.level)
      let isRead = png_image_finish_read(&image, &backdrop, target, Int32(width * 3), nil)
      return isRead != 0 ? nil : image.words
    }
  }
}

extension png_image {
  /// The library's message.
  var words: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// What a PNG's chunks say.
struct PNGHeader: ImageHeader {
  /// As stored, before orientation.
  let width: Int
  let height: Int
  private(set) var orientation = Orientation.upright
  /// Whether the closing chunk was found.
  private(set) var isTerminated = false

  /// Nil if `bytes` end, or stop making sense, within the image header chunk.
  init?(_ bytes: [UInt8]) {
    func integer(at offset: Int) -> Int { bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) } }
    guard bytes.count >= 33, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
    (width, height) = (integer(at: 16), integer(at: 20))
    guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else { return nil }
    var offset = 8
    while offset + 12 <= bytes.count {
      let (length, kind) = (integer(at: offset), bytes[(offset + 4)..<(offset + 8)])
      guard offset + 12 + length <= bytes.count else { return }
      if kind.elementsEqual("eXIf".utf8) {
        orientation = Orientation(tiff: bytes[(offset + 8)..<(offset + 8 + length)]) ?? orientation
      }
      isTerminated = isTerminated || kind.elementsEqual("IEND".utf8)
      offset += 12 + length
    }
  }
}
