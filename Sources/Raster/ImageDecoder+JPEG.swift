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
    let scale = JPEGScale(header, covering: stored)
    let pixels =
      if header.components == 4 {
        rgb(cmyk: try samples(data, header, scale, channels: 4, name: name), inverted: header.hasAdobeMarker)
      } else {
        try samples(data, header, scale, channels: 3, name: name)
      }
    return PixelImage(
      width: scale.width, height: scale.height, pixels: pixels, columns: scale.columns, rows: scale.rows
    ).upright(from: header.orientation)
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

  /// `scale.width × scale.height × channels` bytes: red, green, blue, or inks as stored.
  private static func samples(
    _ data: [UInt8], _ header: JPEGHeader, _ scale: JPEGScale, channels: Int, name: String
  ) throws(RasterError) -> [UInt8] {
    // The fast DCT and smooth upsampling are what `tf.io.decode_jpeg` does by default, so full-size pixels equal those
    // the networks' owners trained on, bit for bit. When scaled, chroma is about to be averaged anyway.
    let isSmooth: Int32 = scale.eighths == 8 ? 1 : 0
    var words = [CChar](repeating: 0, count: 256)
    func decode(_ count: Int, into target: UnsafeMutablePointer<UInt8>) -> Bool {
      gaze_jpeg_decode(
        data, count, Int32(scale.eighths), isSmooth, Int32(channels), Int32(scale.width), Int32(scale.height), target,
        &words, words.count) == 0
    }
    var isWhole = false
    let count = scale.width * scale.height * channels
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      let start = target.baseAddress!
      isWhole = decode(data.count, into: start)
      if !isWhole {
        // What another program added behind the last scan may be taken for more of the picture.
        let end = header.pictureEnd(in: data)
        isWhole = end < data.count && decode(end, into: start)
      }
      filled = isWhole ? count : 0
    }
    if isWhole { return pixels }
    let reason = String(decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw .undecodable(file: name, format: "JPEG", reason: reason)
  }
}

/// At which size a JPEG is decoded: a number of eighths of its own, rounded up.
struct JPEGScale {
  /// 1…8.
  let eighths: Int
  let width: Int
  let height: Int
  /// The part of the decoded picture that is one: what is left of the last block is scaled along, so that sizes are
  /// rounded up.
  let columns: ClosedRange<Double>
  let rows: ClosedRange<Double>

  /// The smallest scale whose size covers `wanted`; the full size if none does or nothing is wanted.
  init(_ header: JPEGHeader, covering wanted: (width: Int, height: Int)?) {
    func scaled(_ length: Int, _ part: Int) -> Int { (length * part + 7) / 8 }
    let covering =
      wanted.flatMap { wanted in
        (1...8).first { scaled(header.width, $0) >= wanted.width && scaled(header.height, $0) >= wanted.height }
      } ?? 8
    // Of the scales that come out at this size the best.
    eighths = (covering...8).last { part in
      [header.width, header.height].allSatisfy { scaled($0, part) == scaled($0, covering) }
    }!
    (width, height) = (scaled(header.width, eighths), scaled(header.height, eighths))
    columns = 0...(Double(header.width * eighths) / 8)
    rows = 0...(Double(header.height * eighths) / 8)
  }
}
