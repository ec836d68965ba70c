import ArgumentParser
import Foundation
import TestSupport

/// Reads damaged files of every format gaze knows, in processes of their own, and tells what crashed, hung, took too much
/// memory or was not refused in one line.
@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Read damaged files of every format and tell what goes wrong.",
    discussion: """
      Example:
        fuzz --count 20000 webp hdf5
        fuzz --show webp 1234 > case.webp
      """)

  @Argument(help: "Formats; all when none is named.")
  var formats: [String] = []

  @Option(help: "Damaged files of each format.")
  var count = 2000

  @Option(help: "Another seed gives other damage.")
  var seed: UInt64 = 1

  @Option(help: "The number of the first.")
  var from = 0

  @Option(help: "Write the damaged file of this number, of the one format named, to standard output.")
  var show: Int?

  @Flag(help: .private)
  var worker = false

  /// Seconds after which a file counts as hanging, and bytes of memory that are too many.
  private static let patience = 10.0
  private static let memory = 1 << 30

  func run() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let known =
      try ImageTargets.all(folder: Fixtures.url("raster")) + WeightTargets.all(fixtures: Fixtures.folder)
      + TrainingTargets.all() + TextTargets.all(themes: root.appending(path: "Themes"))
    let wanted = try formats.isEmpty ? known : formats.map { try Self.target($0, known) }
    if let show {
      guard wanted.count == 1 else { throw ValidationError("--show: expected one format") }
      return FileHandle.standardOutput.write(Data(try wanted[0].make().bytes(show, seed: seed).bytes))
    }
    if worker { return Self.work(try wanted[0].make(), from..<from + count, seed: seed) }
    let findings = try wanted.reduce(0) { $0 + examine(try $1.make()) }
    if findings > 0 { throw ExitCode.failure }
  }

  private static func target(_ name: String, _ known: [NamedTarget]) throws -> NamedTarget {
    guard let target = known.first(where: { $0.name == name }) else {
      throw ValidationError("\(name): expected one of \(known.map(\.name).joined(separator: ", "))")
    }
    return target
  }

  /// Tells each number before its file is read, then what came of it: `12` and a line end, `r`, `e` or `w` and a reason.
  private static func work(_ target: FuzzTarget, _ range: Range<Int>, seed: UInt64) {
    for index in range {
      say("\(index)")
      switch target.read(target.bytes(index, seed: seed).bytes) {
      case .read: say("r")
      case .refused: say("e")
      case .wrong(let reason): say("w \(reason)")
      }
      if let taken = mostMemory(), taken > memory {
        say("w takes \(taken >> 20) MB")
        // What is freed is not told: the next file has a worker of its own.
        return
      }
    }
  }

  /// Writes a line at once. Not `print`: what that keeps back would be lost in a crash, or when the run is ended.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  /// The most memory this process took so far, in bytes.
  private static func mostMemory() -> Int? {
    var usage = rusage()
    return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? Int(usage.ru_maxrss) << 10 : nil
  }

  /// - Returns: how many files went wrong.
  private func examine(_ target: FuzzTarget) -> Int {
    var (next, read, refused, wrong) = (from, 0, 0, 0)
    var most = 0
    while next < from + count {
      let child = Child(arguments: [
        target.name, "--worker", "--from", "\(next)", "--count", "\(from + count - next)", "--seed", "\(seed)",
      ])
      var last = next
      while let line = child.line(within: Self.patience) {
        if let index = Int(line) {
          last = index
        } else if line == "r" {
          read += 1
        } else if line == "e" {
          refused += 1
        } else if line.hasPrefix("w ") {
          wrong += 1
          tell(target, last, String(line.dropFirst(2)))
        }
      }
      let end = child.end()
      most = max(most, end.memory)
      if let reason = end.reason {
        wrong += 1
        tell(target, last, reason)
      }
      next = last + 1
    }
    Self.say(
      "\(target.name): \(count) files, \(read) read, \(refused) refused, \(wrong) wrong, at most \(most >> 20) MB")
    return wrong
  }

  private func tell(_ target: FuzzTarget, _ index: Int, _ reason: String) {
    let name = target.bytes(index, seed: seed).name
    Self.say("\(target.name) \(index) (of \(name), --seed \(seed)): \(reason)")
  }
}
