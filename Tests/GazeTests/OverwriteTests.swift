import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("No command replaces a file that an option names unless --overwrite says so")
struct OverwriteTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder([
      "captions.json": """
      {"images": [{"id": 1, "file_name": "one.png"}], "annotations": [{"image_id": 1, "caption": "a dog"}]}
      """,
      "there": "mine", "run.safetensors.checkpoint": "a run",
    ])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* 40) }
    let png = try PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels))
    try Data(png).write(to: folder.url.appendingPathComponent("one.png"))
  }

  private func gaze(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(arguments, environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")], folder: folder.url.path)
  }

  @Test(
    "a file that is there stays as it is, and is replaced where that is said",
    arguments: [
      (["attend", "one.png", "--png", "there"], "--png"), (["attend", "one.png", "--html", "there"], "--html"),
      (["evaluate", "--annotations", "captions.json", "--images", ".", "--results", "there"], "--results"),
      (["features", "one.png", "--output", "there"], "--output"),
    ]) func replacing(command: [String], option: String) throws
  {
    let refused = try gaze(command)
    #expect(refused.status == 1 && refused.output.isEmpty)
    #expect(refused.errors == "gaze: \(option): there is there already; --overwrite replaces it\n")
    #expect(try folder.text("there") == "mine")
    let replaced = try gaze(command + ["--overwrite"])
    #expect(replaced.status == 0 && replaced.errors.isEmpty)
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("there")) != Data("mine".utf8))
  }

  /// With --overwrite they go on to what is wrong otherwise.
  @Test(
    "nor do those that write what took long to make",
    arguments: [
      (["import", "captions.json", "--output", "there"], "--output: there is there already; --overwrite replaces it"),
      (["train", "--images", ".", "--annotations", "captions.json", "--output", "there"], "--output: there is there"),
      (
        ["train", "--images", ".", "--annotations", "captions.json", "--output", "new", "--plot", "there"],
        "--plot: there is there already"
      ),
      (
        ["train", "--images", ".", "--annotations", "captions.json", "--output", "run.safetensors"],
        "run.safetensors.checkpoint is there already; gaze train --resume run.safetensors.checkpoint goes on"
      ),
    ]) func longWork(command: [String], says: String) throws
  {
    let refused = try gaze(command)
    #expect(refused.status == 1 && refused.errors.contains(says), "\(refused.errors)")
    let begun = try gaze(command + ["--overwrite"])
    #expect(begun.status == 1 && !begun.errors.contains("is there already"), "\(begun.errors)")
    #expect(try folder.text("there") == "mine" && folder.text("run.safetensors.checkpoint") == "a run")
  }

  @Test("standard output is no file to be replaced") func standardOutput() throws {
    let run = try gaze(["attend", "one.png", "--html", "-"])
    #expect(run.status == 0 && run.output.hasPrefix("<!DOCTYPE html>"))
  }
}
