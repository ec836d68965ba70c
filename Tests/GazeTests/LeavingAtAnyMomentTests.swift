import CTestSupport
import Captioning
import Foundation
import TestSupport
import Testing

@testable import Gaze

@Suite("However and whenever the browser ends, it leaves the terminal as it was", .serialized)
struct LeavingAtAnyMomentTests {
  private static let photo = Fixtures.url("raster/rgb8.png").path
  private static let weights = ProgramFiles.folder("Weights")?.appending("default.safetensors").string
  private static let environment = ["GAZE_WEIGHTS": weights ?? ""]
  private static let browse = ["browse", "--threads", "2", photo]

  /// A way to leave, and how the process is to end.
  private enum Way: CaseIterable {
    case key, interrupt, terminate, hangUp

    func leave(_ program: ProgramProcess) {
      switch self {
      case .key: program.type("q")
      case .interrupt: program.type("\u{3}")
      case .terminate: kill(program.id, SIGTERM)
      case .hangUp: kill(program.id, SIGHUP)
      }
    }

    var ending: ProgramProcess.Ending {
      switch self {
      case .key: .status(0)
      case .interrupt: .signal(SIGINT)
      case .terminate: .signal(SIGTERM)
      case .hangUp: .signal(SIGHUP)
      }
    }
  }

  /// Starts the browser, has it caption, and leaves at a moment within half a second.
  /// - Returns: what is wrong with that; nil when nothing is.
  private static func leave(_ index: Int, seed: UInt64) throws -> String? {
    var random = CounterRandom(seed: seed, stream: "leaving \(index)")
    let way = Way.allCases.randomElement(using: &random)!
    let moment = Double.random(in: 0..<0.5, using: &random)
    let report = try ProgramProcess.report(
      onTerminal: browse, environment: environment, keys: "\r",
      act: { program in
        program.read(seconds: moment)
        way.leave(program)
      })
    let place = "\(index), seed \(seed): \(way) after \(moment) s: "
    if report.ending != way.ending { return place + "\(report.ending), expected \(way.ending)" }
    return report.trace.map { place + $0 }
  }

  /// `GAZE_LEAVINGS` of them, with `GAZE_SEED`.
  @Test("at any of many moments, while weights are read and captions drawn") func anyMoment() async throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["GAZE_LEAVINGS"].flatMap { Int($0) } ?? 60
    let seed = environment["GAZE_SEED"].flatMap { UInt64($0) } ?? 1
    let wrong = try await withThrowingTaskGroup(of: [String].self) { group in
      for part in 0..<2 {
        group.addTask {
          try await onThread {
            try stride(from: part, to: count, by: 2).compactMap { try Self.leave($0, seed: seed) }
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  @Test("when a thread of the pool faults") func fault() async throws {
    let report = try await onThread {
      try ProgramProcess.report(onTerminal: Self.browse, environment: Self.environment, keys: "\r") {
        !$0.threads(named: "gaze pool").isEmpty
      } act: { program in
        let thread = program.threads(named: "gaze pool").first ?? 0
        _ = gaze_signal_thread(program.id, thread, SIGSEGV)
      }
    }
    #expect(report.wasReady, "\(report.output)")
    #expect(report.ending == .signal(SIGSEGV))
    #expect(report.trace == nil)
  }

  /// The C library in the place of OpenBLAS: it has none of its functions.
  @Test("when a library lacks what is needed, which is told in one line") func missing() async throws {
    let folder = try TemporaryFolder()
    // Read to its end: the system says that the file holds nothing.
    let file = try #require(try FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd())
    let maps = String(decoding: file, as: UTF8.self)
    let library = try #require(
      maps.split(separator: "\n").first { $0.contains("/libc.so") }?.split(separator: " ").last)
    for name in ["libopenblas.so", "libopenblas.so.0"] {
      try FileManager.default.createSymbolicLink(atPath: folder.path(name).string, withDestinationPath: String(library))
    }
    let environment = Self.environment.merging(["LD_LIBRARY_PATH": folder.url.path]) { $1 }
    let report = try await onThread {
      try ProgramProcess.report(onTerminal: Self.browse, environment: environment, keys: "\r")
    }
    #expect(report.ending == .status(70))
    #expect(report.trace == nil)
    // Below the screen that was, where it can be read.
    let last = report.output.components(separatedBy: "\u{1B}[?1049l").last ?? ""
    #expect(last.contains("gaze: cannot call openblas_set_num_threads: not in the library"), "\(report.output)")
  }

  @Test("weights that are no good are told in one line before there is a screen") func badWeights() async throws {
    let folder = try TemporaryFolder()
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try #require(Self.weights))))
    let long = String(repeating: "a long name ", count: 12) + ".safetensors"
    let path = try folder.file(long, Array(whole.dropLast()))
    let report = try await onThread {
      try ProgramProcess.report(onTerminal: ["browse", "--weights", path.string, Self.photo])
    }
    #expect(report.ending == .status(1))
    #expect(report.output.hasPrefix("gaze: \(path): ") && report.output.contains("expected data_offsets within"))
    #expect(report.output.hasSuffix("\r\n") && report.output.count { $0.isNewline } == 1)
    #expect(!report.output.contains("\u{1B}"))
  }
}
