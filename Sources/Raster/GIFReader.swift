import CGIF

/// Reads a GIF in memory. Owns giflib's handle; used by the thread that made it.
final class GIFReader {
  struct Failure: Error {
    let reason: String
  }

  private let handle: UnsafeMutablePointer<GifFileType>
  private let source: Source
  /// The colour that is none.
  private var transparent: Int?

  /// What giflib reads from.
  private final class Source {
    let bytes: [UInt8]
    var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// As many bytes as there are, and one of 0 behind them: a file cut off where its last frame's data ends lacks only
    /// the empty block that says so.
    func read(_ count: Int, into target: UnsafeMutablePointer<UInt8>) -> Int {
      let taken = min(count, bytes.count + 1 - offset)
      guard taken > 0 else { return 0 }
      for index in 0..<taken { target[index] = offset + index < bytes.count ? bytes[offset + index] : 0 }
      offset += taken
      return taken
    }
  }

  init(_ bytes: [UInt8]) throws(Failure) {
    source = Source(bytes)
    var code: Int32 = 0
    let opened = DGifOpen(
      Unmanaged.passUnretained(source).toOpaque(),
      { file, target, count in
        let source = Unmanaged<Source>.fromOpaque(file!.pointee.UserData).takeUnretainedValue()
        return target.map { Int32(source.read(Int(count), into: $0)) } ?? 0
      }, &code)
    guard let opened else { throw Failure(reason: Self.words(code)) }
    handle = opened
  }

  deinit { DGifCloseFile(handle, nil) }

  /// Goes on to the first frame.
  func readHeader() throws(Failure) -> GIFHeader {
    while true {
      var kind = UNDEFINED_RECORD_TYPE
      guard DGifGetRecordType(handle, &kind) == GIF_OK else {
        // Bytes between blocks that start none are passed over.
        if handle.pointee.Error == D_GIF_ERR_WRONG_RECORD { continue }
        throw Failure(reason: Self.words(handle.pointee.Error))
      }
      switch kind {
      case EXTENSION_RECORD_TYPE: try readExtension()
      case IMAGE_DESC_RECORD_TYPE:
        try check(DGifGetImageDesc(handle))
        let frame = handle.pointee.Image
        guard frame.Width > 0, frame.Height > 0 else { throw Failure(reason: "its first frame is empty") }
        return GIFHeader(
          width: max(Int(handle.pointee.SWidth), Int(frame.Left) + Int(frame.Width)),
          height: max(Int(handle.pointee.SHeight), Int(frame.Top) + Int(frame.Height)))
      default: throw Failure(reason: "there is no picture in it")
      }
    }
  }

  /// Notes which colour is none; passes over what else there is.
  private func readExtension() throws(Failure) {
    var code: Int32 = 0
    var block: UnsafeMutablePointer<GifByteType>?
    try check(DGifGetExtension(handle, &code, &block))
    while let bytes = block {
      // The first byte counts those that follow.
      if code == GRAPHICS_EXT_FUNC_CODE, bytes[0] >= 4 { transparent = bytes[1] & 1 == 1 ? Int(bytes[4]) : nil }
      try check(DGifGetExtensionNext(handle, &block))
    }
  }

  /// Fills the part of a picture's pixels, red, green, blue and alpha each, that the frame covers.
  func readFrame(into pixels: UnsafeMutablePointer<UInt8>, of header: GIFHeader) throws(Failure) {
    let frame = handle.pointee.Image
    guard let colors = frame.ColorMap ?? handle.pointee.SColorMap else {
      throw Failure(reason: "it has no colours")
    }
    let corner = Int(frame.Top) * header.width + Int(frame.Left)
    var row = [GifPixelType](repeating: 0, count: Int(frame.Width))
    for y in Self.rows(Int(frame.Height), isInterlaced: frame.Interlace) {
      try check(DGifGetLine(handle, &row, frame.Width))
      for (x, index) in row.enumerated() where Int(index) != transparent && Int(index) < colors.pointee.ColorCount {
        let color = colors.pointee.Colors[Int(index)]
        let target = pixels + 4 * (corner + y * header.width + x)
        (target[0], target[1], target[2], target[3]) = (color.Red, color.Green, color.Blue, 255)
      }
    }
  }

  /// The rows in the order stored: interlaced, each eighth, those between, those between these, the rest.
  private static func rows(_ height: Int, isInterlaced: Bool) -> [Int] {
    let passes = isInterlaced ? [(0, 8), (4, 8), (2, 4), (1, 2)] : [(0, 1)]
    return passes.flatMap { stride(from: $0.0, to: height, by: $0.1) }
  }

  private func check(_ status: Int32) throws(Failure) {
    if status != GIF_OK { throw Failure(reason: Self.words(handle.pointee.Error)) }
  }

  private static func words(_ code: Int32) -> String {
    GifErrorString(code).map { String(cString: $0) } ?? "its data is corrupt"
  }
}
