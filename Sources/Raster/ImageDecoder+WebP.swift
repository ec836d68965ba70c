import CWebP

extension ImageDecoder {
  static func webpHeader(_ data: [UInt8], name: String) throws(RasterError) -> WebPHeader {
    guard let header = WebPHeader(data) else {
      throw .undecodable(file: name, format: "WebP", reason: "its header is incomplete or damaged")
    }
    return header
  }

  /// The picture or, of an animation, its first frame.
  static func decodeWebP(_ data: [UInt8], name: String) throws(RasterError) -> PixelImage {
    let header = try webpHeader(data, name: name)
    try checkPixelCount(header.width, header.height, name: name)
    return try decode(header, .webp, name: name) { pixels in
      let (frame, count) = (header.frame, header.width * header.height)
      // What a frame does not cover is transparent.
      if frame.width * frame.height < count { pixels.initialize(repeating: 0, count: 4 * count) }
      let corner = pixels + 4 * (frame.y * header.width + frame.x)
      let failure = decode(data[frame.bytes], width: frame.width, height: frame.height, into: corner, of: header)
      if failure == nil { Backdrop.flatten(pixels, count: count, isPremultiplied: false) }
      return failure
    }
  }

  /// Writes a picture into part of a larger one; returns the library's reason if it cannot.
  private static func decode(
    _ data: ArraySlice<UInt8>, width: Int, height: Int, into target: UnsafeMutablePointer<UInt8>, of header: WebPHeader
  ) -> String? {
    var config = WebPDecoderConfig()
    guard WebPInitDecoderConfig(&config) != 0 else { return "libwebp is of another version than its header" }
    let stride = 4 * header.width
    config.output.colorspace = MODE_RGBA
    config.output.is_external_memory = 1
    config.output.u.RGBA.rgba = target
    config.output.u.RGBA.stride = Int32(stride)
    config.output.u.RGBA.size = stride * (height - 1) + 4 * width
    let status = data.withUnsafeBufferPointer { source -> VP8StatusCode in
      let status = WebPGetFeatures(source.baseAddress, source.count, &config.input)
      if status != VP8_STATUS_OK { return status }
      if (Int(config.input.width), Int(config.input.height)) != (width, height) { return VP8_STATUS_BITSTREAM_ERROR }
      return WebPDecode(source.baseAddress, source.count, &config)
    }
    return status == VP8_STATUS_OK ? nil : words(status)
  }

  /// The library has codes only.
  private static func words(_ status: VP8StatusCode) -> String {
    switch status {
    case VP8_STATUS_OUT_OF_MEMORY: "out of memory"
    case VP8_STATUS_UNSUPPORTED_FEATURE: "it uses a feature libwebp does not support"
    case VP8_STATUS_SUSPENDED, VP8_STATUS_NOT_ENOUGH_DATA: "the file ends before the picture does"
    default: "its data is corrupt"
    }
  }
}
