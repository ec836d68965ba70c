import TestSupport

@testable import Raster

extension PixelImage {
  /// Every channel of every pixel drawn on its own from 0…255.
  static func noise(width: Int, height: Int, seed: UInt64 = 1) -> PixelImage {
    let levels = goldenFill("noise", count: width * height * 3, low: 0, high: 255.99, seed: seed)
    return PixelImage(width: width, height: height, pixels: levels.map { UInt8($0) })
  }

  static func solid(_ color: RGB, width: Int, height: Int) -> PixelImage {
    let pixel = [color.red, color.green, color.blue]
    return PixelImage(width: width, height: height, pixels: Array(repeatElement(pixel, count: width * height).joined()))
  }

  func pixel(x: Int, y: Int) -> RGB {
    let offset = (y * width + x) * 3
    return RGB(pixels[offset], pixels[offset + 1], pixels[offset + 2])
  }
}
