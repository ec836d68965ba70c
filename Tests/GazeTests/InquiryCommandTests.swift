import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Gaze
@testable import Raster

@Suite("The built program answers what if")
struct InquiryCommandTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder(["sentences.txt": "a dog\n\na cat in the zoo\n"])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* 40) }
    let png = try PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels))
    try Data(png).write(to: folder.url.appendingPathComponent("one.png"))
  }

  private func gaze(_ arguments: [String], input: String? = nil) throws -> ProgramRun {
    try ProgramRun(
      arguments, environment: ["GAZE_WEIGHTS": folder.path("w.safetensors"), "LC_ALL": "C.UTF-8"],
      input: input.map { Array($0.utf8) })
  }

  private func attend(_ arguments: String...) throws -> ProgramRun {
    try gaze(["attend", folder.path("one.png")] + arguments)
  }

  private func captions(_ run: ProgramRun) throws -> [[String: Any]] {
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    return try run.output.split(separator: "\n").flatMap { line in
      let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      return try #require(object["captions"] as? [[String: Any]])
    }
  }

  private func words(_ caption: [String: Any]) throws -> [[String: Any]] {
    try #require(caption["words"] as? [[String: Any]])
  }

  @Test("a sentence is recited: probability, rank, what the network would rather have said, unknown words") func say()
    throws
  {
    let told = try captions(attend("--caption", "a dog in the zoo", "--json"))
    let network = try Captioner(weightsAt: folder.file("w.safetensors"))
    let photo = try network.encode(ImageDecoder.decode(path: folder.file("one.png")))
    let recited = try network.recited("a dog in the zoo", for: photo)
    #expect(told.count == 1 && told[0]["mode"] as? String == "recited")
    #expect(try words(told[0]).map { $0["rank"] as? Int } == recited.words.map(\.rank))
    #expect(try words(told[0]).map { $0["unknown"] as? Bool ?? false } == [false, false, false, false, true])
    let text = try attend("--caption", "a dog in the zoo").output
    #expect(text.contains("recited by the network, log-probability") && text.contains("zoo (unknown)"))
    #expect(text.contains("word           probability  rank  rather\n"))
  }

  @Test("a file's sentences are recited line by line, also from standard input") func file() throws {
    let told = try captions(attend("--captions-from", folder.path("sentences.txt"), "--json"))
    #expect(told.map { $0["text"] as? String } == ["a dog", "a cat in the zoo"])
    let input = try gaze(["attend", folder.path("one.png"), "--captions-from", "-", "--json"], input: "a dog\n")
    #expect(try captions(input).map { $0["text"] as? String } == ["a dog"])
  }

  @Test("captions begin with a prefix, whose words are marked as given") func prefix() throws {
    let run = try gaze(["caption", folder.path("one.png"), "--prefix", "a dog", "--samples", "2", "--json"])
    for caption in try captions(run) {
      #expect((caption["text"] as? String)?.hasPrefix("a dog") == true && caption["prefix"] as? String == "a dog")
      #expect(try words(caption).map { $0["given"] as? Bool ?? false }.prefix(2) == [true, true])
      #expect((caption["prefix_tokens"] as? [Int]) == (try words(caption).prefix(2).compactMap { $0["token"] as? Int }))
    }
    let wrong = try gaze(["caption", folder.path("one.png"), "--prefix", "a zebra"])
    #expect(wrong.status != 0 && wrong.errors == "gaze: --prefix: zebra, expected words the network knows\n")
  }

  @Test("with cells hidden: the caption, the same words then with their falls, and what is drawn again") func hide()
    throws
  {
    for cover in [[], ["--cover"]] {
      let run = try gaze(
        ["attend", folder.path("one.png"), "--seed", "4", "--min-words", "3", "--hide", "strongest:2:1", "--json"]
          + cover)
      let told = try captions(run)
      #expect(told.count == 3 && told[0]["hidden"] == nil && told[1]["mode"] as? String == "recited")
      #expect(told[0]["text"] as? String == told[1]["text"] as? String && told[2]["seed"] as? Int == 4)
      for caption in told.dropFirst() {
        let hidden = try #require(caption["hidden"] as? [String: Any])
        #expect(hidden["way"] as? String == (cover.isEmpty ? "attention" : "photo"))
        #expect((hidden["cells"] as? [[Int]])?.count == 2)
      }
      for (before, after) in zip(try words(told[0]), try words(told[1])) {
        let logs = [before, after].compactMap { $0["log_probability"] as? Double }
        let fall = try #require(after["log_probability_fall"] as? Double)
        #expect(logs.count == 2 && abs(fall - (logs[0] - logs[1])) < 1e-4)
      }
    }
    let text = try attend("--caption", "a dog", "--only", "1,1 2-3,2").output
    #expect(text.contains("all but 3 of 1024 cells left out of attention: left: 1,1 2,2 3,2"))
    #expect(text.contains("before") && text.contains("fall") && !text.contains("drawn again"))
    let drawn = try attend("--greedy", "--min-words", "2", "--hide", "1-4,1-3", "--cover").output
    #expect(drawn.contains("12 of 1024 cells covered in the photo: 1,1 1,2 1,3 2,1 "))
    #expect(drawn.contains("drawn again: "))
  }

  @Test("sheet and page hold it") func pictures() throws {
    let run = try attend(
      "--caption", "a dog in the zoo", "--hide", "1,1", "--html", folder.path("a.html"), "--png", folder.path("a.png"))
    #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
    let page = try folder.text("a.html")
    #expect(page.contains("<dt>Hidden</dt><dd>1 of 1024 cells left out of attention</dd>"))
    #expect(page.contains("<th scope=\"col\">Rank</th><th scope=\"col\">Fall</th>"))
    #expect(page.contains("a word the network does not know"))
    #expect(try ImageDecoder.decode(path: folder.file("a.png")).width > 300)
  }

  @Test(
    "wrong flags are one line that names them",
    arguments: [
      (["--caption", "a", "--captions-from", "x"], "--caption and --captions-from: only one of them"),
      (["--caption", "a", "--greedy"], "--caption: nothing is drawn"),
      (["--caption", " "], "--caption: text: no words the network could read"),
      (["--captions-from", "none.txt"], "none.txt"),
      (["--captions-from", "x", "--html", "y"], "--html: tells one caption"),
      (["--hide", "1,1", "--only", "1,2"], "--hide and --only"),
      (["--cover"], "--cover: expected with --hide or --only"),
      (["--hide", "33,9"], "--hide: 33,9, expected at most 32,32"), (["--hide", "x"], "'x' is invalid for '--hide"),
      (["--only", "1-32,1-32"], "--only: hidden cells: 0 of 1024"),
      (["--caption", "a", "--hide", "strongest:2:dog"], "--hide: strongest: dog, expected a word of a"),
      (["--prefix", "a", "--caption", "a"], "--caption: nothing is drawn"),
    ]) func errors(arguments: [String], says: String) throws
  {
    let run = try gaze(["attend", folder.path("one.png")] + arguments)
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("gaze: ") && run.errors.contains(says), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }
}
