import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Raster

/// The files are described at the head of `Fixtures/raster/make_png.py`, which made them.
@Suite struct PNGTests {
  let width = 8
  let height = 4

  private func decode(_ name: String) throws -> PixelImage {
    try ImageDecoder.decode(path: Fixtures.path("raster/\(name).png"))
  }

  private func expect(_ image: PixelImage, _ color: (_ x: Int, _ y: Int) -> RGB) throws {
    try #require((image.width, image.height) == (width, height))
    for y in 0..<height {
      for x in 0..<width { #expect(image.pixel(x: x, y: y) == color(x, y), "column \(x), row \(y)") }
    }
  }

  private func color(_ x: Int, _ y: Int) -> RGB { RGB(UInt8(32 * x), UInt8(64 * y), UInt8(255 - 32 * x)) }

  @Test(arguments: ["rgb8", "rgb16", "interlaced"]) func samplesKeepTheirLevels(name: String) throws {
    try expect(decode(name), color)
  }

  @Test func greyIsSpreadOverAllChannels() throws {
    try expect(decode("grey8")) { x, _ in RGB(UInt8(32 * x), UInt8(32 * x), UInt8(32 * x)) }
  }

  @Test func transparencyShowsTheBackdrop() throws {
    let backdrop = RGB(Backdrop.level, Backdrop.level, Backdrop.level)
    try expect(decode("alpha")) { x, y in x < 4 ? color(x, y) : backdrop }
    try expect(decode("palette")) { x, y in (x, y) == (7, 3) ? backdrop : color(x, y) }
  }

  /// libpng approximates the sRGB curve by a power of 1 / 2.2.
  @Test func linearSamplesAreEncoded() throws {
    let image = try decode("linear")
    try #require((image.width, image.height) == (width, height))
    for x in 0..<width {
      let level = LinearLight.level(Float(32 * x) / 255)
      #expect(image.largestDifference(from: RGB(level, level, level), x: x, y: 0) <= 2)
    }
  }

  @Test func exifChunkTurnsThePicture() throws {
    let image = try decode("turned")
    try #require((image.width, image.height) == (4, 8))
    #expect(try ImageDecoder.size(path: Fixtures.path("raster/turned.png")) == (4, 8))
    for y in 0..<8 {
      for x in 0..<4 { #expect(image.pixel(x: x, y: y) == color(y, 3 - x)) }
    }
  }

  @Test(arguments: [(1, 1), (17, 5), (64, 64)]) func encodingIsLossless(width: Int, height: Int) throws {
    let image = PixelImage.noise(width: width, height: height)
    #expect(try ImageDecoder.decode(data: PNGEncoder.encode(image), name: "encoded.png") == image)
  }
}

extension PixelImage {
  /// Of one pixel's levels from a colour's.
  fileprivate func largestDifference(from color: RGB, x: Int, y: Int) -> Int {
    let difference = pixel(x: x, y: y).levels &- color.levels
    return Int(max(difference.max(), -difference.min()))
  }
}
