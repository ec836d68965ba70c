import CPNG
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Raster

/// Where orientations are looked for and how they are read. Right is what most of Pillow, exiftool, libvips and ImageMagick
/// say.
@Suite struct MetadataTests {
  /// EXIF metadata of entries that hold their values themselves.
  struct Metadata {
    var entries: [(tag: Int, type: Int, count: Int, value: [UInt8])]
    var isBigEndian = false
    /// Entries said to be there; nil: those that are.
    var promised: Int?

    init(_ entries: [(tag: Int, type: Int, count: Int, value: [UInt8])], isBigEndian: Bool = false) {
      (self.entries, self.isBigEndian) = (entries, isBigEndian)
    }

    /// One orientation of type SHORT.
    init(_ orientation: UInt8) { self.init([(0x0112, 3, 1, [orientation, 0])]) }

    func integer(_ value: Int, _ width: Int) -> [UInt8] {
      let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return isBigEndian ? bytes.reversed() : bytes
    }

    var bytes: [UInt8] {
      let head = Array((isBigEndian ? "MM" : "II").utf8) + integer(42, 2) + integer(8, 4)
      let body = entries.flatMap { entry in
        let far = entry.value.count > 4
        return integer(entry.tag, 2) + integer(entry.type, 2) + integer(entry.count, 4)
          + (far
            ? integer(10 + 12 * entries.count, 4) : entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count))
      }
      return head + integer(promised ?? entries.count, 2) + body
        + entries.flatMap { $0.value.count > 4 ? $0.value : [] }
    }

