import Testing

@testable import Raster

/// What the samples of TIFF files mean, in every layout. The right levels are those stored, flattened as `Backdrop` says;
/// Pillow and ImageMagick show the same where they read such a file at all.
@Suite struct TIFFSamplesTests {
  /// More than a tile in one direction, and neither whole tiles nor whole strips in any.
  static let (width, height) = (20, 7)
  private static let places = (0..<(width * height)).map { (x: $0 % width, y: $0 / width) }
  private static let alpha = places.map { ($0.y * 40) % 256 }
  private static let other = places.map { ($0.x * 11 + 40) % 256 }

  struct Layout: CustomTestStringConvertible {
    var bits = 8
    var isPlanar = false
    var isTiled = false
    var isBigEndian = false
    var isBigTIFF = false

    var testDescription: String {
      "\(bits) bits\(isPlanar ? ", planar" : "")\(isTiled ? ", tiles" : "")\(isBigEndian ? ", big endian" : "")"
        + (isBigTIFF ? ", BigTIFF" : "")
    }

    static let all: [Layout] = [8, 16].flatMap { bits in
      [false, true].flatMap { isPlanar in
        [false, true].flatMap { isTiled in
          [(false, false), (true, false), (false, true)].map {
            Layout(bits: bits, isPlanar: isPlanar, isTiled: isTiled, isBigEndian: $0.0, isBigTIFF: $0.1)
          }
        }
      }
    }

    func source(_ photometric: Int, _ planes: [[Int]], _ extraSamples: [Int]?) -> TIFFSource {
      TIFFSource(
        width: width, height: height, planes: planes, photometric: photometric, bits: bits, extraSamples: extraSamples,
        isPlanar: isPlanar, isTiled: isTiled, isBigEndian: isBigEndian, isBigTIFF: isBigTIFF)
    }
  }

  /// As stored: one plane of grey or three of colours.
  private static func planes(_ photometric: Int) -> [[Int]] {
    let red = places.map { ($0.x * 12 + $0.y) % 256 }
    return photometric == 2 ? [red, places.map { $0.y * 36 }, places.map { 255 - $0.x * 9 }] : [red]
  }

  /// The three levels of each pixel that planes of colours show.
  private static func levels(_ photometric: Int, _ planes: [[Int]]) -> [[Int]] {
    places.indices.map { index in
      (0..<3).map { channel in
        let level = planes[photometric == 2 ? channel : 0][index]
        return photometric == 0 ? 255 - level : level
      }
    }
  }

  private func expect(_ source: TIFFSource, _ levels: [[Int]], alpha: [Int]? = nil) throws {
    let image = try ImageDecoder.decode(data: source.file, name: "a.tif")
    try #require((image.width, image.height) == (source.width, source.height))
    let backdrop = Int(Backdrop.level)
    let expected = levels.enumerated().flatMap { index, color in
      color.map { level in
        guard let alpha = alpha?[index] else { return level }
        return (level * alpha + backdrop * (255 - alpha) + 127) / 255
      }
    }
    #expect(image.pixels.map(Int.init) == expected)
  }

  @Test(arguments: Layout.all, 0...2) func samplesThatAreNoAlphaArePassedOver(layout: Layout, photometric: Int) throws {
    let planes = Self.planes(photometric)
    let levels = Self.levels(photometric, planes)
    try expect(layout.source(photometric, planes, nil), levels)
    try expect(layout.source(photometric, planes + [Self.alpha], [0]), levels)
    try expect(layout.source(photometric, planes + [Self.alpha, Self.other], [0, 0]), levels)
  }

  @Test(arguments: Layout.all, 0...2) func unassociatedAlphaIsMultiplied(layout: Layout, photometric: Int) throws {
    let planes = Self.planes(photometric)
    let levels = Self.levels(photometric, planes)
    try expect(layout.source(photometric, planes + [Self.alpha], [2]), levels, alpha: Self.alpha)
    try expect(layout.source(photometric, planes + [Self.alpha, Self.other], [2, 0]), levels, alpha: Self.alpha)
    try expect(layout.source(photometric, planes + [Self.other, Self.alpha], [0, 2]), levels, alpha: Self.alpha)
  }

  /// Programs that never heard of saying so write alpha without a word.
  @Test(arguments: Layout.all, 0...2) func aSampleNothingIsSaidOfIsAlpha(layout: Layout, photometric: Int) throws {
    let planes = Self.planes(photometric)
    try expect(
      layout.source(photometric, planes + [Self.alpha], nil), Self.levels(photometric, planes), alpha: Self.alpha)
  }

