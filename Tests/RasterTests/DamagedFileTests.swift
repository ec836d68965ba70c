import CTurboJPEG
import Foundation
import Glibc
import SystemPackage
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

  @Test func markerInTheMiddleOfTheScanIsAnError() {
    var file = jpeg
    file.replaceSubrange((file.count / 2)..<(file.count / 2 + 2), with: [0xFF, 0xD9])
    #expect(throws: RasterError.self) { _ = try ImageDecoder.decode(data: file, name: "corrupt.jpg") }
  }

  /// Only the closing chunk, of 12 bytes, may be missing.
  @Test func everyPrefixOfAPNGIsThePictureOrAnErrorNamingTheFile() throws {
    let png = [UInt8](try Data(contentsOf: Fixtures.url("raster/palette.png")))
    let whole = try ImageDecoder.decode(data: png, name: "whole.png")
    for length in 1..<png.count {
      let cut = Result { () throws(RasterError) in
        try ImageDecoder.decode(data: Array(png[0..<length]), name: "cut.png")
      }
      switch cut {
      case .success(let picture): #expect(picture == whole && length >= png.count - 12, "\(length) bytes")
      case .failure(let error): #expect("\(error)".hasPrefix("cut.png: ") && length < png.count - 12, "\(length) bytes")
      }
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
    let folder = Fixtures.path("raster")
    #expect(throws: RasterError.unreadable(file: folder.string, reason: "it is a directory")) {
      _ = try ImageDecoder.decode(path: folder)
    }
    #expect(throws: RasterError.unreadable(file: "/nowhere", reason: "No such file or directory")) {
      try ImageDecoder.size(path: "/nowhere")
    }
    #expect(throws: RasterError.notAnImage(file: #filePath)) { try ImageDecoder.size(path: #filePath) }
  }

  /// Opening a pipe nobody writes to would wait for ever.
  @Test func whatIsNoRegularFileIsToldWithoutWaiting() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "raster-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (pipe, listener) = ("\(folder)/pipe.jpg", "\(folder)/s.jpg")
    try #require(mkfifo(pipe, 0o600) == 0)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(listener.utf8).prefix($0.count - 1)) }
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    try #require(isBound)
    for path in [pipe, listener, "/dev/zero"] {
      let expected = RasterError.unreadable(file: path, reason: "it is not a regular file")
      #expect(throws: expected) { _ = try ImageDecoder.decode(path: FilePath(path)) }
      #expect(throws: expected) { try ImageDecoder.size(path: FilePath(path)) }
    }
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
