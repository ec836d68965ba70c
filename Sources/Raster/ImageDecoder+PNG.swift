import CPNG

extension ImageDecoder {
  static func pngHeader(_ header: PNGHeader?, name: String) throws(RasterError) -> PNGHeader {
    guard let header else {
      throw .undecodable(file: name, format: "PNG", reason: "its header is incomplete or damaged")
    }
    return header
  }

  static func decodePNG(_ data: [UInt8], name: String) throws(RasterError) -> PixelImage {
    let header = try pngHeader(PNGHeader(data), name: name)
    try checkPixelCount(header.width, header.height, name: name)
    return try decode(header, .png, name: name) { pixels in
      decodePNG(data, width: header.width, height: header.height, into: pixels)
    }
  }

  /// Fills `width × height` pixels of three bytes, using room for four; returns libpng's words if it cannot.
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
      // libpng would put the backdrop behind in linear light, see `Backdrop.flatten`.
      let hasAlpha = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
      image.format = UInt32(PNG_FORMAT_FLAG_COLOR) | (hasAlpha ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
      // 16-bit samples without a colour space are sRGB, as every other program takes them, not linear.
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      guard png_image_finish_read(&image, nil, target, Int32(width * (hasAlpha ? 4 : 3)), nil) != 0 else {
        return image.words
      }
      if hasAlpha { Backdrop.flatten(target, count: width * height, isPremultiplied: false) }
      return nil
    }
  }
}

extension png_image {
  /// The library's message.
  var words: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
