import Files
import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("A batch ends at a signal whatever it waits for, and leaves whole files")
struct InterruptTests {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// `photos` with many of one photo, and a small network.
  private let folder: CommandFolder
  private let photos: String
  private let environment: [String: String]

  init() throws {
    folder = try CommandFolder(["photos/note.md": "a file that is no photo"])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let png = try PNGEncoder.encode(
      PixelImage(width: 8, height: 8, pixels: [UInt8](repeating: 90, count: 8 * 8 * 3)))
    for index in 0..<200 { try Data(png).write(to: folder.url.appendingPathComponent("photos/\(1000 + index).png")) }
    photos = folder.path("photos")
    environment = ["GAZE_WEIGHTS": folder.path("w.safetensors")]
  }

  /// Every caption has both of its files, and nothing else lies there.
  private func expectWholeFiles() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: photos)
    let texts = names.filter { $0.hasSuffix(".txt") }.map { $0.dropLast(4) }.sorted()
    let origins = names.filter { $0.hasSuffix(".caption.json") }.map { $0.dropLast(13) }.sorted()
    #expect(texts == origins && !texts.isEmpty && texts.count < 200)
    #expect(names.count == 201 + 2 * texts.count)
    for text in texts { #expect(try folder.text("photos/\(text).txt").hasSuffix("\n")) }
  }

  @Test("while nobody reads what it prints", arguments: signals) func fullPipe(number: Int32) async throws {
    let (photos, environment) = (photos, environment)
    let report = try await onThread {
      let pipe = try ProgramProcess.pipe()
      defer { [pipe.read, pipe.write].forEach { close($0) } }
      _ = fcntl(pipe.write, F_SETFL, O_NONBLOCK)
      let block = [UInt8](repeating: 0, count: 4096)
      while write(pipe.write, block, block.count) > 0 {}
      _ = fcntl(pipe.write, F_SETFL, 0)
      return try ProgramProcess.report(
        ["caption", photos, "--sidecar", "overwrite"], environment: environment, output: pipe.write
      ) { _ in
        folder.file("photos/1000.txt").exists && folder.file("photos/1000.caption.json").exists
      } act: {
        kill($0.id, number)
      }
    }
    #expect(report.wasReady && report.ending == .status(130))
    #expect(report.errors == "gaze: stopped after 1 of 200 images\n")
    try expectWholeFiles()
  }

  @Test("while it works", arguments: signals) func work(number: Int32) async throws {
    let (photos, environment) = (photos, environment)
    let report = try await onThread {
      try ProgramProcess.report(["caption", photos, "--sidecar", "overwrite"], environment: environment) {
        $0.output.contains("\n")
      } act: {
        kill($0.id, number)
      }
    }
    #expect(report.wasReady && report.ending == .status(130))
    #expect(report.errors.hasPrefix("gaze: stopped after ") && report.output.hasSuffix("\n"))
    try expectWholeFiles()
  }

  @Test("while it waits for an image on standard input", arguments: signals) func input(number: Int32) async throws {
    let (photos, environment) = (photos, environment)
    let report = try await onThread {
      let input = try ProgramProcess.pipe()
      defer { [input.read, input.write].forEach { close($0) } }
      return try ProgramProcess.report(
        ["caption", photos + "/1000.png", "-", photos + "/1001.png", "--sidecar", "overwrite"],
        environment: environment, input: input.read
      ) {
        $0.output.contains("\n")
      } act: {
        kill($0.id, number)
      }
    }
    #expect(report.wasReady && report.ending == .status(130))
    #expect(report.errors == "gaze: stopped after 1 of 3 images\n")
    try expectWholeFiles()
  }

  @Test("while it waits for more names, whose first was captioned as soon as it was read", arguments: signals)
  func names(number: Int32) async throws {
    let (photos, environment) = (photos, environment)
    let report = try await onThread {
      let input = try ProgramProcess.pipe()
      defer { [input.read, input.write].forEach { close($0) } }
      let name = photos + "/1000.png\n"
      #expect(write(input.write, name, name.utf8.count) == name.utf8.count)
      return try ProgramProcess.report(
        ["caption", "--files-from", "-", "--sidecar", "overwrite"], environment: environment, input: input.read
      ) {
        $0.output.contains("\n")
      } act: {
        kill($0.id, number)
      }
    }
    #expect(report.wasReady && report.ending == .status(130))
    #expect(report.errors == "gaze: stopped after 1 images\n")
    try expectWholeFiles()
  }

  @Test("a closed pipe ends it as it ends every program") func closedPipe() async throws {
    let (photos, environment) = (photos, environment)
    let report = try await onThread {
      try ProgramProcess.report(["caption", photos, "--sidecar", "overwrite"], environment: environment) {
        $0.output.contains("\n")
      } act: {
        $0.closeOutput()
      }
    }
    #expect(report.wasReady && report.ending == .signal(SIGPIPE))
    #expect(report.errors.isEmpty)
    try expectWholeFiles()
  }
}
