import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("The built program evaluates, shows attention and times itself")
struct EvaluateAttendTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder([
      "captions.json": """
      {"images": [{"id": 1, "file_name": "one.png"}, {"id": 2, "file_name": "two.png"}, {"id": 3, "file_name": "gone.png"}],
       "annotations": [{"image_id": 1, "caption": "a dog"}, {"image_id": 2, "caption": "a cat in the zoo"},
                       {"image_id": 3, "caption": "grass"}]}
      """
    ])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    for (name, factor) in [("one", 40), ("two", 200)] {
      let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* factor) }
      let png = try PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels))
      try Data(png).write(to: folder.url.appendingPathComponent("\(name).png"))
    }
  }

  private func gaze(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(arguments, environment: ["GAZE_WEIGHTS": folder.path("w.safetensors"), "LC_ALL": "C.UTF-8"])
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func evaluate(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(
      ["evaluate", "--annotations", folder.path("captions.json"), "--images", folder.url.path, "--json"] + arguments,
      environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")])
  }

  @Test("photos that are there are scored, the missing one is told, and the status says so") func evaluation() throws {
    let run = try evaluate("--results", folder.path("r.json"))
    #expect(run.status == 1)
    #expect(run.errors.contains("1 of 3 photos failed:") && run.errors.contains("gone.png: cannot be read: No such"))
    let json = try object(run.output)
    #expect(json["images"] as? Int == 2 && json["failed"] as? Int == 1)
    #expect((json["settings"] as? [String: Any])?["beam"] as? Int == 3)
    // Of "a dog" and "a cat in the zoo" only the zoo is unknown.
    #expect(abs((json["unknown_word_rate"] as? Double ?? 0) - 1.0 / 7) < 1e-9)
    let score = try gaze(
      "score", "--references", folder.path("captions.json"), "--results", folder.path("r.json"), "--json")
    let scores = try object(score.output)
    #expect(score.status == 0 && !scores.isEmpty)
    for (key, value) in scores { #expect(json[key] as? Double == value as? Double, "\(key)") }
  }

  @Test("captions of the evaluation are those of gaze caption with the same settings") func sameCaptions() throws {
    let run = try evaluate("--limit", "2", "--seed", "4", "--results", folder.path("r.json"))
    #expect(run.status == 0 && run.errors.isEmpty)
    let caption = try gaze("caption", folder.path("one.png"), "--seed", "4", "--samples", "1")
    let text = caption.output.split(separator: "\t")[1].dropLast()
    #expect(try folder.text("r.json").contains("{\"image_id\":1,\"caption\":\"\(text)\"}"))
  }

  @Test("maps are measured over the human captions' known words, as a table and as one object") func maps() throws {
    let run = try evaluate("--maps", "--nouns", "dog, cat,unicorn")
    #expect(run.status == 1 && run.errors.contains("1 of 3 photos failed:"))
    let json = try object(run.output)
    #expect(json["photos"] as? Int == 2 && json["failed"] as? Int == 1)
    func words(_ key: String) -> Int? { (json[key] as? [String: Any])?["words"] as? Int }
    // Of "a dog" and "a cat in the zoo" only the zoo is unknown.
    #expect(words("all") == 6 && words("nouns") == 2)
    #expect(try Set(#require(json["by_noun"] as? [String: Any]).keys) == ["dog", "cat"])
    let all = try #require(json["all"] as? [String: Any])
    let keys = ["flip_correlation", "chance_correlation", "top_4_share", "entropy_bits", "log_probability_fall_top_4"]
    for key in keys + ["log_probability_fall_random_4"] { #expect(all[key] is Double, "\(key)") }
    let (nats, bits) = try (#require(all["entropy"] as? Double), #require(all["entropy_bits"] as? Double))
    #expect(abs(nats - bits * log(2)) < 1e-9, "the old key stays in nats")
    let nouns = try #require(json["nouns"] as? [String: Any])
    let order = ["rank_correlation_left_out", "rank_correlation_covered", "deletion_area", "insertion_area"]
    for key in order + ["random_order_area"] { #expect(nouns[key] is Double, "\(key)") }
    let intervals = try #require((json["intervals"] as? [String: Any])?["nouns"] as? [String: [Double]])
    for key in order {
      let (interval, mean) = try (#require(intervals[key]), #require(nouns[key] as? Double))
      #expect(interval.count == 2 && interval[0] <= mean && mean <= interval[1], "\(key)")
    }
    let map = try #require(json["mean_map"] as? [String: Any])
    let values = try #require(map["values"] as? [Double])
    #expect(values.count == (map["rows"] as? Int ?? 0) * (map["columns"] as? Int ?? 0))
    #expect(abs(values.reduce(0, +) - 1) < 1e-4)
    let table = try gaze(
      "evaluate", "--annotations", folder.path("captions.json"), "--images", folder.url.path, "--maps", "--limit", "2")
    #expect(table.status == 0 && table.errors.isEmpty)
    for text in ["all words       6", "flip", "random 4", "mean map, in thousandths", "95 % over photos", "deletion"] {
      #expect(table.output.contains(text))
    }
  }

  @Test("two networks are scored beside each other; one against itself differs in nothing") func against() throws {
    try SmallNetwork.write(to: folder.file("v.safetensors"), seed: 2)
    let own = try object(evaluate().output)
    let run = try object(evaluate("--against", folder.path("v.safetensors")).output)
    let (a, b) = (run["a"] as? NSDictionary, run["b"] as? [String: Any])
    #expect(a == own as NSDictionary)
    let differences = try #require(run["differences"] as? [String: Double])
    for key in ["CIDEr", "Bleu_1", "ROUGE_L", "mean_length"] {
      let (x, y) = (try #require(own[key] as? Double), try #require(b?[key] as? Double))
      #expect(abs(try #require(differences[key]) - (y - x)) < 1e-12, "\(key)")
    }
    let same = try object(evaluate("--against", folder.path("w.safetensors")).output)
    let none = try #require(same["differences"] as? [String: Double])
    #expect(none.values.allSatisfy { $0 == 0 } && none.count >= 10 && same["differing_share"] as? Double == 0)
    let table = try gaze(
      "evaluate", "--annotations", folder.path("captions.json"), "--images", folder.url.path, "--limit", "2",
      "--against", folder.path("v.safetensors"))
    #expect(table.output.contains("captions differ") && table.output.contains("B - A"))
  }

  @Test("two networks' maps are measured over the same words; one against itself differs in nothing")
  func mapsAgainst() throws {
    try SmallNetwork.write(to: folder.file("v.safetensors"), seed: 2)
    let own = try object(evaluate("--maps", "--nouns", "unicorn").output)
    let other = try object(
      evaluate("--maps", "--nouns", "unicorn", "--weights", folder.path("v.safetensors")).output)
    let run = try object(evaluate("--maps", "--nouns", "unicorn", "--against", folder.path("v.safetensors")).output)
    #expect(run["a"] as? NSDictionary == own as NSDictionary && run["b"] as? NSDictionary == other as NSDictionary)
    let differences = try #require(run["differences"] as? [[String: Any]])
    let entropy = try #require(
      differences.first { $0["measure"] as? String == "entropy_bits" && $0["of"] as? String == "all" })
    func mean(_ report: [String: Any]) -> Double { (report["all"] as? [String: Any])?["entropy_bits"] as? Double ?? 0 }
    let difference = try #require(entropy["difference"] as? Double)
    #expect(abs(difference - (mean(other) - mean(own))) < 1e-12)
    let interval = try #require(entropy["interval"] as? [Double])
    #expect(interval[0] <= difference && difference <= interval[1])
    let same = try object(evaluate("--maps", "--nouns", "unicorn", "--against", folder.path("w.safetensors")).output)
    let none = try #require(same["differences"] as? [[String: Any]])
    #expect(none.count >= 15 && none.allSatisfy { $0["difference"] as? Double == 0 })
    let table = try gaze(
      "evaluate", "--annotations", folder.path("captions.json"), "--images", folder.url.path, "--limit", "2", "--maps",
      "--nouns", "unicorn",
      "--against", folder.path("v.safetensors"))
    #expect(table.status == 0 && table.output.contains("B - A") && table.output.contains("attention  flip"))
  }

  @Test("a results file that cannot be written is told at once and nothing is left behind") func unwritable() throws {
    let run = try evaluate("--results", folder.path("no/r.json"))
    #expect(run.status == 1 && run.output.isEmpty && run.errors.contains("no/r.json"))
    #expect(try folder.names == ["captions.json", "one.png", "two.png", "w.safetensors"])
  }

  @Test("attend writes a sheet and a page, whole, and nothing else to standard output") func files() throws {
    let run = try gaze(
      "attend", folder.path("one.png"), "--beam", "2", "--max-words", "5", "--raw", "--colormap", "viridis", "--png",
      folder.path("a.png"), "--html", folder.path("a.html"))
    #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
    #expect(try ImageDecoder.decode(path: folder.file("a.png")).width > 300)
    let page = try folder.text("a.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(page.contains("<figcaption>one.png, 48×32"))
    #expect(!page.contains(folder.url.path))
    #expect(try folder.names == ["a.html", "a.png", "captions.json", "one.png", "two.png", "w.safetensors"])
  }

  @Test("attend --json is the line gaze caption gives for that caption") func json() throws {
    let photo = folder.path("two.png")
    let all = try object(gaze("caption", photo, "--samples", "3", "--seed", "5", "--json").output)
    let one = try gaze("attend", photo, "--seed", "5", "--caption-index", "2", "--json")
    let captions = try #require(all["captions"] as? [NSDictionary])
    let own = try #require(try object(one.output)["captions"] as? [NSDictionary])
    #expect(own == [captions[2]] && one.output.hasSuffix("],\"version\":1}\n"))
    let page = try gaze("attend", photo, "--html", "-")
    #expect(page.output.hasPrefix("<!DOCTYPE html>"))
    let text = try gaze("attend", photo, "--greedy")
    #expect(text.output.range(of: #"0\.\d{3}"#, options: .regularExpression) != nil)
  }

  @Test(
    "wrong flags are one line that names them",
    arguments: [
      (["attend", "x.png", "--json", "--png", "-"], "only one of them can go to standard output"),
      (["attend", "x.png", "--opacity", "2"], "--opacity: 2.0, expected 0 to 1"),
      (["attend", "x.png", "--greedy", "--caption-index", "1"], "--caption-index: 1, expected 0"),
      (["attend", "x.png", "--greedy", "--seed", "3"], "only one way of drawing captions"),
      (["attend", "x.png", "--colormap", "jet"], "jet"), (["attend", "x.png", "--beam", "0"], "--beam: 0"),
      (["attend", "x.png", "--top-k", "99"], "--top-k: 99, expected at most"),
      (["attend", "none.png"], "none.png: cannot be read"),
      (["evaluate", "--annotations", "none", "--images", "."], "cannot open none"),
      (["evaluate", "--annotations", "x"], "--images"), (["benchmark", "encode", "--runs", "0"], "--runs: 0"),
      (["evaluate", "--annotations", "x", "--images", ".", "--results", "-"], "--results: -"),
      (["evaluate", "--annotations", "x", "--images", ".", "--maps", "--results", "r"], "--results: --maps"),
      (["evaluate", "--annotations", "x", "--images", ".", "--maps", "--greedy"], "--maps: makes no captions"),
      (
        ["evaluate", "--annotations", "x", "--images", ".", "--results", "r", "--against", "w"],
        "--results: is of one network"
      ),
      (["benchmark", "preview", "none.jpg"], "none.jpg: cannot be read"),
      (["benchmark", "decode", "--width", "0"], "--width: 0"),
    ]) func errors(arguments: [String], says: String) throws
  {
    let run = try ProgramRun(arguments, environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")])
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("gaze: ") && run.errors.contains(says), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test("each benchmark prints one object with its timings and sizes") func benchmarks() throws {
    let runs = [
      ["encode", "--weights", folder.path("w.safetensors"), "--batch", "2"],
      ["decode", "--vocabulary", "50", "--width", "8", "--samples", "3"],
      ["train-step", "--vocabulary", "50", "--width", "8", "--batch", "2"],
      ["train-encoder", "--batch", "2"],
      ["preview", folder.path("one.png"), "--size", "10x5"],
    ]
    for arguments in runs {
      let run = try ProgramRun(["benchmark"] + arguments + ["--runs", "2", "--threads", "1"])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let json = try object(run.output)
      #expect(json["name"] as? String == arguments[0] && json["runs"] as? Int == 2 && json["threads"] as? Int == 1)
      #expect(json["blas"] is String && json["sizes"] is [String: Any])
      let times = ["min_ms", "median_ms", "max_ms"].compactMap { json[$0] as? Double }
      #expect(times.count == 3 && times == times.sorted() && times[0] >= 0)
    }
  }

  @Test("the median is the middle run or between the middle two") func median() {
    #expect(Timings(milliseconds: [3, 1, 2]).median == 2 && Timings(milliseconds: [4, 1, 3, 2]).median == 2.5)
  }

  @Test("help shows examples", arguments: ["evaluate", "attend", "benchmark"]) func help(command: String) throws {
    let run = try ProgramRun([command, "--help"])
    #expect(run.status == 0 && run.output.contains("Example:") && run.output.contains("gaze \(command)"))
  }
}
