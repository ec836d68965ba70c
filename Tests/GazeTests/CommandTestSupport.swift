import Foundation
import SystemPackage
import TestSupport

@testable import Captioning
@testable import Files
@testable import Gaze
@testable import Raster

/// A folder of its own for one test, removed with what it holds when the test ends.
final class CommandFolder: Sendable {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-\(UUID().uuidString)")

  /// - Parameter files: paths below the folder, with what they hold.
  init(_ files: [String: String] = [:]) throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files {
      let file = url.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// - Parameter name: as `FileName` has it.
  func file(_ name: String) -> FilePath { FileName.path(path(name)) }

  func text(_ name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() } }
}

/// Says the size of each photo and refuses those one pixel wide.
struct SizeTeller: PhotoCaptioning {
  let weights = WeightsIdentity(name: "teller", sha256: "00ff")

  func captions(of photo: PixelImage, settings: DecodingSettings, isCancelled: () -> Bool) throws -> [Caption] {
    if isCancelled() { throw CancellationError() }
    if photo.width == 1 { throw CommandFailure("too narrow") }
    return [makeCaption("\(photo.width) by \(photo.height)", logProbability: -3, settings: settings)]
  }
}

func makeCaption(
  _ text: String, logProbability: Float, settings: DecodingSettings = DecodingSettings()
) -> Caption {
  let attention = AttentionMap(rows: 1, columns: 2, values: [0.25, 0.75])
  let words = text.split(separator: " ").enumerated().map { index, word in
    CaptionWord(
      word: String(word), token: index + 2, probability: 0.5, logProbability: -0.75, attention: attention,
      alternatives: [])
  }
  return Caption(words: words, logProbability: logProbability, finished: true, settings: settings)
}

/// The built program, which lies beside the tests, run to its end.
struct ProgramRun {
  let status: Int32
  let output: String
  let errors: String

  /// - Parameters:
  ///   - arguments: names of files as `FileName` has them, as in `environment`.
  ///   - input: what standard input holds.
  ///   - folder: where it is run.
  init(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil, folder: String? = nil
  ) throws {
    let process = Process()
    process.executableURL = ProgramRun.program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let texts = arguments + environment.values
    if texts.contains(where: { $0.unicodeScalars.contains(where: FileName.isEscape) }) {
      let exports = environment.map { "export \($0)=\(Self.word($1));" }.joined()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      let words = arguments.map(Self.word).joined(separator: " ")
      process.arguments = ["-c", "\(exports) exec \"$0\" \(words)", ProgramRun.program.path]
    }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    let inputPipe = input.map { _ in Pipe() }
    process.standardInput = inputPipe ?? FileHandle.nullDevice
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    try process.run()
    // Little is written: it fits in the pipe.
    if let input { inputPipe?.fileHandleForWriting.write(Data(input)) }
    try inputPipe?.fileHandleForWriting.close()
    // Little is written to standard error here: it fits in the pipe while standard output is read.
    self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }

  /// Text as a word for the shell. Foundation hands on UTF-8 alone; the shell makes any bytes of octal digits.
  private static func word(_ text: String) -> String {
    let bytes = FileName.cString(text).dropLast().map { String(UInt8(bitPattern: $0), radix: 8) }
    return "\"$(printf '\(bytes.map { "\\" + String(repeating: "0", count: 3 - $0.count) + $0 }.joined())')\""
  }

  static var program: URL {
    // The test program is …/debug/gazePackageTests.xctest; the executable is its neighbour.
    URL(fileURLWithPath: ProgramFiles.executable.string).deletingLastPathComponent().appendingPathComponent("gaze")
  }
}
