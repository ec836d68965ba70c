import CTurboJPEG

@testable import Raster

/// JPEG files made for tests.
enum JPEGSource {
  /// Of three-channel samples, or four-channel ones (CMYK), without chroma subsampling.
  static func encode(
    _ samples: [UInt8], width: Int, height: Int, format: TJPF = TJPF_RGB, subsampling: TJSAMP = TJSAMP_444,
    quality: Int = 98, flags: Int32 = 0
  ) -> [UInt8] {
    let handle = tjInitCompress()!
    defer { tjDestroy(handle) }
    var buffer: UnsafeMutablePointer<UInt8>?
    defer { tjFree(buffer) }
    var size: UInt = 0
    let status = tjCompress2(
      handle, samples, Int32(width), 0, Int32(height), Int32(format.rawValue), &buffer, &size,
      Int32(subsampling.rawValue), Int32(quality), flags)
    precondition(status == 0, String(cString: tjGetErrorStr2(handle)))
    return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
  }

  static func encode(_ image: PixelImage, subsampling: TJSAMP = TJSAMP_444, flags: Int32 = 0) -> [UInt8] {
    encode(image.pixels, width: image.width, height: image.height, subsampling: subsampling, flags: flags)
  }

  /// The file with an EXIF segment holding `orientation` right after its start.
  static func oriented(_ jpeg: [UInt8], _ orientation: Int, bigEndian: Bool) -> [UInt8] {
    func integer(_ value: Int, _ width: Int) -> [UInt8] {
      let bytes = (0..<width).map { UInt8(value >> (8 * $0) & 255) }
      return bigEndian ? bytes.reversed() : bytes
    }
    // One other entry comes first.
    let model = integer(0x0110, 2) + integer(2, 2) + integer(4, 4) + Array("gz1\0".utf8)
    let turn = integer(0x0112, 2) + integer(3, 2) + integer(1, 4) + integer(orientation, 2) + [0, 0]
    let tiff =
      Array((bigEndian ? "MM" : "II").utf8) + integer(42, 2) + integer(8, 4) + integer(2, 2) + model + turn
      + integer(0, 4)
    return inserting(Array("Exif\0\0".utf8) + tiff, marker: 0xE1, into: jpeg)
  }

  static func inserting(_ body: [UInt8], marker: UInt8, into jpeg: [UInt8]) -> [UInt8] {
    let length = body.count + 2
    return Array(jpeg[0..<2]) + [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + body + jpeg[2...]
  }
}

extension PixelImage {
  /// Smooth, different at every corner and under every turn.
  static func gradient(width: Int, height: Int) -> PixelImage {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels += [UInt8(x * 255 / width), UInt8(y * 255 / height), UInt8((x + 2 * y) * 255 / (width + 2 * height))]
      }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }

  /// The largest difference of any level; both pictures must be of one size.
  func largestDifference(from other: PixelImage) -> Int {
    precondition((width, height) == (other.width, other.height))
    return zip(pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max()!
  }
}
