import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Gaze
@testable import PhotoLibrary
@testable import Training
@testable import WeightFiles

@Suite("Files that version 0.1 wrote are read") struct EarlierVersionTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("version-0.1").string) {
      try copy("version-0.1/\(name)", as: name)
    }
    for name in ["alpha", "grey8", "interlaced", "palette"] { try copy("raster/\(name).png", as: "\(name).png") }
  }

  private func copy(_ fixture: String, as name: String) throws {
    try FileManager.default.copyItem(atPath: Fixtures.path(fixture).string, toPath: folder.path(name))
  }

  private func gaze(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(arguments, folder: folder.url.path)
  }

  @Test("weights, whose captions are those of then") func weights() throws {
    let run = try gaze("caption", "grey8.png", "alpha.png", "--weights", "weights.safetensors", "--samples", "2")
    let then = try folder.text("captions.jsonl").split(separator: "\n").flatMap { line -> [String] in
      let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let captions = try #require(object["captions"] as? [[String: Any]])
      return captions.map { "\(object["image"] as? String ?? "")\t\($0["text"] as? String ?? "")" }
    }
    let now = run.output.split(separator: "\n").map { $0.split(separator: "\t").prefix(2).joined(separator: "\t") }
    #expect(run.status == 0 && then.count == 4 && now == then, "\(run.errors)")
  }

  @Test("a checkpoint, from which its run goes on") func checkpoint() throws {
    let before = try RunRecord(output: folder.file("weights.safetensors"))
    #expect(before.files != nil)
    try copy("lite/legacy.pth", as: "legacy.pth")
    #expect(try gaze("import", "legacy.pth", "--output", "lite.safetensors").status == 0)
    try moveEncoder()
    let run = try gaze(
      "train", "--resume", "weights.safetensors.checkpoint", "--annotations", "captions.json", "--images", ".",
      "--cache", "cache", "--epochs", "2", "--threads", "1")
    #expect(run.status == 0 && run.errors.contains("going on after step 2 of 4"), "\(run.errors)")
    let file = try SafetensorsFile(path: folder.file("weights.safetensors.checkpoint"))
    #expect(file.metadata["format_version"] == "1")
  }

  /// Puts where the frozen encoder lies now in the place of where it lay then.
  private func moveEncoder() throws {
    let path = folder.file("weights.safetensors.checkpoint")
    let file = try SafetensorsFile(path: path)
    let state = try #require(file.metadata[Checkpoint.key])
    let moved = state.replacing(/"[^"]*lite\.safetensors"/, with: "\"\(folder.path("lite.safetensors"))\"")
    let tensors = try file.names.map { NamedTensor($0, try file.tensor($0)) }
    try writeSafetensors(tensors, metadata: [Checkpoint.key: moved], to: path)
  }

  @Test("a caption beside its photo, with who wrote it and what was drawn") func sidecar() throws {
    let there = try #require(Sidecar.read(for: folder.file("grey8.png")))
    let text = try folder.text("grey8.txt")
    #expect(there.author == .machine && there.text + "\n" == text)
    let drawn = try gaze("--plain", "grey8.png", "--weights", "weights.safetensors")
    #expect(drawn.status == 0, "\(drawn.errors)")
  }

  @Test("captions in JSON Lines, with which a run goes on") func captions() throws {
    let run = try gaze(
      "caption", "grey8.png", "alpha.png", "palette.png", "--weights", "weights.safetensors", "--samples", "2",
      "--output", "captions.jsonl")
    #expect(run.status == 0 && run.errors == "gaze: 2 of 3 images were captioned already\n")
    #expect(try folder.text("captions.jsonl").split(separator: "\n").count == 3)
  }

  @Test("edits that were not written") func edits() throws {
    // Of a process that has ended, as the number of the first has not.
    try FileManager.default.createDirectory(atPath: folder.path("state"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      atPath: folder.path("edits-1.json"), toPath: folder.path("state/edits-\(Int32.max).json"))
    let found = EditRecovery(folder: folder.file("state")).found()
    #expect(found.map(\.image) == ["photos/a.jpg"] && found.map(\.text) == ["two dogs"])
    #expect(found.map(\.source) == ["a dog"])
  }

  @Test("a checkpoint of a later format is refused, and by its version") func later() throws {
    let path = folder.file("weights.safetensors.checkpoint")
    let file = try SafetensorsFile(path: path)
    let state = try #require(file.metadata[Checkpoint.key])
    try writeSafetensors([], metadata: [Checkpoint.key: state, "format_version": "2"], to: path)
    let error = #expect(throws: CaptioningError.self) { try Checkpoint.load(path) }
    #expect(error.map { "\($0)" }?.hasSuffix("a checkpoint of format 2, expected at most 1") == true)
  }

  @Test("the README tells what this version changed") func changes() throws {
    let root = try #require(ProgramFiles.folder("Sources")).removingLastComponent()
    let readme = try String(contentsOfFile: root.appending("README.md").string, encoding: .utf8)
    let changes = try #require(readme.split(separator: "## Changes\n").last)
    #expect(changes.drop(while: \.isWhitespace).hasPrefix("**\(ProgramVersion.text).** "))
  }
}
