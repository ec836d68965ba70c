import Foundation
import TestSupport
import Testing

@testable import Gaze

@Suite("Flags that would do nothing together are refused in one line that names them")
struct UnusedFlagTests {
  private func expect(_ command: [String], _ arguments: [String], _ says: [String]) throws {
    let run = try ProgramRun(command + arguments)
    #expect(run.status == 64 && run.output.isEmpty, "\(arguments): \(run.errors)")
    #expect(run.errors.hasPrefix("gaze: ") && says.allSatisfy(run.errors.contains), "\(arguments): \(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test(
    "caption",
    arguments: [
      (["--greedy", "--beam", "2"], ["--greedy", "--beam"]),
      (["--greedy", "--samples", "2"], ["--greedy", "--samples"]),
      (["--greedy", "--top-k", "2"], ["--greedy", "--top-k"]),
      (["--beam", "3", "--temperature", "2"], ["--beam", "--temperature"]),
      (["--beam", "3", "--seed", "1"], ["--beam", "--seed"]), (["--null"], ["--null", "--files-from"]),
      (["--replace-edited", "--sidecar", "append"], ["--replace-edited", "--sidecar overwrite"]),
      (["-", "--files-from", "-"], ["--files-from"]),
    ]) func caption(arguments: [String], says: [String]) throws
  {
    try expect(["caption", "x.png"], arguments, says)
  }

  @Test("caption of standard input alone has nowhere to write beside") func standardInput() throws {
    try expect(["caption", "-"], ["--sidecar", "skip"], ["--sidecar"])
  }

  @Test(
    "attend",
    arguments: [
      (["--opacity", "0.5"], ["--opacity", "--png or --html"]), (["--colormap", "viridis", "--json"], ["--colormap"]),
      (["--raw"], ["--raw"]), (["--smooth", "--json"], ["--smooth"]), (["--overwrite"], ["--overwrite"]),
      (["--overwrite", "--png", "-"], ["--overwrite"]), (["--png", "p", "--html", "p"], ["--png and --html: p"]),
      (["--greedy", "--temperature", "2"], ["--greedy", "--temperature"]),
      (["--beam", "2", "--caption-index", "1"], ["--caption-index"]),
    ]) func attend(arguments: [String], says: [String]) throws
  {
    try expect(["attend", "x.png"], arguments, says)
  }

  @Test(
    "evaluate",
    arguments: [
      (["--nouns", "dog"], ["--nouns", "--maps"]), (["--maps", "--results", "r"], ["--results", "--maps"]),
      (["--maps", "--beam", "3"], ["--maps"]), (["--overwrite"], ["--overwrite", "--results"]),
      (["--greedy", "--seed", "3"], ["--greedy", "--seed"]), (["--map", "value"], ["--map", "--maps"]),
      (["--head", "2"], ["--head", "--maps"]),
    ]) func evaluate(arguments: [String], says: [String]) throws
  {
    try expect(["evaluate", "--annotations", "a", "--images", "p"], arguments, says)
  }

  @Test(
    "features",
    arguments: [
      (["--output", "-", "--overwrite"], ["--overwrite", "--output"]),
      (["--output", "o.npy", "--input-npy", "i.npy"], ["x and --input-npy: only one of them"]),
    ])
  func features(arguments: [String], says: [String]) throws { try expect(["features", "x"], arguments, says) }

  @Test(
    "train on captions",
    arguments: [
      (["--visits", "9"], ["--visits", "--teacher"]), (["--kl-weight", "1"], ["--kl-weight", "--teacher"]),
      (["--held-out", "9"], ["--held-out", "--teacher"]),
      (["--reward-bleu", "1"], ["--reward-bleu", "--objective self-critical"]),
      (["--score-photos", "9"], ["--score-photos", "--validation"]), (["--score-beam", "3"], ["--score-beam"]),
      (["--select", "loss"], ["--select", "--validation"]),
      (["--validation", "v", "--score-photos", "0", "--score-beam", "2"], ["--score-beam", "--score-photos"]),
      (["--captions", "first", "--captions-per-photo", "2"], ["--captions-per-photo", "--captions first"]),
      (["--start", "s", "--encoder", "compact"], ["--start", "--encoder"]),
      (["--start", "s", "--width", "9"], ["--start", "--width"]),
      (["--start", "s", "--vocabulary-size", "9"], ["--start", "--vocabulary-size"]),
      (["--start", "s", "--min-count", "9"], ["--start", "--min-count"]),
      (["--start", "s", "--no-language-gru"], ["--start", "--no-language-gru"]),
      (["w.checkpoint"], ["w.checkpoint", "--resume"]),
    ]) func train(arguments: [String], says: [String]) throws
  {
    try expect(["train", "--images", "p", "--annotations", "a", "--output", "o"], arguments, says)
  }

  @Test(
    "train with a teacher, for each flag of captions",
    arguments: [
      ["--annotations", "a"], ["--validation", "v"], ["--start", "s"], ["--freeze-encoder"], ["--epochs", "2"],
      ["--cache", "c"], ["--captions", "all"], ["--captions", "first"], ["--captions-per-photo", "2"],
      ["--input-size", "320"],
      ["--loss", "words"], ["--score-photos", "2"], ["--score-beam", "2"], ["--select", "loss"], ["--dropout", "0"],
      ["--grid-dropout", "0"], ["--label-smoothing", "0"], ["--map-entropy", "0"], ["--crop-area", "1"],
      ["--region-dropout", "0"], ["--mirror-weight", "0"], ["--mirror-map-weight", "0"], ["--average-decay", "0"],
      ["--no-flips"], ["--flips"], ["--views", "2"], ["--width", "2"], ["--initial-state", "zeros"],
      ["--query", "state"], ["--language-gru"], ["--no-normalize-cells"], ["--vocabulary-size", "9"],
      ["--min-count", "2"], ["--encoder-learning-rate", "1"], ["--objective", "cross-entropy"],
      ["--reward-samples", "2"], ["--reward-cider", "1"],
    ]) func teacher(arguments: [String]) throws
  {
    try expect(["train", "--images", "p", "--teacher", "t", "--output", "o"], arguments, [arguments[0], "--teacher"])
  }

  @Test("train over an encoder that stays as it is, or does not") func encoders() throws {
    let folder = try CommandFolder(["a.json": #"{"images": [], "annotations": []}"#])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let train = [
      "train", "--images", folder.url.path, "--annotations", folder.path("a.json"), "--output", folder.path("o"),
      "--encoder", folder.path("w.safetensors"),
    ]
    try expect(train, ["--views", "3"], ["--views", "--freeze-encoder"])
    try expect(train, ["--cache", "c"], ["--cache", "--freeze-encoder"])
    try expect(train, ["--freeze-encoder", "--color-jitter", "0"], ["--color-jitter"])
    try expect(train, ["--freeze-encoder", "--crop-area", "0.5"], ["--crop-area", "--views"])
    try expect(train, ["--freeze-encoder", "--no-flips", "--views", "1", "--crop-area", "0.5"], ["--crop-area"])
    #expect(try folder.names == ["a.json", "w.safetensors"])
  }
}
