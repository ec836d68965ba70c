import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("gaze compares networks, the frames of a training among them, and takes lessons")
struct BrowseAgainstTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder([
      "lesson.txt": "# what is here\ncaption\nword 2\npause 1\ntell Look.\n", "bad.txt": "caption\n\ndance\n",
      "empty.frames/notes.txt": "none",
    ])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let frames = folder.url.appendingPathComponent("run.frames")
    try FileManager.default.createDirectory(at: frames, withIntermediateDirectories: true)
    for (seed, step) in ["1000000", "000020", "000003"].enumerated() {
      try SmallNetwork.write(to: folder.file("run.frames/step-\(step).safetensors"), seed: UInt64(seed + 2))
    }
    let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* 40) }
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("photos"), withIntermediateDirectories: true)
    try Data(PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels)))
      .write(to: folder.url.appendingPathComponent("photos/one.png"))
  }

  private func gaze(_ arguments: [String], input: String = "") throws -> ProgramRun {
    try ProgramRun(
      arguments,
      environment: [
        "GAZE_WEIGHTS": folder.path("w.safetensors"), "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": folder.path("state"),
      ], input: Array(input.utf8), folder: folder.url.path)
  }

  @Test("a folder of frames stands for its weights in the order of their steps") func frames() throws {
    #expect(
      try OtherWeights.named([folder.file("run.frames"), folder.file("w.safetensors")]).map(\.name) == [
        "step 3", "step 20", "step 1000000", "w",
      ])
    let run = try gaze([
      "attend", "photos/one.png", "--greedy", "--max-words", "3", "--against", "run.frames", "--json",
    ])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let names = run.output.components(separatedBy: "\"weights\":{\"name\":\"").dropFirst().map {
      $0.prefix { $0 != "\"" }
    }
    #expect(names == ["w", "step-000003", "step-000020", "step-1000000"])
  }

  @Test("lines tell what every network makes of a caption") func plain() throws {
    let run = try gaze(
      ["--plain", "--against", "run.frames", "photos"], input: "say a dog in the grass\nagainst\nagainst 3\nquit\n")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let lines = run.output.split(separator: "\n").map(String.init)
    let networks = lines.filter { $0.hasPrefix("Network ") }
    #expect(
      networks.map { $0.prefix { $0 != ":" } } == [
        "Network 2 of 4, step 3", "Network 3 of 4, step 20", "Network 4 of 4, step 1000000", "Network 3 of 4, step 20",
      ])
    #expect(networks.allSatisfy { $0.contains("; parts most at ") })
    #expect(
      lines.filter { $0.contains(", to network 1 ") }.map { $0.prefix(13) }
        == (1...5).map { "Word \($0) of 5: " }.map { $0.prefix(13) })
  }

  @Test("a lesson is told in lines too") func lesson() throws {
    let run = try gaze(["--plain", "photos"], input: try folder.text("lesson.txt"))
    #expect(run.status == 0 && run.output.contains("Word 2 of ") && run.output.hasSuffix("Look.\n"), "\(run.output)")
  }

  @Test(
    "what cannot be is one line before the screen",
    arguments: [
      (["--against", "none"], "none: no such weights file (from --against)"),
      (["--against", "empty.frames"], "empty.frames: expected a weights file, a captioner's folder or a folder of"),
      (["--against", "lesson.txt"], "lesson.txt: "), (["--lesson", "none.txt"], "none.txt: no such file"),
      (
        ["--lesson", "bad.txt"],
        "bad.txt:3: 'dance' is no command: expected one of gaze --plain's, which its help lists"
      ),
      (["--lesson", "lesson.txt", "--plain"], "--lesson: is replayed on the screen"),
    ]) func wrong(arguments: [String], says: String) throws
  {
    let run = try gaze(arguments + ["photos"])
    #expect(run.status != 0 && run.output.isEmpty && run.errors.hasPrefix("gaze: \(says)"), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }
}
