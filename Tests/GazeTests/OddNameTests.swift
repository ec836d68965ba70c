import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Files
@testable import Gaze
@testable import Raster
@testable import Training
@testable import WeightFiles

/// `\u{EFE9}` is how `FileName` writes the byte E9, which alone is no UTF-8.
@Suite("Every command opens and writes files whose names are not UTF-8")
struct OddNameTests {
  private let folder = try! TemporaryFolder()
  private let photos: FilePath
  private let weights: String

  init() throws {
    photos = folder.path("p\u{EFE9}")
    weights = FileName.text(folder.path("w\u{EFE9}.safetensors"))
    try photos.makeFolder()
    try SmallNetwork.write(to: FileName.path(weights))
    for (name, factor) in [("a\u{EFE9}.png", 40), ("b.png", 200)] {
      let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* factor) }
      let png = try PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels))
      try OutputFile.write(png, toFile: photos.appending(FileName.path(name).components))
    }
  }

  private var photo: String { FileName.text(photos) + "/a\u{EFE9}.png" }
  private func path(_ name: String) -> String { FileName.text(folder.path(name)) }

  private func gaze(_ arguments: String..., environment: [String: String] = [:]) throws -> ProgramRun {
    let run = try ProgramRun(arguments, environment: environment.merging(["LC_ALL": "C.UTF-8"]) { $1 })
    #expect(run.status == 0, "\(arguments[0]): \(run.errors)")
    return run
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func inspect() throws {
    #expect(try object(gaze("inspect", weights, "--json").output)["file"] as? String == weights)
    #expect(try gaze("inspect", weights).output.contains("/w\u{FFFD}.safetensors, "))
  }

  @Test func caption() throws {
    let run = try gaze(
      "caption", FileName.text(photos), "--weights", weights, "--json", "--greedy", "--sidecar", "overwrite")
    let lines = try run.output.split(separator: "\n").map { try object(String($0)) }
    #expect(lines.map { $0["image"] as? String } == [photo, FileName.text(photos) + "/b.png"].sorted())
    #expect((lines[0]["weights"] as? [String: Any])?["name"] as? String == "w\u{EFE9}")
    let names = try #require(photos.names).map { FileName.text($0) }.sorted()
    #expect(
      names == [
        "a\u{EFE9}.caption.json", "a\u{EFE9}.png", "a\u{EFE9}.txt", "b.caption.json", "b.png", "b.txt",
      ])
    let plain = try gaze("caption", photo, "--weights", weights, "--greedy")
    #expect(plain.output.contains("/p\u{FFFD}/a\u{FFFD}.png\t"))
  }

  @Test(arguments: [true, false]) func captionOfAList(_ isNull: Bool) throws {
    let end: UInt8 = isNull ? 0 : 0x0A
    let list = FileName.cString(photo).dropLast().map { UInt8(bitPattern: $0) } + [end]
    try OutputFile.write(list, toFile: folder.path("l\u{EFE9}"))
    let run = try gaze(
      "caption", "--files-from", path("l\u{EFE9}"), "--weights", weights, "--greedy", "--json",
      isNull ? "--null" : "--json")
    #expect(try object(run.output)["image"] as? String == photo)
  }

  /// A captioner's folder as it is downloaded.
  @Test func captionersFolder() throws {
    let place = folder.path("b\u{EFE9}")
    try place.makeFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("transformers/blip").string)
    where name.hasSuffix(".json") || name.hasSuffix(".safetensors") || name.hasSuffix(".txt") {
      let bytes = try Data(contentsOf: Fixtures.url("transformers/blip/\(name)"))
      try OutputFile.write(Array(bytes), toFile: place.appending(name))
    }
    let run = try gaze("caption", photo, "--weights", FileName.text(place), "--json", "--greedy", "--max-words", "3")
    #expect((try object(run.output)["weights"] as? [String: Any])?["name"] as? String == "b\u{EFE9}")
  }

  /// Themes and kept settings are found where a variable leads that is no UTF-8.
  @Test func settings() throws {
    let themes = folder.path("c\u{EFE9}/gaze/themes")
    try themes.makeFolder()
    try OutputFile.write(Array("name = \"odd\"\n".utf8), toFile: themes.appending("odd.toml"))
    try OutputFile.write(Array("top-k = 0\n".utf8), toFile: folder.path("c\u{EFE9}/gaze/config.toml"))
    let run = try gaze(
      "browse", "--plain", FileName.text(photos), "--theme", "odd", environment: ["XDG_CONFIG_HOME": path("c\u{EFE9}")])
    #expect(run.errors.contains("/c\u{FFFD}/gaze/config.toml:1: 'top-k' must be"), "\(run.errors)")
  }

  @Test func attend() throws {
    let (sheet, page) = (path("s\u{EFE9}.png"), path("s\u{EFE9}.html"))
    _ = try gaze("attend", photo, "--weights", weights, "--png", sheet, "--html", page)
    #expect(try ImageDecoder.size(path: FileName.path(sheet)).width > 300)
    #expect(FileName.path(page).exists)
  }

  @Test func preview() throws {
    #expect(try !gaze("preview", photo, "--size", "10x5").output.isEmpty)
  }

  @Test func features() throws {
    _ = try gaze("features", photo, "--weights", weights, "--output", path("f\u{EFE9}.npy"))
    #expect(try NumPyArray.read(path: folder.path("f\u{EFE9}.npy")).shape.count == 4)
  }

  @Test func evaluateAndScore() throws {
    let (captions, results) = (path("c\u{EFE9}.json"), path("r\u{EFE9}.json"))
    let text = """
      {"images": [{"id": 1, "file_name": "a\u{EFE9}.png"}, {"id": 2, "file_name": "b.png"}],
       "annotations": [{"image_id": 1, "caption": "a dog"}, {"image_id": 2, "caption": "a cat"}]}
      """
    try OutputFile.write(Array(text.utf8), toFile: FileName.path(captions))
    _ = try gaze(
      "evaluate", "--annotations", captions, "--images", FileName.text(photos), "--weights", weights, "--results",
      results, "--greedy")
    let scores = try gaze("score", "--references", captions, "--results", results, "--json").output
    #expect(try object(scores)["images"] as? Int == 2)
  }

  /// A file of another kind is refused for what it is, so it was read.
  @Test func importing() throws {
    let file = path("k\u{EFE9}.h5")
    try OutputFile.write(Array(Data(contentsOf: Fixtures.url("import/types.h5"))), toFile: FileName.path(file))
    let run = try ProgramRun(["import", file, "--output", path("i.safetensors")])
    #expect(run.status != 0 && run.errors.contains("k\u{FFFD}.h5: HDF5, but not Keras weights"))
  }

  @Test func training() throws {
    let captions = path("t\u{EFE9}.json")
    let text = """
      {"images": [{"id": 1, "file_name": "a\u{EFE9}.png"}, {"id": 2, "file_name": "b.png"}],
       "annotations": [{"image_id": 1, "caption": "a dog"}, {"image_id": 2, "caption": "a cat"}]}
      """
    try OutputFile.write(Array(text.utf8), toFile: FileName.path(captions))
    let (output, log) = (folder.path("o\u{EFE9}.safetensors"), folder.path("l\u{EFE9}.jsonl"))
    _ = try gaze(
      "train", "--annotations", captions, "--images", FileName.text(photos), "--encoder", weights, "--freeze-encoder",
      "--output", FileName.text(output), "--log", FileName.text(log), "--cache", path("g\u{EFE9}"), "--epochs", "1",
      "--batch", "2", "--min-count", "1")
    #expect(try SafetensorsFile(path: output).metadata["provenance"]?.contains(#""training_photos":"2""#) == true)
    #expect(log.exists && folder.path("g\u{EFE9}").names?.count == 2)
    // All files are known from the checkpoint, whatever their names.
    let record = try RunRecord(output: output)
    #expect(record.files?.images == [photos.standardized] && record.files?.log == log.standardized)
    let further = try gaze("train", "--resume", path("o\u{EFE9}.safetensors.checkpoint"), "--epochs", "2")
    #expect(further.errors.contains("going on after step 1 of 2") && !further.errors.contains("encoded"))
  }

  @Test func browse() throws {
    try OutputFile.write(Array("name = \"odd\"\n".utf8), toFile: folder.path("t\u{EFE9}.toml"))
    let run = try gaze("browse", "--plain", FileName.text(photos), "--theme", path("t\u{EFE9}.toml"))
    #expect(run.output.contains("a\u{FFFD}.png"))
  }
}
