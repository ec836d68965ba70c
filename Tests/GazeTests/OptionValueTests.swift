import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Gaze
@testable import Raster
@testable import Tensors
@testable import WeightFiles

@Suite("Every option of every command takes a value or refuses it in one line")
struct OptionValueTests: Sendable {
  /// What options of a kind are given: numbers out of range, too large for a kind of number, and none at all.
  private static let texts = ["-1", "0"]
  private static let wholeNumbers = texts + ["9223372036854775807", "18446744073709551615"]
  private static let fractions = wholeNumbers + ["nan", "inf", "1e-45"]

  /// An option of a command, both by name.
  private struct Option: Sendable {
    let command: [String]
    let name: String
  }

  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder([
      "a.json": """
      {"images":[{"id":1,"file_name":"1.png"},{"id":2,"file_name":"2.png"}],"annotations":[\
      {"id":1,"image_id":1,"caption":"a dog runs"},{"id":2,"image_id":2,"caption":"a dog runs and a cat sleeps"}]}
      """,
      "s.txt": "a dog sleeps\na cat runs\n", "r.json": #"[{"image_id":1,"caption":"a dog"}]"#,
    ])
    let png = try PNGEncoder.encode(PixelImage(width: 2, height: 2, pixels: [UInt8](repeating: 90, count: 12)))
    for name in ["1.png", "2.png"] { try Data(png).write(to: folder.url.appendingPathComponent(name)) }
    // Eight rows and columns, as real networks have: maps of some commands take a pass for each.
    try SmallNetwork.write(to: folder.file("w.safetensors"), inputSize: 64)
    let teacher = [
      NamedTensor("boxes", Tensor([2, 1, 4], [0, 0, 1, 1, 0, 0, 1, 1])), NamedTensor("grid", Tensor([2, 1, 1, 1])),
      NamedTensor("logits", Tensor([2, 1, 2])),
    ]
    try writeSafetensors(teacher, metadata: ["photos": #"["1.png","2.png"]"#], to: folder.file("t.safetensors"))
    try EfficientNetLiteImport(path: Fixtures.path("lite/legacy.pth")).write(to: folder.file("lite.safetensors"))
  }

  /// All options, as ArgumentParser tells other programs of them.
  private func options() throws -> [Option] {
    let run = try ProgramRun(["--experimental-dump-help"])
    let root = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    func walk(_ command: [String: Any], _ above: [String]?) -> [Option] {
      // The first is the program's own name.
      let path = above.map { $0 + [command["commandName"] as? String ?? ""] } ?? []
      let arguments = command["arguments"] as? [[String: Any]] ?? []
      let own = arguments.filter { $0["kind"] as? String == "option" }.compactMap { argument -> Option? in
        let names = argument["names"] as? [[String: Any]] ?? []
        return (names.first?["name"] as? String).map { Option(command: path, name: $0) }
      }
      return own + (command["subcommands"] as? [[String: Any]] ?? []).flatMap { walk($0, path) }
    }
    return walk(try #require(root["command"] as? [String: Any]), nil)
  }

  /// What a command needs beside the option, for a short run.
  private func rest(_ option: Option) -> [String] {
    let (photo, annotations) = (folder.path("1.png"), folder.path("a.json"))
    switch option.command.joined(separator: " ") {
    case "benchmark encode": return ["--runs=1", "--weights", folder.path("w.safetensors")]
    case "benchmark decode": return ["--runs=1", "--width=8", "--vocabulary=8"]
    case "benchmark train-step": return ["--runs=1", "--width=8", "--vocabulary=8", "--batch=1"]
    case "benchmark train-encoder": return ["--runs=1", "--batch=2"]
    case "benchmark preview": return ["--runs=1", photo]
    case "benchmark ask": return ["--runs=1", "--weights", folder.path("w.safetensors")]
    case "benchmark maps": return ["--runs=1", "--weights", folder.path("w.safetensors"), photo]
    case "benchmark ui": return ["--photos=1", "--keys=1"]
    case "attend", "caption", "preview": return [photo]
    case "browse": return ["--plain", photo]
    case "evaluate": return ["--annotations", annotations, "--images", folder.url.path]
    case "features": return (option.name == "input-npy" ? [] : [photo]) + ["--output", "o.npy"]
    case "import": return [Fixtures.url("import/types.h5").path, "--output", "o.safetensors"]
    case "score": return ["--references", annotations, "--results", folder.path("r.json")]
    case "train": return training(option.name)
    default: return []
    }
  }

  /// Starting from the small network where the option is about training at large, which is quick.
  private func training(_ name: String) -> [String] {
    let common = ["--images", folder.url.path, "--output", "o.safetensors", "--batch=2"]
    let captions = common + ["--annotations", folder.path("a.json"), "--epochs=1"]
    let small = folder.path("w.safetensors")
    switch name {
    case "visits", "kl-weight", "held-out":
      return common + ["--teacher", folder.path("t.safetensors"), "--encoder", small, "--visits=2"]
    case "teacher-views", "distillation-weight":
      return captions + ["--start", small, "--teacher-weights", folder.path("lite.safetensors")]
    case "vocabulary-size", "min-count", "width", "initial-state", "query", "encoder":
      return captions + ["--encoder", small, "--width=4", "--min-count=1"]
    case "sentences", "sentences-per-step":
      return captions + ["--start", small, "--sentences", folder.path("s.txt")]
    case _ where name.hasPrefix("reward-"):
      return captions + ["--start", small, "--objective=self-critical", "--validation", folder.path("a.json")]
    default: return captions + ["--start", small]
    }
  }

  /// Runs a command with values of an option.
  /// - Returns: what is wrong with how it ended, each time.
  private func complaints(_ option: Option, _ number: Int) throws -> [String] {
    func run(_ value: String) throws -> (isUnread: Bool, complaint: String?) {
      try self.run(option, value, in: folder.path("run \(number) \(value)"))
    }
    // What an option holds shows in what it refuses to read.
    let (word, fraction) = (try run("word"), try run("1e18"))
    let rest = !word.isUnread ? Self.texts : fraction.isUnread ? Self.wholeNumbers : Self.fractions
    return try ([word, fraction] + rest.map(run)).compactMap(\.complaint)
  }

  /// Runs a command with a value of an option, in a folder of its own.
  /// - Returns: whether the value is of another kind than the option's; and what is wrong with how it ended.
  private func run(
    _ option: Option, _ value: String, in place: String
  ) throws -> (isUnread: Bool, complaint: String?) {
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let words = option.command + rest(option) + ["--\(option.name)=\(value)"]
    let program = try ProgramProcess(
      words, environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")], folder: place)
    let ending = program.end(seconds: 120)
    let lines = program.errors.split(separator: "\n", omittingEmptySubsequences: false)
    // What a command says as it goes on may come before.
    let isTold = lines.count { $0.hasPrefix("gaze: ") } == 1 && lines.count >= 2 && lines[lines.count - 2].count > 10
    let isRefused = (ending == .status(1) || ending == .status(64)) && isTold && program.errors.hasSuffix("\n")
    let isUnread = ending == .status(64) && program.errors.contains("is invalid for '--")
    if ending == .status(0) || isRefused { return (isUnread, nil) }
    return (isUnread, "\(words.joined(separator: " ")): \(ending)\n\(program.errors)")
  }

  @Test("numbers of all sizes, what is no number, and words") func values() async throws {
    let options = try options()
    #expect(options.count > 100)
    #expect(options.contains { $0.command == ["train"] && $0.name == "vocabulary-size" })
    let wrong = try await withThrowingTaskGroup(of: [String].self) { group in
      let parts = ProcessInfo.processInfo.activeProcessorCount
      for part in 0..<parts {
        group.addTask {
          try await onThread {
            try stride(from: part, to: options.count, by: parts).flatMap { try complaints(options[$0], $0) }
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }
}