    var orientation: Orientation { Orientation(exif: bytes[...]) }
  }

  @Test(arguments: [false, true]) func valuesOfEveryTypeAreRead(isBigEndian: Bool) {
    let plain = Metadata([], isBigEndian: isBigEndian)
    // BYTE, SHORT, LONG, SBYTE, UNDEFINED, SSHORT, SLONG, IFD, LONG8, SLONG8, IFD8.
    for (type, width) in [1: 1, 3: 2, 4: 4, 6: 1, 7: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8] {
      for count in [1, 2, 5] {
        let value = plain.integer(6, width) + (1..<count).flatMap { _ in plain.integer(3, width) }
        let metadata = Metadata([(0x0112, type, count, value)], isBigEndian: isBigEndian)
        #expect(metadata.orientation == .clockwise, "type \(type), \(count) values")
      }
      #expect(Metadata([(0x0112, type, 0, plain.integer(6, 4))]).orientation == .upright, "type \(type), no values")
    }
    for type in [5, 10] {
      func fraction(_ numerator: Int, _ denominator: Int) -> Orientation {
        let value = plain.integer(numerator, 4) + plain.integer(denominator, 4)
        return Metadata([(0x0112, type, 1, value)], isBigEndian: isBigEndian).orientation
      }
      #expect(fraction(6, 1) == .clockwise && fraction(12, 2) == .clockwise)
      #expect(fraction(13, 2) == .upright && fraction(6, 0) == .upright)
    }
    #expect(Metadata([(0x0112, 2, 2, [0x36, 0])]).orientation == .clockwise)
    for value in [0, 9, 255] as [UInt8] { #expect(Metadata(value).orientation == .upright) }
    #expect(Metadata([(0x0112, 6, 1, [0xFA])]).orientation == .upright)
    #expect(Metadata([(0x0112, 99, 1, [6, 0])]).orientation == .upright)
  }

  @Test func damagedDirectoriesAreReadAsFarAsTheyGo() {
    var metadata = Metadata([(0x0110, 2, 4, Array("gz1\0".utf8)), (0x0112, 3, 1, [6, 0])])
    for promised in [2, 3, 9, 65535] {
      metadata.promised = promised
      #expect(metadata.orientation == .clockwise, "\(promised) entries promised")
    }
    metadata.promised = 1
    #expect(metadata.orientation == .upright)
    metadata.promised = nil
    for length in 0..<metadata.bytes.count { #expect(Orientation(exif: metadata.bytes[..<length]) == .upright) }
    // A value elsewhere, beyond the end.
    #expect(Metadata([(0x0112, 3, 3, [0xFF, 0xFF, 0, 0])]).orientation == .upright)
  }

  @Test func ofSeveralEntriesTheFirstCounts() {
    #expect(Metadata([(0x0112, 3, 1, [6, 0]), (0x0112, 3, 1, [3, 0])]).orientation == .clockwise)
    #expect(Metadata([(0x0112, 3, 1, [0, 0]), (0x0112, 3, 1, [6, 0])]).orientation == .upright)
  }

  @Test func ofSeveralSegmentsOfAJPEGTheFirstCounts() throws {
    let plain = JPEGSource.encode(.gradient(width: 40, height: 24))
    func size(_ segments: [[UInt8]]) throws -> (Int, Int) {
      let file = segments.reversed().reduce(plain) { JPEGSource.inserting($1, marker: 0xE1, into: $0) }
      return try ImageDecoder.size(data: file, name: "a.jpg")
    }
    let (one, six) = (Orientation.prefix + Metadata(1).bytes, Orientation.prefix + Metadata(6).bytes)
    let none = Orientation.prefix + Metadata([]).bytes
    #expect(try size([six, one]) == (24, 40))
    #expect(try size([one, six]) == (40, 24))
    #expect(try size([none, six]) == (40, 24))
    #expect(try size([Array("http://ns.adobe.com/xap/1.0/\0".utf8), six]) == (24, 40))
  }

  /// A PNG of 8×4 with chunks before its pixels and after.
  private func png(before: [(String, [UInt8])] = [], after: [(String, [UInt8])] = []) throws -> [UInt8] {
    let plain = [UInt8](try Data(contentsOf: Fixtures.url("raster/rgb8.png")))
    func bytes(_ chunks: [(String, [UInt8])]) -> [UInt8] {
      chunks.flatMap { kind, body in
        let content = Array(kind.utf8) + body
        return [body.count, Int(crc32(0, content, uInt(content.count)))].map { value in
          stride(from: 24, through: 0, by: -8).map { UInt8(value >> $0 & 255) }
        }.joined(separator: content)
      }
    }
    return plain[..<33] + bytes(before) + plain[33..<(plain.count - 12)] + bytes(after) + plain.suffix(12)
  }

  /// Text of the form programs wrote before there was a chunk for metadata.
  private func profile(_ keyword: String, _ metadata: [UInt8], kind: String = "tEXt", compressed: Bool = false) -> (
    String, [UInt8]
  ) {
    let digits = metadata.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    var text = Array("\nexif\n  \(metadata.count)\n\(digits.prefix(72))\n\(digits.dropFirst(72))\n".utf8)
    if compressed || kind == "zTXt" {
      var length = compressBound(uLong(text.count))
      var packed = [UInt8](repeating: 0, count: Int(length))
      compress(&packed, &length, text, uLong(text.count))
      text = Array(packed.prefix(Int(length)))
    }
    let middle: [UInt8] = kind == "tEXt" ? [] : kind == "zTXt" ? [0] : [compressed ? 1 : 0, 0, 0x65, 0x6E, 0, 0]
    return (kind, Array("Raw profile type \(keyword)\0".utf8) + middle + text)
  }

  private func expect(_ file: [UInt8], turned: Bool, _ comment: Comment = "") throws {
    let expected = turned ? (4, 8) : (8, 4)
    #expect(try ImageDecoder.size(data: file, name: "a.png") == expected, comment)
    let image = try ImageDecoder.decode(data: file, name: "a.png")
    #expect((image.width, image.height) == expected, comment)
  }

  @Test func aPNGsMetadataMayBeAnywhere() throws {
    for metadata in [Metadata(6).bytes, Orientation.prefix + Metadata(6).bytes] {
      try expect(png(before: [("eXIf", metadata)]), turned: true)
      try expect(png(after: [("eXIf", metadata)]), turned: true)
      for keyword in ["exif", "APP1"] {
        for (kind, compressed) in [("tEXt", false), ("zTXt", false), ("iTXt", false), ("iTXt", true)] {
          let chunk = profile(keyword, metadata, kind: kind, compressed: compressed)
          try expect(png(before: [chunk]), turned: true, "\(keyword) \(kind)")
          try expect(png(after: [chunk]), turned: true, "\(keyword) \(kind)")
        }
      }
      try expect(png() + png(before: [("eXIf", metadata)])[33...], turned: false, "behind the end")
    }
  }

  @Test func ofSeveralChunksOfAPNGTheFirstOneCountsAndTextLast() throws {
    let (three, six) = (Metadata(3).bytes, Metadata(6).bytes)
    try expect(png(before: [("eXIf", six), ("eXIf", three)]), turned: true)
    try expect(png(before: [("eXIf", three)], after: [("eXIf", six)]), turned: false)
    try expect(png(before: [profile("exif", three), ("eXIf", six)]), turned: true)
    try expect(png(before: [profile("APP1", three), profile("exif", six)]), turned: true)
    try expect(png(before: [profile("exif", six), profile("APP1", three)]), turned: true)
  }

  @Test func damagedTextOfAPNGIsPassedOver() throws {
    let whole = profile("exif", Metadata(6).bytes, kind: "zTXt").1
    for length in [21, 22, 23, 30, whole.count - 1] {
      for kind in ["tEXt", "zTXt", "iTXt"] {
        try expect(png(before: [(kind, Array(whole[..<length]))]), turned: false, "\(kind) of \(length) bytes")
      }
    }
  }

  /// - Returns: the size of a file of this content, and that of its picture.
  private func sizes(_ file: [UInt8]) throws -> [[Int]] {
    let path = FileManager.default.temporaryDirectory.appending(path: "late-\(UUID())").path
    try Data(file).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (size, image) = (try ImageDecoder.size(path: FilePath(path)), try ImageDecoder.decode(path: FilePath(path)))
    return [[size.width, size.height], [image.width, image.height]]
  }

  /// The size is told without reading the pixels, and yet the metadata behind them is found.
  @Test func metadataBehindMuchElseIsFound() throws {
    let padding = [("prVt", [UInt8](repeating: 0, count: 300_000))]
    #expect(try sizes(png(before: padding, after: [("eXIf", Metadata(6).bytes)])) == [[4, 8], [4, 8]])
    // The directory of a TIFF, as far in as more than one length read of it at first.
    for count in [131_088, 131_150, 300_000] {
      var source = TIFFSource(width: 8, height: 4, planes: Array(repeating: Array(0..<32), count: 3))
      source.padding = count / 2 - 100
      source.entries = [(274, 3, [6])]
      #expect(try sizes(source.file) == [[4, 8], [4, 8]], "\(count)")
    }
  }
}
