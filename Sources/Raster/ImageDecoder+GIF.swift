import CGIF

extension ImageDecoder {
  static func gifHeader(_ data: [UInt8], name: String) throws(RasterError) -> GIFHeader {
    guard let header = GIFHeader(data) else {
      throw .undecodable(file: name, format: "GIF", reason: "its header is incomplete or damaged")
    }
    return header
  }

  /// The first frame, where it lies on the whole picture.
  static func decodeGIF(_ data: [UInt8], name: String) throws(RasterError) -> PixelImage {
    let header = try gifHeader(data, name: name)
    try checkPixelCount(header.width, header.height, name: name)
    return try decodeWithAlpha(header, .gif, name: name, isPremultiplied: false) { pixels in
      pixels.initialize(repeating: 0, count: 4 * header.width * header.height)
      return data.withUnsafeBufferPointer { source in
        do throws(GIFReader.Failure) {
          try GIFReader(source).readFirstFrame(into: pixels, width: header.width, height: header.height)
          return nil
        } catch {
          return error.reason
        }
      }
    }
  }
}

/// What a GIF's screen descriptor says.
struct GIFHeader: ImageHeader {
  let width: Int
  let height: Int
  var orientation: Orientation { .upright }

  /// Nil if `bytes` end within the descriptor or there is no area.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 13 else { return nil }
    width = Int(bytes[6]) | Int(bytes[7]) << 8
    height = Int(bytes[8]) | Int(bytes[9]) << 8
    if width == 0 || height == 0 { return nil }
  }
}
