import Foundation
import TestSupport
import Testing

@testable import Raster

/// Files of `Fixtures/raster/resize_HxW.npy`: every 13th row and column of what TensorFlow's `tf.image.resize` makes of
/// the picture `goldenFill("resize/HxW", 0 ..< 256, seed 1)`, rounded down, at 299×299.
@Suite struct BilinearTests {
  @Test(arguments: [(37, 53), (640, 480), (100, 400)])
  func equalsTensorFlowsResize(height: Int, width: Int) throws {
    let golden = try NumPyFile(Fixtures.url("raster/resize_\(height)x\(width).npy"))
    try #require(golden.shape == [23, 23, 3])
    let levels = goldenFill("resize/\(height)x\(width)", count: height * width * 3, low: 0, high: 256, seed: 1)
    let image = PixelImage(width: width, height: height, pixels: levels.map { UInt8($0) })
    let resized = image.resizedBilinear(height: 299, width: 299)
    try #require(resized.count == 299 * 299 * 3)
    for (index, expected) in golden.floats.enumerated() {
      let (y, x, channel) = (index / 69 * 13, index / 3 % 23 * 13, index % 3)
      let found = resized[(y * 299 + x) * 3 + channel]
      #expect(abs(found - expected) <= 1e-3, "row \(y), column \(x), channel \(channel)")
    }
  }

  @Test func sameSizeLeavesEveryLevelAsItIs() {
    let image = PixelImage.noise(width: 13, height: 7)
    #expect(image.resizedBilinear(height: 7, width: 13) == image.pixels.map(Float.init))
  }

  @Test func mirroredRunsFromRightToLeft() {
    let image = PixelImage.noise(width: 6, height: 4)
    let plain = image.resizedBilinear(height: 5, width: 9)
    let mirrored = image.resizedBilinear(height: 5, width: 9, box: .whole, mirrored: true)
    for y in 0..<5 {
      for x in 0..<9 {
        for channel in 0..<3 {
          #expect(abs(plain[(y * 9 + x) * 3 + channel] - mirrored[(y * 9 + 8 - x) * 3 + channel]) < 1e-3)
        }
      }
    }
  }

  @Test func boxOnPixelBoundsEqualsInteriorOfTheCroppedPicture() {
    let image = PixelImage.noise(width: 16, height: 8)
    let box = FractionalBox(y0: 0.25, x0: 0.5, y1: 0.75, x1: 1)
    let resized = image.resizedBilinear(height: 4, width: 8, box: box, mirrored: false)
    for y in 0..<4 {
      for x in 0..<8 {
        #expect(resized[(y * 8 + x) * 3] == Float(image.pixels[((y + 2) * 16 + x + 8) * 3]))
      }
    }
  }

  @Test func onePixelFillsAnySize() {
    let image = PixelImage(width: 1, height: 1, pixels: [3, 100, 255])
    #expect(image.resizedBilinear(height: 2, width: 3) == Array(repeatElement([3, 100, 255], count: 6).joined()))
  }
}
