extension ImageDecoder {
  static func gifHeader(_ data: [UInt8], name: String) throws(RasterError) -> GIFHeader {
    try readingGIF(data, name: name).header
  }

  /// The first frame, where it lies on the whole picture.
  static func decodeGIF(_ data: [UInt8], name: String) throws(RasterError) -> PixelImage {
    let (reader, header) = try readingGIF(data, name: name)
    try checkPixelCount(header.width, header.height, name: name)
    return try decode(header, .gif, name: name) { pixels in
      let count = header.width * header.height
      pixels.initialize(repeating: 0, count: 4 * count)
      do throws(GIFReader.Failure) {
        try reader.readFrame(into: pixels, of: header)
      } catch {
        return error.reason
      }
      Backdrop.flatten(pixels, count: count, isPremultiplied: false)
      return nil
    }
  }

  /// A reader that stands at the first frame.
  private static func readingGIF(
    _ data: [UInt8], name: String
  ) throws(RasterError) -> (reader: GIFReader, header: GIFHeader) {
    do throws(GIFReader.Failure) {
      let reader = try GIFReader(data)
      return (reader, try reader.readHeader())
    } catch {
      throw .undecodable(file: name, format: "GIF", reason: error.reason)
    }
  }
}

/// The area of a GIF's screen and first frame together: some programs leave the screen empty, or smaller than its frame.
struct GIFHeader: ImageHeader {
  let width: Int
  let height: Int
  var orientation: Orientation { .upright }
}
