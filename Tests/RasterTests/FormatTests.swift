import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Raster

/// WebP, GIF and TIFF. The files are described at the head of `Fixtures/raster/make_formats.py`, which made them.
@Suite struct FormatTests {
  let width = 8
  let height = 4
  let backdrop = RGB(Backdrop.level, Backdrop.level, Backdrop.level)

  private func path(_ name: String) -> FilePath { Fixtures.path("raster/\(name)") }

  private func expect(_ name: String, _ color: (_ x: Int, _ y: Int) -> RGB) throws {
    let image = try ImageDecoder.decode(path: path(name))
    try #require((image.width, image.height) == (width, height))
    #expect(try ImageDecoder.size(path: path(name)) == (width, height))
    for y in 0..<height {
      for x in 0..<width { #expect(image.pixel(x: x, y: y) == color(x, y), "\(name): column \(x), row \(y)") }
    }
  }

  private func color(_ x: Int, _ y: Int) -> RGB { RGB(UInt8(32 * x), UInt8(64 * y), UInt8(255 - 32 * x)) }

  @Test(arguments: [
    "rgb.webp", "rgb.gif", "interlaced.gif", "rgb.tiff", "deflate.tiff", "big.tiff", "rgb16.tiff", "cmyk.tiff",
  ])
  func pixelsAreThoseStored(name: String) throws { try expect(name, color) }

  @Test(arguments: ["animated.webp", "animated.gif", "pages.tiff"])
  func ofSeveralFramesTheFirstIsShown(name: String) throws { try expect(name, color) }

  @Test func transparencyShowsTheBackdrop() throws {
    for name in ["alpha.webp", "alpha.tiff"] { try expect(name) { x, y in x < 4 ? color(x, y) : backdrop } }
    try expect("alpha.gif") { x, y in (x, y) == (7, 3) ? backdrop : color(x, y) }
    try expect("frame.gif") { x, y in (2..<6).contains(x) && (1..<3).contains(y) ? color(x, y) : backdrop }
  }

  @Test func halfTransparentPixelsAreBlended() throws {
    try expect("half.webp") { x, y in
      let stored = color(x, y)
      func blend(_ level: UInt8) -> UInt8 {
        let sum: Int = 128 * Int(level) + 127 * Int(Backdrop.level)
        return UInt8((sum + 127) / 255)
      }
      return RGB(blend(stored.red), blend(stored.green), blend(stored.blue))
    }
  }

  /// As tifffile and ImageMagick write it. The files are described at the head of `Fixtures/raster/make_odd.py`.
  @Test func alphaOfOtherProgramsIsBlended() throws {
    func blend(_ color: RGB, _ y: Int) -> RGB {
      let alpha = 64 * y + 63
      func level(_ stored: UInt8) -> UInt8 {
        let sum = alpha * Int(stored) + (255 - alpha) * Int(Backdrop.level)
        return UInt8((sum + 127) / 255)
      }
      return RGB(level(color.red), level(color.green), level(color.blue))
    }
    for name in ["grey_alpha.tiff", "magick_alpha.tiff"] {
      try expect(name) { x, y in blend(RGB(UInt8(32 * x), UInt8(32 * x), UInt8(32 * x)), y) }
    }
    try expect("deep_planar.tiff") { x, y in blend(color(x, y), y) }
    try expect("unspecified.tiff", color)
  }

  @Test(arguments: ["turned.webp", "turned.tiff"]) func orientationTurnsThePicture(name: String) throws {
    let image = try ImageDecoder.decode(path: path(name))
    try #require((image.width, image.height) == (4, 8))
    #expect(try ImageDecoder.size(path: path(name)) == (4, 8))
    for y in 0..<8 {
      for x in 0..<4 { #expect(image.pixel(x: x, y: y) == color(y, 3 - x)) }
    }
  }

  @Test func lossyPicturesComeClose() throws {
    let image = try ImageDecoder.decode(path: path("lossy.webp"))
    let difference = image.pixel(x: 3, y: 2).levels &- RGB(200, 60, 40).levels
    #expect(max(difference.max(), -difference.min()) <= 6)
  }

  /// A page after the first that is cut off, and bytes that follow the picture, are nobody's loss; everything else is.
  @Test(arguments: [
    "rgb.webp", "turned.webp", "lossy.webp", "animated.webp", "rgb.gif", "interlaced.gif", "rgb.tiff", "rgb16.tiff",
  ])
  func everyPrefixIsAPictureOrAnErrorNamingTheFile(name: String) throws {
    let file = [UInt8](try Data(contentsOf: Fixtures.url("raster/\(name)")))
    let whole = try ImageDecoder.decode(data: file, name: name)
    for length in 1..<file.count {
      do throws(RasterError) {
        let image = try ImageDecoder.decode(data: Array(file[0..<length]), name: "cut")
        #expect(image == whole, "\(length) bytes")
      } catch {
        #expect("\(error)".hasPrefix("cut: "))
      }
    }
    #expect(throws: RasterError.self) { try ImageDecoder.decode(data: Array(file[0..<(file.count / 2)]), name: "cut") }
  }

  /// Whatever single byte is changed: a picture or an error, never a crash or a picture of another size than promised.
  @Test(arguments: [
    "alpha.webp", "animated.webp", "lossy.webp", "alpha.gif", "frame.gif", "rgb.tiff", "deflate.tiff", "big.tiff",
    "cmyk.tiff",
  ])
  func changedBytesAreAPictureOrAnError(name: String) throws {
    let file = [UInt8](try Data(contentsOf: Fixtures.url("raster/\(name)")))
    for index in file.indices {
      for value: UInt8 in [0, 1, 0x7F, 0xFF, file[index] ^ 0x10] {
        var changed = file
        changed[index] = value
        // Large sizes take long; those above the limit are refused before anything is decoded.
        guard let size = try? ImageDecoder.size(data: changed, name: name), size.width * size.height < 1 << 18 else {
          continue
        }
        if let image = try? ImageDecoder.decode(data: changed, name: name) {
          #expect(image.pixels.count == size.width * size.height * 3)
        }
      }
    }
  }

  @Test func tooManyPixelsAreRefusedBeforeDecoding() throws {
    var gif = [UInt8](try Data(contentsOf: Fixtures.url("raster/rgb.gif")))
    gif.replaceSubrange(6..<10, with: [0xFF, 0xFF, 0xFF, 0xFF])
    let expected = RasterError.tooManyPixels(
      file: "bomb", width: 65535, height: 65535, limit: ImageDecoder.pixelLimit)
    #expect(throws: expected) { _ = try ImageDecoder.decode(data: gif, name: "bomb") }
  }

  @Test func reasonsAreTheLibrariesOwn() throws {
    var gif = [UInt8](try Data(contentsOf: Fixtures.url("raster/rgb.gif")))
    gif.removeLast(20)
    #expect(throws: RasterError.undecodable(file: "a", format: "GIF", reason: "Failed to read from given file")) {
      _ = try ImageDecoder.decode(data: gif, name: "a")
    }
    var tiff = [UInt8](try Data(contentsOf: Fixtures.url("raster/cmyk.tiff")))
    let photometric = try #require((0..<(tiff.count - 8)).first { Array(tiff[$0..<($0 + 4)]) == [0x06, 0x01, 3, 0] })
    tiff[photometric + 8] = 99
    let error = try #require(throws: RasterError.self) { _ = try ImageDecoder.decode(data: tiff, name: "a") }
    #expect("\(error)".contains("PhotometricInterpretation=99"))
  }

  @Test func imageNamesOfAllFormatsAreKnown() {
    for name in ["a.webp", "a.GIF", "a.tif", "a.TIFF"] { #expect(ImageDecoder.isImageName(name), "\(name)") }
  }
}
