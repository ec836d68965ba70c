import CTIFF

extension ImageDecoder {
  static func tiffHeader(_ data: [UInt8], name: String) throws(RasterError) -> TIFFHeader {
    guard let header = TIFFHeader(data) else {
      throw .undecodable(file: name, format: "TIFF", reason: "its first directory is incomplete or damaged")
    }
    return header
  }

  /// The first picture of the file.
  static func decodeTIFF(_ data: [UInt8], name: String) throws(RasterError) -> PixelImage {
    let header = try tiffHeader(data, name: name)
    try checkPixelCount(header.width, header.height, name: name)
    return try decode(header, .tiff, name: name) { pixels in
      var words = [CChar](repeating: 0, count: 256)
      var isPremultiplied: Int32 = 0
      let status = gaze_tiff_decode(
        data, data.count, UInt32(header.width), UInt32(header.height), header.tellsSamples ? 1 : 0, pixels,
        &isPremultiplied, &words, words.count)
      guard status == 0 else {
        return String(decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
      Backdrop.flatten(pixels, count: header.width * header.height, isPremultiplied: isPremultiplied != 0)
      return nil
    }
  }
}

/// What a TIFF file's first directory says.
struct TIFFHeader: ImageHeader {
  let width: Int
  let height: Int
  let orientation: Orientation
  /// Whether it says what samples beside the colours mean.
  let tellsSamples: Bool

  /// Nil if there is no directory within `bytes`, or it tells no size.
  init?(_ bytes: [UInt8]) {
    guard let directory = TIFFDirectory(bytes[...]), let width = directory[.width], let height = directory[.height],
      width > 0, height > 0
    else { return nil }
    (self.width, self.height) = (width, height)
    tellsSamples = directory[.extraSamples] != nil
    orientation = directory[.orientation].flatMap(Orientation.init(rawValue:)) ?? .upright
  }
}
