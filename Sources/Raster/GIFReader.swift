import CGIF

/// Reads a GIF in memory. Owns giflib's handle; used by the thread that made it, while the memory stays.
final class GIFReader {
  struct Failure: Error {
    let reason: String
  }

  private let handle: UnsafeMutablePointer<GifFileType>
  private let source: Source

  /// What giflib reads from.
  private final class Source {
    let bytes: UnsafeBufferPointer<UInt8>
    var offset = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(Failure) {
    source = Source(bytes)
    var code: Int32 = 0
    let opened = DGifOpen(
      Unmanaged.passUnretained(source).toOpaque(),
      { file, target, count in
        let source = Unmanaged<Source>.fromOpaque(file!.pointee.UserData).takeUnretainedValue()
        let taken = min(Int(count), source.bytes.count - source.offset)
        guard taken > 0, let target else { return 0 }
        target.update(from: source.bytes.baseAddress! + source.offset, count: taken)
        source.offset += taken
        return Int32(taken)
      }, &code)
    guard let opened else { throw Failure(reason: Self.words(code)) }
    handle = opened
  }

  deinit { DGifCloseFile(handle, nil) }

  /// Fills the part of `width × height` pixels of red, green, blue and alpha that the first frame covers.
  func readFirstFrame(into pixels: UnsafeMutablePointer<UInt8>, width: Int, height: Int) throws(Failure) {
    var transparent: Int?
    while true {
      var kind = UNDEFINED_RECORD_TYPE
      try check(DGifGetRecordType(handle, &kind))
      switch kind {
      case EXTENSION_RECORD_TYPE: try readExtension(&transparent)
      case IMAGE_DESC_RECORD_TYPE:
        try check(DGifGetImageDesc(handle))
        return try readRows(into: pixels, width: width, height: height, transparent: transparent)
      default: throw Failure(reason: "there is no picture in it")
      }
    }
  }

  /// Notes which colour is none; passes over what else there is.
  private func readExtension(_ transparent: inout Int?) throws(Failure) {
    var code: Int32 = 0
    var block: UnsafeMutablePointer<GifByteType>?
    try check(DGifGetExtension(handle, &code, &block))
    while let bytes = block {
      // The first byte counts those that follow.
      if code == GRAPHICS_EXT_FUNC_CODE, bytes[0] >= 4 { transparent = bytes[1] & 1 == 1 ? Int(bytes[4]) : nil }
      try check(DGifGetExtensionNext(handle, &block))
    }
  }

  private func readRows(
    into pixels: UnsafeMutablePointer<UInt8>, width: Int, height: Int, transparent: Int?
  ) throws(Failure) {
    let frame = handle.pointee.Image
    guard let colors = frame.ColorMap ?? handle.pointee.SColorMap else {
      throw Failure(reason: "it has no colours")
    }
    let (left, top) = (Int(frame.Left), Int(frame.Top))
    guard frame.Width > 0, frame.Height > 0 else { throw Failure(reason: "its first frame is empty") }
    var row = [GifPixelType](repeating: 0, count: Int(frame.Width))
    for y in Self.rows(Int(frame.Height), isInterlaced: frame.Interlace) {
      try check(DGifGetLine(handle, &row, frame.Width))
      guard top + y < height else { continue }
      for (x, index) in row.enumerated() where left + x < width && Int(index) != transparent {
        guard Int(index) < colors.pointee.ColorCount else { continue }
        let color = colors.pointee.Colors[Int(index)]
        let target = pixels + 4 * ((top + y) * width + left + x)
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
