import CTurboJPEG
import Foundation
import TestSupport
import Testing

@testable import Raster

/// Files with something missing or too much of which every pixel is there.
@Suite struct WholePictureTests {
  static let picture = PixelImage.noise(width: 64, height: 48)
  static let jpegs = [
    JPEGSource.encode(picture), JPEGSource.encode(picture, flags: TJFLAG_PROGRESSIVE),
    JPEGSource.encode(picture, subsampling: TJSAMP_GRAY),
  ]

  /// What other programs put behind a JPEG: nothing, text, a preview, bytes that look like segments.
  private static let trailers: [[UInt8]] = [
    [], [UInt8](repeating: 0, count: 50), [UInt8](repeating: 0xFF, count: 20), Array("SEFTnotes".utf8), jpegs[2],
    [0xFF, 0xC0, 0, 4, 1, 2], [0xFF, 0x02, 0x11], [0xFF, 0xDB, 0x40, 0] + [UInt8](repeating: 0x77, count: 40),
    [0xFF, 0xE5, 0, 8, 1, 2, 3, 4, 5, 6, 0x99],
  ]

  @Test(arguments: jpegs, trailers) func aJPEGNeedsNoEndMarkerAndMayHaveATrailer(jpeg: [UInt8], trailer: [UInt8]) throws
  {
    let whole = try ImageDecoder.decode(data: jpeg, name: "whole")
    #expect(try ImageDecoder.decode(data: jpeg + trailer, name: "a") == whole)
    #expect(try ImageDecoder.decode(data: jpeg.dropLast(2) + trailer, name: "a") == whole)
  }

  @Test(arguments: jpegs) func aJPEGWhoseLastSamplesAreMissingIsAnError(jpeg: [UInt8]) {
    for cut in [8, 20, 100, jpeg.count / 2] {
      for end in [[], [0xFF, 0xD9]] as [[UInt8]] {
        #expect(throws: RasterError.self) { try ImageDecoder.decode(data: jpeg.dropLast(cut) + end, name: "a") }
      }
    }
  }

  /// A scan that another follows leaves no gap a warning would tell of.
  @Test func aProgressiveJPEGWithoutItsLastScanIsAnError() throws {
    let jpeg = Self.jpegs[1]
    let lastScan = try #require((0..<(jpeg.count - 1)).last { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xDA })
    #expect(throws: RasterError.self) { try ImageDecoder.decode(data: Array(jpeg[..<lastScan]), name: "a") }
  }

  private func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Fixtures.url("raster/\(name)")))
  }

  /// - Parameter change: of a file whose screen is 8×4, with its frame's descriptor at `frame`.
  private func gif(_ change: (_ file: inout [UInt8], _ frame: Int) -> Void) throws -> PixelImage {
    var file = try fixture("rgb.gif")
    let colors = 13 + 3 << (Int(file[10] & 7) + 1)
    let frame = try #require((colors..<file.count).first { file[$0] == 0x2C })
    change(&file, frame)
    #expect(try ImageDecoder.size(data: file, name: "a") == (8, 4))
    return try ImageDecoder.decode(data: file, name: "a")
  }

  @Test func aGIFsScreenHoldsItsFirstFrame() throws {
    let whole = try ImageDecoder.decode(data: fixture("rgb.gif"), name: "whole")
    for (width, height) in [(0, 0), (0, 4), (8, 0), (3, 2)] as [(UInt8, UInt8)] {
      #expect(try gif { file, _ in (file[6], file[8]) = (width, height) } == whole)
    }
  }

  @Test func bytesBetweenAGIFsBlocksArePassedOver() throws {
    let whole = try ImageDecoder.decode(data: fixture("rgb.gif"), name: "whole")
    for bytes in [[0], [0, 0, 0], [7, 0xFE, 1]] as [[UInt8]] {
      #expect(try gif { file, frame in file.insert(contentsOf: bytes, at: frame) } == whole)
    }
  }

  @Test func aGIFMayEndWithItsLastPixels() throws {
    let whole = try ImageDecoder.decode(data: fixture("rgb.gif"), name: "whole")
    for count in [1, 2] { #expect(try gif { file, _ in file.removeLast(count) } == whole) }
    #expect(throws: RasterError.self) { try gif { file, _ in file.removeLast(4) } }
  }

  /// Flags of an extended WebP may promise what there is not, and bytes follow its end.
  @Test(arguments: [0, 4, 8, 16, 32] as [UInt8], [[], [1, 2, 3, 4, 5], [UInt8](repeating: 0x45, count: 20)])
  func aWebPsFlagsAndTrailerDoNoHarm(flags: UInt8, trailer: [UInt8]) throws {
    let plain = try fixture("rgb.webp")
    let whole = try ImageDecoder.decode(data: plain, name: "whole")
    var file =
      Array(plain[..<12]) + Array("VP8X".utf8) + [10, 0, 0, 0, flags, 0, 0, 0, 7, 0, 0, 3, 0, 0] + plain[12...]
    let length = file.count - 8
    for byte in 0..<4 { file[4 + byte] = UInt8(length >> (8 * byte) & 255) }
    #expect(try ImageDecoder.decode(data: file + trailer, name: "a") == whole)
    #expect(try ImageDecoder.size(data: file + trailer, name: "a") == (8, 4))
  }
}
