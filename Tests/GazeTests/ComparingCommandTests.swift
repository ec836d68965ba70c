import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("gaze attend hides cells and compares networks")
struct ComparingCommandTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    try SmallNetwork.write(to: folder.file("v.safetensors"), seed: 2)
    let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* 40) }
    try Data(PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels)))
      .write(to: folder.url.appendingPathComponent("one.png"))
  }

  private func attend(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(
      ["attend", "one.png", "--max-words", "3"] + arguments,
      environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")], folder: folder.url.path)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("hiding cells is told as a table, as JSON and as a sheet") func occlusion() throws {
    let lines = try attend("--occlusion", "--seed", "3")
    #expect(lines.status == 0 && lines.errors.isEmpty, "\(lines.errors)")
    let head = ["word", "probability", "hidden in", "fall", "at", "rank correlation", "deletion", "insertion"]
    let rows = lines.output.split(separator: "\n")
    #expect(rows.contains { line in head.allSatisfy { line.contains($0) } }, "\(lines.output)")
    let json = try attend("--occlusion", "--seed", "3", "--json", "--png", "sheet.png")
    #expect(json.status == 0 && json.errors.isEmpty)
    let words = try #require(object(json.output)["words"] as? [[String: Any]])
    let caption = try object(attend("--seed", "3", "--json").output)
    let drawn = try #require((caption["captions"] as? [[String: Any]])?.first?["words"] as? [[String: Any]])
    #expect(words.map { $0["word"] as? String } == drawn.map { $0["word"] as? String } && !words.isEmpty)
    for (word, other) in zip(words, drawn) {
      let (a, b) = (word["log_probability"] as? Double ?? 0, other["log_probability"] as? Double ?? 1)
      #expect(abs(a - b) < 1e-4)
      let size = (word["attention"] as? [String: Any])?["values"] as? [Double]
      for key in ["left_out", "covered"] {
        let falls = (word[key] as? [String: Any])?["log_probability_falls"] as? [Double]
        #expect(falls?.count == size?.count && falls?.isEmpty == false)
      }
    }
    #expect(try ImageDecoder.decode(path: folder.file("sheet.png")).width > 200)
    let page = try attend("--occlusion", "--seed", "3", "--html", "page.html")
    #expect(page.status == 0 && page.output.isEmpty)
    let html = try folder.text("page.html")
    #expect(html.contains("name=\"map\" value=\"covered\"> fall when hidden in photo</label>"))
    #expect(html.contains("\"left_out\":{\"attention\":[") && html.contains("Rank correlation, attention</th>"))
    let map = try attend("--map", "occlusion", "--json")
    #expect(map.status == 0 && map.output.contains(#""kind":"occlusion""#))
  }

  @Test("other networks recite the same words; a network against itself differs in nothing") func networks() throws {
    let run = try attend("--against", "v.safetensors", "w.safetensors", "--json", "--greedy")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let networks = try #require(object(run.output)["networks"] as? [[String: Any]])
    #expect(networks.count == 3)
    let differences = networks.map { $0["log_probability_differences"] as? [Double] ?? [] }
    #expect(differences[2].allSatisfy { $0 == 0 } && !differences[2].isEmpty && differences[1] != differences[2])
    let lines = try attend("--against", "v.safetensors", "--png", "sheet.png")
    #expect(lines.status == 0 && lines.output.isEmpty)
    #expect(try ImageDecoder.decode(path: folder.file("sheet.png")).height > 200)
    let text = try attend("--against", "v.safetensors")
    #expect(text.output.contains("A and B part most at"))
  }

  @Test(
    "what does not go together is one line",
    arguments: [
      (["--occlusion", "--against", "v.safetensors"], "only one of them"),
      (["--against", "v.safetensors", "--html", "x"], "--html"),
      (["--occlusion", "--hide", "1,1"], "--occlusion and --hide: only one of them"),
      (["--against", "none"], "none: no such weights file"), (["--map", "occlusion", "--layer", "1"], "--layer: 1"),
    ]) func wrong(arguments: [String], says: String) throws
  {
    let run = try ProgramRun(
      ["attend", "one.png"] + arguments, environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")],
      folder: folder.url.path)
    #expect(run.status != 0 && run.output.isEmpty && run.errors.contains(says), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }
}
