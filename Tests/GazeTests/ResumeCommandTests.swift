import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Gaze
@testable import Raster
@testable import Training
@testable import WeightFiles

@Suite("gaze train --resume needs a checkpoint and nothing that it knows")
struct ResumeCommandTests {
  private let folder: CommandFolder
  private let train = [
    "train", "--images", "photos", "--annotations", "captions.json", "--validation", "captions.json", "--encoder",
    "w.safetensors", "--freeze-encoder", "--cache", "cache", "--output", "out.safetensors", "--batch", "2", "--width",
    "8", "--min-count", "1", "--warmup", "1", "--no-flips", "--log", "log.jsonl", "--plot", "plot.png", "--data-note",
    "squares", "--epochs", "1", "--threads", "1",
  ]

  init() throws {
    let images = (0..<4).map { #"{"id": \#($0), "file_name": "\#($0).png"}"# }
    let captions = (0..<4).map { #"{"image_id": \#($0), "caption": "a dog and a cat \#($0)"}"# }
    func json(_ captions: [String]) -> String {
      #"{"images": [\#(images.joined(separator: ","))], "annotations": [\#(captions.joined(separator: ","))]}"#
    }
    folder = try CommandFolder([
      "captions.json": json(captions), "fewer.json": json(captions.dropLast()), "photos/.keep": "", "mine.png": "mine",
    ])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    for index in 0..<4 {
      let pixels = (0..<20 * 20 * 3).map { UInt8(truncatingIfNeeded: $0 &* (index + 3)) }
      let png = try PNGEncoder.encode(PixelImage(width: 20, height: 20, pixels: pixels))
      try Data(png).write(to: folder.url.appendingPathComponent("photos/\(index).png"))
    }
  }

  private func gaze(_ arguments: [String], in place: String? = nil) throws -> ProgramRun {
    try ProgramRun(arguments, folder: place ?? folder.url.path)
  }

  private func provenance() throws -> [String: String] {
    try ModelDescription(SafetensorsFile(path: folder.file("out.safetensors"))).provenance
  }

  @Test("options, data, cache, log, plot and note are the run's own, from any folder") func resuming() throws {
    let first = try gaze(train)
    #expect(first.status == 0, "\(first.errors)")
    let checkpoint = folder.path("out.safetensors.checkpoint")
    let before = try RunRecord(output: folder.file("out.safetensors"))
    #expect(before.files?.images == [folder.file("photos")] && before.files?.cache == folder.file("cache"))
    let lines = try folder.text("log.jsonl").split(separator: "\n").count
    try FileManager.default.removeItem(atPath: folder.path("plot.png"))
    let further = try gaze(["train", "--resume", checkpoint, "--epochs", "2", "--threads", "1"], in: "/")
    #expect(further.status == 0 && further.errors.contains("going on after step 2 of 4"), "\(further.errors)")
    #expect(!further.errors.contains("encoded"), "the encoder's output was kept")
    #expect(try provenance()["data"] == "squares" && folder.text("log.jsonl").split(separator: "\n").count > lines)
    #expect(try folder.names.contains("plot.png"))
    let after = try RunRecord(output: folder.file("out.safetensors"))
    #expect(after.files == before.files)
    guard case .captions(let options) = after.options else {
      Issue.record("it learns captions")
      return
    }
    #expect(options.epochs == 2 && options.batch == 2 && options.decoder.width == 8 && !options.flips)
    // The command it was begun with, or its weights file in place of the checkpoint.
    let again = try gaze(train.map { $0 == "1" ? "1" : $0 } + ["--resume"])
    #expect(again.status == 1 && again.errors.contains("epochs: 1, expected at least 2"), "\(again.errors)")
    let done = try gaze(["train", "--resume", "--output", "out.safetensors"])
    #expect(done.status == 0 && done.errors.contains("going on after step 4 of 4"), "\(done.errors)")
  }

  @Test("the end says which epoch is kept and what is left on disk") func end() throws {
    let run = try gaze(train)
    let lines = run.errors.split(separator: "\n").suffix(2).map(String.init)
    let kept = try #require(lines.first)
    #expect(kept.hasPrefix("done: out.safetensors holds epoch 1 of 1, the best by validation loss, "))
    let left = try #require(lines.last)
    #expect(left.hasPrefix("left on disk: out.safetensors.checkpoint ("), "\(left)")
    for end in ["f16", "index"] {
      let grids = try #require(try folder.cached.first { $0.hasPrefix("grids-") && $0.hasSuffix("." + end) })
      #expect(left.contains("cache/\(grids) ("), "\(left)")
    }
    #expect(left.hasSuffix("; --resume would go further from there"))
  }

  @Test("flags that contradict the run are refused by name, and nothing changes") func contradictions() throws {
    #expect(try gaze(train).status == 0)
    try SmallNetwork.write(to: folder.file("other.safetensors"), seed: 2)
    let checkpoint = try Data(contentsOf: folder.url.appendingPathComponent("out.safetensors.checkpoint"))
    let wrong: [([String], String)] = [
      (["--width", "16"], "--width: 16, but the run was begun with 8"),
      (["--input-size", "320"], "--input-size: 320, but the run was begun with 256"),
      (["--batch", "3"], "--batch: 3, but the run was begun with 2"),
      (["--flips"], "--flips: the run was begun without it"),
      (["--learning-rate", "1"], "--learning-rate: 1.0, but the run was begun with 0.0015"),
      (["--encoder-learning-rate", "1"], "--encoder-learning-rate: 1.0, but the run was begun with none"),
      (["--average-decay", "0.9"], "--average-decay: 0.9, but the run was begun with 0.0"),
      (["--loss", "notebook"], "--loss: notebook, but the run was begun with words"),
      (["--initial-state", "pooled_grid"], "--initial-state: pooled_grid, but the run was begun with zeros"),
      (["--captions", "first"], "--captions first: 1, but the run was begun with 5"),
      (["--objective", "self-critical"], "--objective: self-critical, but the run was begun with cross-entropy"),
      (["--reward-samples", "3"], "--reward-samples: the run was begun without a reward"),
      (["--teacher", "t"], "--teacher: the run learns captions"), (["--visits", "9"], "--visits: the run learns"),
      (["--teacher-weights", "t"], "--teacher-weights: the run learns captions without a teacher"),
      (["--teacher-views", "9"], "--teacher-views: the run learns captions without a teacher"),
      (["--encoder", "compact"], "--encoder: compact is not what the run began from"),
      (["--start", "other.safetensors"], "--start: other.safetensors is not what the run began from"),
      (["--validation", "fewer.json"], "validates on other photos than the 3 given"),
      (["--annotations", "fewer.json"], "on other photos than the 3 given"),
      (["--overwrite"], "--overwrite: begins anew, --resume goes on"),
      (["--output", "else.safetensors"], "--output: else.safetensors, but the run of out.safetensors.checkpoint"),
      (["--plot", "mine.png"], "--plot: mine.png is there already"),
    ]
    for (arguments, says) in wrong {
      let run = try gaze(["train", "--resume", "out.safetensors.checkpoint", "--epochs", "2"] + arguments)
      #expect(run.status != 0 && run.errors.contains(says), "\(arguments): \(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("out.safetensors.checkpoint")) == checkpoint)
    #expect(try folder.text("mine.png") == "mine")
  }

  @Test("what is no checkpoint, and none at all, is told in one line") func wrong() throws {
    for (arguments, says) in [
      ([], "--resume: name the checkpoint, such as gaze train --resume mine.safetensors.checkpoint"),
      (["absent.checkpoint"], "cannot open absent.checkpoint: No such file"),
      (["mine.png"], "cannot open mine.png.checkpoint: No such file"),
    ] {
      let run = try gaze(["train", "--resume"] + arguments)
      #expect(run.status != 0 && run.errors.contains(says), "\(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1)
    }
    try FileManager.default.copyItem(
      atPath: folder.path("w.safetensors"), toPath: folder.path("w.safetensors.checkpoint"))
    let run = try gaze(["train", "--resume", "w.safetensors"])
    #expect(run.status != 0 && run.errors.contains("w.safetensors.checkpoint: not a checkpoint of gaze train"))
  }
}

extension CommandFolder {
  /// The names of the files in its folder `cache`.
  fileprivate var cached: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path("cache")) }
  }
}
