import CTurboJPEG
import Foundation
import TestSupport
import Testing

@testable import Raster

@Suite struct DamagedFileTests {
  let jpeg = JPEGSource.encode(.noise(width: 64, height: 48))

  @Test(arguments: [0.2, 0.5, 0.9, 0.999]) func truncatedJPEGIsAnErrorNamingTheFile(part: Double) throws {
    let cut = Array(jpeg[0..<Int(Double(jpeg.count) * part)])
    let error = try #require(throws: RasterError.self) { _ = try ImageDecoder.decode(data: cut, name: "cut.jpg") }
    guard case .undecodable("cut.jpg", "JPEG", let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func truncatedProgressiveJPEGIsAnError() throws {
    let progressive = JPEGSource.encode(.noise(width: 64, height: 48), flags: TJFLAG_PROGRESSIVE)
    let cut = Array(progressive[0..<(progressive.count * 3 / 4)])
    #expect(throws: RasterError.self) { _ = try ImageDecoder.decode(data: cut, name: "cut.jpg") }
  }

  @Test func strayBytesBetweenSegmentsAreNoDamage() throws {
    let whole = try ImageDecoder.decode(data: jpeg, name: "whole.jpg")
    let stray = Array(jpeg[0..<(jpeg.count - 2)]) + [1, 2, 3] + jpeg.suffix(2)
    #expect(try ImageDecoder.decode(data: stray, name: "stray.jpg") == whole)
    #expect(try ImageDecoder.decode(data: jpeg + Array(repeating: 7, count: 100), name: "tail.jpg") == whole)
  }

  @Test func strayBytesDoNotHideThatTheEndIsMissing() {
    var file = JPEGSource.inserting(Array("note".utf8), marker: 0xFE, into: jpeg)
    file.insert(contentsOf: [1, 2, 3], at: 10)
    #expect(throws: Never.self) { _ = try ImageDecoder.decode(data: file, name: "stray.jpg") }
    file.removeLast(2)
    #expect(throws: RasterError.self) { _ = try ImageDecoder.decode(data: file, name: "stray.jpg") }
  }

  @Test func markerInTheMiddleOfTheScanIsAnError() {
    var file = jpeg
    file.replaceSubrange((file.count / 2)..<(file.count / 2 + 2), with: [0xFF, 0xD9])
    #expect(throws: RasterError.self) { _ = try ImageDecoder.decode(data: file, name: "corrupt.jpg") }
  }

  @Test func everyPrefixOfAPNGIsAnErrorNamingTheFile() throws {
    let png = [UInt8](try Data(contentsOf: Fixtures.url("raster/palette.png")))
    for length in 1..<png.count {
      let error = try #require(throws: RasterError.self, "\(length) bytes") {
        _ = try ImageDecoder.decode(data: Array(png[0..<length]), name: "cut.png")
      }
      #expect("\(error)".hasPrefix("cut.png: "))
    }
  }

  @Test func corruptPNGIsAnErrorInTheLibrarysWords() throws {
    var png = [UInt8](try Data(contentsOf: Fixtures.url("raster/rgb8.png")))
    png[45] ^= 0xFF
    let error = try #require(throws: RasterError.self) { _ = try ImageDecoder.decode(data: png, name: "bad.png") }
    guard case .undecodable("bad.png", "PNG", let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func tooManyPixelsAreRefusedBeforeDecoding() throws {
    var file = jpeg
    let frame = try #require((0..<file.count).first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
    file.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0xFF, 0xFF, 0xFF])
    let expected = RasterError.tooManyPixels(
      file: "bomb.jpg", width: 65535, height: 65535, limit: ImageDecoder.pixelLimit)
    #expect(throws: expected) { _ = try ImageDecoder.decode(data: file, name: "bomb.jpg") }
  }

  @Test func filesThatAreNoPicturesSayWhatWasExpected() throws {
    #expect(throws: RasterError.empty(file: "e")) { _ = try ImageDecoder.decode(data: [], name: "e") }
    let text = Array("text".utf8)
    #expect(throws: RasterError.notAnImage(file: "t")) { _ = try ImageDecoder.decode(data: text, name: "t") }
    let folder = Fixtures.url("raster").path
    #expect(throws: RasterError.unreadable(file: folder, reason: "it is a directory")) {
      _ = try ImageDecoder.decode(path: folder)
    }
    #expect(throws: RasterError.unreadable(file: "/nowhere", reason: "No such file or directory")) {
      try ImageDecoder.size(path: "/nowhere")
    }
    #expect(throws: RasterError.notAnImage(file: #filePath)) { try ImageDecoder.size(path: #filePath) }
  }

  @Test func messagesHoldNoControlCharacters() {
    let message = RasterError.notAnImage(file: "a\u{1B}[2Jb\n.jpg").description
    #expect(message == "a\u{FFFD}[2Jb\u{FFFD}.jpg: not an image gaze can read, expected JPEG, PNG, WebP, GIF or TIFF")
  }

  @Test func imageNamesAreToldByExtension() {
    for name in ["a.jpg", "B.JPEG", "c.d.png", "é.Jpe"] { #expect(ImageDecoder.isImageName(name), "\(name)") }
    for name in ["jpg", ".png", "a.txt", "a.png.txt", "", "png.", "a.jpeg2000"] {
      #expect(!ImageDecoder.isImageName(name), "\(name)")
    }
  }
}
