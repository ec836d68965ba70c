import CTurboJPEG

extension ImageDecoder {
  static func jpegHeader(_ data: [UInt8], name: String) throws(RasterError) -> JPEGHeader {
    guard let header = JPEGHeader(data) else {
      throw .undecodable(file: name, format: "JPEG", reason: "its header is incomplete or damaged")
    }
    return header
  }

  static func decodeJPEG(
    _ data: [UInt8], name: String, covering wanted: (width: Int, height: Int)?
  ) throws(RasterError) -> PixelImage {
    let header = try jpegHeader(data, name: name)
    try checkPixelCount(header.width, header.height, name: name)
    let stored = wanted.map { header.orientation.applied(toSize: $0) }
    let size = JPEGDecompressor.size(of: header, covering: stored)
    let decompressor = try JPEGDecompressor(name: name)
    let pixels =
      if header.components == 4 {
        rgb(
          cmyk: try decompressor.decode(data, header: header, size: size, format: TJPF_CMYK, channels: 4),
          inverted: header.hasAdobeMarker)
      } else {
        try decompressor.decode(data, header: header, size: size, format: TJPF_RGB, channels: 3)
      }
    let (columns, rows) = JPEGDecompressor.shown(of: header, in: size)
    return PixelImage(width: size.width, height: size.height, pixels: pixels, columns: columns, rows: rows)
      .upright(from: header.orientation)
  }

  /// Multiplies the inks' transmittances, 8 bits a channel. `inverted`: 255 stands for no ink, as Adobe stores them.
  static func rgb(cmyk: [UInt8], inverted: Bool) -> [UInt8] {
    let flip: UInt8 = inverted ? 0 : 255
    return [UInt8](unsafeUninitializedCapacity: cmyk.count / 4 * 3) { target, count in
      for pixel in 0..<(cmyk.count / 4) {
        let black = Int(cmyk[4 * pixel + 3] ^ flip)
        for channel in 0..<3 {
          target[3 * pixel + channel] = UInt8(Int(cmyk[4 * pixel + channel] ^ flip) * black / 255)
        }
      }
      count = cmyk.count / 4 * 3
    }
  }
}

/// Owns a TurboJPEG decompressor. Used by the thread that made it only.
private final class JPEGDecompressor {
  private let handle: tjhandle
  private let name: String

  init(name: String) throws(RasterError) {
    guard let handle = tjInitDecompress() else {
      throw .undecodable(file: name, format: "JPEG", reason: String(cString: tjGetErrorStr2(nil)))
    }
    self.handle = handle
    self.name = name
  }

  deinit { tjDestroy(handle) }

  /// The size of the smallest scale, at most 1, that covers `wanted`; the full size if none does or nothing is wanted.
  static func size(of header: JPEGHeader, covering wanted: (width: Int, height: Int)?) -> (width: Int, height: Int) {
    let full = (width: header.width, height: header.height)
    guard let wanted else { return full }
    var count: Int32 = 0
    let factors = UnsafeBufferPointer(start: tjGetScalingFactors(&count), count: Int(count))
    return
      factors
      .filter { $0.num <= $0.denom }
      .map { factor in
        let (num, denom) = (Int(factor.num), Int(factor.denom))
        return (width: (full.width * num + denom - 1) / denom, height: (full.height * num + denom - 1) / denom)
      }
      .filter { $0.width >= wanted.width && $0.height >= wanted.height }
      .min { $0.width * $0.height < $1.width * $1.height } ?? full
  }

  /// The part of a scaled picture that is one: what is left of the last block is scaled along, so that sizes are rounded
  /// up.
  static func shown(
    of header: JPEGHeader, in size: (width: Int, height: Int)
  ) -> (columns: ClosedRange<Double>, rows: ClosedRange<Double>) {
    // The scale is a number of eighths, and the one these sizes are rounded from.
    let eighths = (1...8).first { part in
      let (width, height) = ((header.width * part + 7) / 8, (header.height * part + 7) / 8)
      return width == size.width && height == size.height
    }
    let scale = Double(eighths ?? 8) / 8
    return (
      0...min(Double(size.width), Double(header.width) * scale),
      0...min(Double(size.height), Double(header.height) * scale)
    )
  }

  /// - Returns: `size.width × size.height × channels` bytes.
  func decode(
    _ data: [UInt8], header: JPEGHeader, size: (width: Int, height: Int), format: TJPF, channels: Int
  ) throws(RasterError) -> [UInt8] {
    // The fast DCT and smooth upsampling are what `tf.io.decode_jpeg` does by default, so full-size pixels equal those
    // the networks' owners trained on, bit for bit. When scaled, chroma is about to be averaged anyway. Hundreds of
    // scans are an attack on time, not a picture.
    let isScaled = size.width < header.width
    let flags = TJFLAG_LIMITSCANS | TJFLAG_FASTDCT | (isScaled ? TJFLAG_FASTUPSAMPLE : 0)
    var status: Int32 = 0
    let count = size.width * size.height * channels
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      status = data.withUnsafeBufferPointer { source in
        tjDecompress2(
          handle, source.baseAddress, UInt(source.count), target.baseAddress, Int32(size.width), 0, Int32(size.height),
          Int32(format.rawValue), flags)
      }
      if status != 0 && tjGetErrorCode(handle) == TJERR_FATAL.rawValue { target.initialize(repeating: 0) }
      filled = count
    }
    if status != 0 { try judgeFailure(data, header: header) }
    return pixels
  }

  /// Throws unless all that happened was a warning that leaves the picture whole.
  ///
  /// The library keeps the first warning's words only, so after a harmless one the end of the file is looked at too.
  private func judgeFailure(_ data: [UInt8], header: JPEGHeader) throws(RasterError) {
    let words = String(cString: tjGetErrorStr2(handle))
    let harmless = [
      "extraneous bytes before marker", "Adobe color transform", "JFIF revision", "Invalid SOS parameters",
      "Inconsistent progression",
    ]
    if tjGetErrorCode(handle) == TJERR_WARNING.rawValue, harmless.contains(where: words.contains) {
      if header.isTerminated(in: data) { return }
      throw .undecodable(file: name, format: "JPEG", reason: "the file ends before the picture does (\(words))")
    }
    throw .undecodable(file: name, format: "JPEG", reason: words)
  }
}
