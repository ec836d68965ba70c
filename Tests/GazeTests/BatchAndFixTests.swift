import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("A batch tonight, ten captions put right tomorrow, and what is there the day after")
struct BatchAndFixTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder(["photos/.keep": ""])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    for index in 10..<22 {
      let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* index) }
      let png = try PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels))
      try Data(png).write(to: folder.url.appendingPathComponent("photos/p\(index).png"))
    }
  }

  private func gaze(_ arguments: String..., input: [String]? = nil) throws -> ProgramRun {
    try ProgramRun(
      arguments,
      environment: [
        "GAZE_WEIGHTS": folder.path("w.safetensors"), "XDG_STATE_HOME": folder.path("state"), "LC_ALL": "C.UTF-8",
      ],
      input: input.map { Array(($0.joined(separator: "\n") + "\n").utf8) }, folder: folder.url.path)
  }

  @Test("with the program from start to end") func day() throws {
    let night = try gaze("caption", "photos", "--sidecar", "skip", "--samples", "2", "--seed", "5", "--min-words", "3")
    #expect(night.status == 0 && night.errors.isEmpty, "\(night.errors)")
    let drawn = try folder.text("photos/p21.txt")
    let fixes = (1...10).flatMap { ["select \($0)", "edit fixed \($0)", "write"] }
    let day = try gaze("--plain", "photos", input: fixes + ["quit"])
    #expect(day.status == 0 && day.output.components(separatedBy: "Wrote p").count == 11, "\(day.output)")
    for number in 1...10 { #expect(try folder.text("photos/p\(number + 9).txt") == "fixed \(number)\n") }
    #expect(try folder.text("photos/p21.txt") == drawn)
    // Nothing is left to be asked about, and all of it is known again.
    let back = try gaze("--plain", "photos", input: ["list", "select 12", "words", "select 1", "words", "quit"])
    #expect(back.output.components(separatedBy: "with a text file written by hand").count == 11, "\(back.output)")
    #expect(!back.output.contains("not written"))
    try expectTheWordsOf("p21", in: back.output)
    #expect(back.output.contains("Recited: ") && back.output.contains("Word 1 of 2: fixed, "))
    let again = try gaze("caption", "photos", "--sidecar", "skip")
    #expect(again.status == 0 && again.output.isEmpty && again.errors.contains("12 of 12 images had a sidecar already"))
    let over = try gaze("caption", "photos", "--sidecar", "overwrite")
    #expect(over.errors.contains("10 of 12 sidecars were edited by hand and left"))
    #expect(try folder.text("photos/p10.txt") == "fixed 1\n")
  }

  /// The words told are those of the caption as it was drawn, with their probabilities.
  private func expectTheWordsOf(_ name: String, in output: String) throws {
    func object(_ text: String) throws -> [String: Any] {
      try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
    let origin = try object(folder.text("photos/\(name).caption.json"))
    let seed = try #require((origin["drawn"] as? [String: Any])?["seed"] as? Int)
    let once = try gaze(
      "caption", "photos/\(name).png", "--samples", "1", "--seed", "\(seed)", "--min-words", "3", "--json")
    let caption = try #require((try object(once.output)["captions"] as? [[String: Any]])?.first)
    let words = try #require(caption["words"] as? [[String: Any]])
    for (index, word) in words.enumerated() {
      let (text, probability) = (word["word"] as? String ?? "", word["probability"] as? Double ?? -1)
      let line =
        "Word \(index + 1) of \(words.count): \(text), probability \(String(format: "%.3f", probability)) of top 10, "
      #expect(output.contains(line), "\(line) in \(output)")
    }
  }
}
