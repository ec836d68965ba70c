import CTurboJPEG
import SystemPackage
import TestSupport
import Testing

@testable import Raster

@Suite struct JPEGDecodingTests {
  /// TensorFlow's default decoding: fast integer DCT, smooth chroma upsampling.
  @Test(arguments: ["53x37_444", "48x65_422", "91x77_420", "40x64_420", "17x90_444"])
  func pixelsEqualTensorFlows(name: String) throws {
    let found = try ImageDecoder.decode(path: Fixtures.path("raster/tf_\(name).jpg"))
    let expected = try ImageDecoder.decode(path: Fixtures.path("raster/tf_\(name).png"))
    #expect(found.width == expected.width && found.height == expected.height)
    #expect(found.pixels == expected.pixels)
  }

  let picture = PixelImage.gradient(width: 40, height: 24)

  @Test func decodesToThePictureEncoded() throws {
    let decoded = try ImageDecoder.decode(data: JPEGSource.encode(picture), name: "plain.jpg")
    try #require((decoded.width, decoded.height) == (40, 24))
    #expect(decoded.largestDifference(from: picture) <= 5)
  }

  /// EXIF says at which side of the upright picture the stored first row and first column lie.
  @Test(arguments: 1...8, [false, true])
  func everyOrientationStandsUpright(orientation: Int, bigEndian: Bool) throws {
    let (width, height) = orientation < 5 ? (40, 24) : (24, 40)
    var stored: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        let (x, y) =
          switch orientation {
          case 1: (column, row)
          case 2: (39 - column, row)
          case 3: (39 - column, 23 - row)
          case 4: (column, 23 - row)
          case 5: (row, column)
          case 6: (39 - row, column)
          case 7: (39 - row, 23 - column)
          default: (row, 23 - column)
          }
        let color = picture.pixel(x: x, y: y)
        stored += [color.red, color.green, color.blue]
      }
    }
    let plain = JPEGSource.encode(stored, width: width, height: height)
    let file = JPEGSource.oriented(plain, orientation, bigEndian: bigEndian)
    #expect(try ImageDecoder.size(data: file, name: "turned.jpg") == (40, 24))
    let decoded = try ImageDecoder.decode(data: file, name: "turned.jpg")
    try #require((decoded.width, decoded.height) == (40, 24))
    #expect(decoded.largestDifference(from: picture) <= 5)
  }

  @Test func turningTilesTouchesEveryPixel() {
    let noise = PixelImage.noise(width: 70, height: 45)
    for orientation in Orientation.allCases {
      let turned = noise.upright(from: orientation)
      let inverse: Orientation =
        switch orientation {
        case .clockwise: .counterclockwise
        case .counterclockwise: .clockwise
        default: orientation
        }
      #expect(turned.upright(from: inverse) == noise, "\(orientation)")
    }
  }

  @Test(arguments: [0, 9, 255]) func orientationsThatDoNotExistAreIgnored(value: Int) throws {
    let file = JPEGSource.oriented(JPEGSource.encode(picture), value, bigEndian: true)
    #expect(try ImageDecoder.size(data: file, name: "odd.jpg") == (40, 24))
  }

  @Test func malformedMetadataIsIgnored() throws {
    let plain = JPEGSource.encode(picture)
    let oriented = JPEGSource.oriented(plain, 6, bigEndian: false)
    let exif = Array(oriented[6..<(oriented.count - plain.count + 2)])
    for length in 0..<(exif.count - 14) {
      let file = JPEGSource.inserting(Array(exif[0..<length]), marker: 0xE1, into: plain)
      #expect(try ImageDecoder.size(data: file, name: "cut.jpg") == (40, 24), "\(length) bytes of EXIF")
    }
  }

  @Test func greyIsSpreadOverAllChannels() throws {
    let file = JPEGSource.encode(picture, subsampling: TJSAMP_GRAY)
    let decoded = try ImageDecoder.decode(data: file, name: "grey.jpg")
    try #require((decoded.width, decoded.height) == (40, 24))
    for y in 0..<24 {
      for x in 0..<40 {
        let (found, source) = (decoded.pixel(x: x, y: y), picture.pixel(x: x, y: y))
        #expect(found.red == found.green && found.green == found.blue)
        let luma = 0.299 * Double(source.red) + 0.587 * Double(source.green) + 0.114 * Double(source.blue)
        #expect(abs(Double(found.red) - luma) <= 5)
      }
    }
  }

  /// TurboJPEG writes CMYK as YCCK with an Adobe marker, so inverted: 255 is no ink.
  @Test func adobesInvertedInksBecomeTheirColors() throws {
    let inks: [UInt8] = [255, 128, 0, 255]
    let samples = Array(repeatElement(inks, count: 64).joined())
    let file = JPEGSource.encode(samples, width: 8, height: 8, format: TJPF_CMYK)
    let decoded = try ImageDecoder.decode(data: file, name: "cmyk.jpg")
    let expected = PixelImage.solid(RGB(255, 128, 0), width: 8, height: 8)
    try #require((decoded.width, decoded.height) == (8, 8))
    #expect(decoded.largestDifference(from: expected) <= 5)
  }

  @Test func inksMultiplyWhicheverWayTheyAreStored() {
    #expect(ImageDecoder.rgb(cmyk: [255, 100, 0, 128], inverted: true) == [128, 50, 0])
    #expect(ImageDecoder.rgb(cmyk: [0, 155, 255, 127], inverted: false) == [128, 50, 0])
  }

  @Test(arguments: [(40, 24), (39, 24), (20, 12), (11, 1), (1, 7), (5, 3), (1, 1), (90, 90)])
  func scaledDecodingCoversWhatIsWanted(width: Int, height: Int) throws {
    let file = JPEGSource.oriented(JPEGSource.encode(picture, subsampling: TJSAMP_420), 6, bigEndian: true)
    // Upright it is 24×40.
    let decoded = try ImageDecoder.decode(data: file, name: "scaled.jpg", covering: (height, width))
    #expect(decoded.width >= min(height, 24) && decoded.height >= min(width, 40))
    #expect(decoded.width <= 24 && decoded.height <= 40)
    if (width, height) == (20, 12) { #expect((decoded.width, decoded.height) == (12, 20)) }
    if (width, height) == (1, 1) { #expect((decoded.width, decoded.height) == (3, 5)) }
  }
}
