import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Files
@testable import Gaze
@testable import Raster
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

  private func gaze(_ arguments: String...) throws -> ProgramRun {
    let run = try ProgramRun(arguments, environment: ["LC_ALL": "C.UTF-8"])
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
      "--batch", "2")
    #expect(try SafetensorsFile(path: output).metadata["provenance"]?.contains(#""training_photos":"2""#) == true)
    #expect(log.exists && folder.path("g\u{EFE9}").names?.count == 2)
    #expect(folder.path("o\u{EFE9}.safetensors.checkpoint").exists)
  }

  @Test func browse() throws {
    try OutputFile.write(Array("name = \"odd\"\n".utf8), toFile: folder.path("t\u{EFE9}.toml"))
    let run = try gaze("browse", "--plain", FileName.text(photos), "--theme", path("t\u{EFE9}.toml"))
    #expect(run.output.contains("a\u{FFFD}.png"))
  }
}