  @Test(arguments: Layout.all, 1...2) func associatedAlphaIsMultipliedAlready(layout: Layout, photometric: Int) throws {
    let planes = Self.planes(photometric).map { plane in zip(plane, Self.alpha).map { $0 * $1 / 255 } }
    let levels = Self.levels(photometric, planes)
    let backdrop = Int(Backdrop.level)
    let expected = zip(levels, Self.alpha).map { color, alpha in
      color.map { min(255, ($0 * 255 + backdrop * (255 - alpha) + 127) / 255) }
    }
    try expect(layout.source(photometric, planes + [Self.alpha], [1]), expected)
    try expect(layout.source(photometric, planes + [Self.alpha, Self.other], [1, 0]), expected)
  }

  @Test(arguments: Layout.all.filter { $0.bits == 8 && !$0.isPlanar }) func palettesMayHaveAlpha(layout: Layout) throws
  {
    let palette = (0..<768).map { ($0 * 37 + $0 / 256 * 90) % 256 }
    let indices = Self.planes(1)
    let levels = indices[0].map { index in (0..<3).map { palette[256 * $0 + index] } }
    for (planes, extraSamples, alpha) in [
      (indices, nil, nil), (indices + [Self.alpha], [0], nil), (indices + [Self.alpha], [2], Self.alpha),
    ] as [([[Int]], [Int]?, [Int]?)] {
      var source = layout.source(3, planes, extraSamples)
      source.palette = palette
      try expect(source, levels, alpha: alpha)
    }
  }

  @Test(arguments: [false, true], [false, true]) func bytesBehindTilesAndStripsArePassedOver(
    isTiled: Bool, isPlanar: Bool
  ) throws {
    for padding in [1, 2, 256] {
      var source = Layout(isPlanar: isPlanar, isTiled: isTiled).source(2, Self.planes(2), nil)
      source.padding = padding
      try expect(source, Self.levels(2, source.planes))
    }
  }

  /// BYTE, SHORT, LONG, their signed kin and, in any file, the 64-bit types of BigTIFF.
  @Test(arguments: [1, 3, 4, 6, 8, 9, 16, 17], [false, true]) func entriesMayBeOfAnyIntegerType(
    type: Int, isBigTIFF: Bool
  ) throws {
    var source = Layout(isBigTIFF: isBigTIFF).source(2, Self.planes(2), nil)
    let offsets = [1, 6].contains(type) ? [] : [273, 279]
    for tag in [256, 257, 258, 259, 262, 277, 278, 284] + offsets { source.types[tag] = type }
    #expect(try ImageDecoder.size(data: source.file, name: "a.tif") == (Self.width, Self.height))
    try expect(source, Self.levels(2, source.planes))
  }

  /// libtiff complains of all of these, and goes on.
  @Test func entriesThatMakeNoSenseAreNoFailure() throws {
    for entry in [(274, 3, [9]), (60000, 3, [1]), (282, 4, [0]), (305, 4, [1]), (296, 3, [77])] {
      var source = Layout().source(2, Self.planes(2), nil)
      source.entries = [entry]
      try expect(source, Self.levels(2, source.planes))
    }
  }

  @Test func sizesWhoseProductOverflowsAreTooManyPixels() throws {
    for (type, side) in [(4, 0xFFFF_FFFF), (16, 1 << 40), (16, Int.max)] {
      var source = TIFFSource(width: 1, height: 1, planes: [[1], [2], [3]], isBigTIFF: true)
      source.types = [256: type, 257: type]
      source.lies = [256: [side], 257: [side]]
      let expected = RasterError.tooManyPixels(file: "a", width: side, height: side, limit: ImageDecoder.pixelLimit)
      #expect(throws: expected) { try ImageDecoder.decode(data: source.file, name: "a") }
    }
  }

  @Test func tilesThatDoNotFitMemoryAreAnError() throws {
    var source = TIFFSource(width: 1, height: 1, planes: [[1], [2], [3]], isTiled: true)
    source.lies = [322: [1 << 15], 323: [1 << 15]]
    let expected = RasterError.undecodable(file: "a", format: "TIFF", reason: "its strips or tiles are too large")
    #expect(throws: expected) { try ImageDecoder.decode(data: source.file, name: "a") }
  }
}
