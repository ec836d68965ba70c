/// What shows through transparent pixels.
enum Backdrop {
  /// sRGB, all channels: a mid grey, on which black and white drawings both stay visible.
  static let level: UInt8 = 128

  /// Turns pixels of red, green, blue and alpha into opaque ones of three bytes, in their own memory.
  ///
  /// Blended as stored, not in linear light, as programs that made the alpha expect.
  ///
  /// - Parameters:
  ///   - pixels: `count` pixels of four bytes; afterwards the first `count × 3` bytes are those wanted.
  ///   - isPremultiplied: whether the colours are multiplied by alpha already.
  static func flatten(_ pixels: UnsafeMutablePointer<UInt8>, count: Int, isPremultiplied: Bool) {
    for index in 0..<count {
      let alpha = Int(pixels[4 * index + 3])
      let behind = Int(level) * (255 - alpha)
      for channel in 0..<3 {
        let color = Int(pixels[4 * index + channel]) * (isPremultiplied ? 255 : alpha)
        pixels[3 * index + channel] = UInt8(min(255, (color + behind + 127) / 255))
      }
    }
  }
}

extension ImageDecoder {
  /// The upright picture whose `width × height × 3` bytes `fill` writes. It has room for a fourth byte a pixel, to flatten.
  ///
  /// - Parameter fill: returns why it failed, or nil.
  static func decode(
    _ header: some ImageHeader, _ format: ImageFormat, name: String, fill: (UnsafeMutablePointer<UInt8>) -> String?
  ) throws(RasterError) -> PixelImage {
    var failure: String?
    let count = header.width * header.height
    let pixels = [UInt8](unsafeUninitializedCapacity: 4 * count) { target, filled in
      failure = fill(target.baseAddress!)
      filled = failure == nil ? 3 * count : 0
    }
    if let failure { throw .undecodable(file: name, format: format.rawValue, reason: failure) }
    return PixelImage(width: header.width, height: header.height, pixels: pixels).upright(from: header.orientation)
  }
}
