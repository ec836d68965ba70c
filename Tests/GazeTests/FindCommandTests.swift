import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("gaze find lists examples of a batch, and the browser takes the list")
struct FindCommandTests {
  private let folder: CommandFolder

  private static func line(_ image: String, _ word: String, _ logProbability: Double, _ map: String) -> String {
    #"{"image":"\#(image)","width":4,"height":3,"error":null,"weights":{"name":"w","sha256":"0"},"captions":[{"#
      + #""text":"a \#(word)","log_probability":-2.5,"words":[{"word":"\#(word)","probability":1,"#
      + #""log_probability":\#(logProbability),"attention":{"rows":1,"columns":2,"values":[\#(map)]}}]}]}"# + "\n"
  }

  private static let lines =
    line("b c.png", "dog", -1, "0.5,0.5") + line("a.png", "dog", -2, "0.9,0.1") + line("d.png", "cat", -0.1, "0,1")

  init() throws {
    folder = try CommandFolder(["captions.jsonl": Self.lines, "bad.jsonl": Self.lines + "{\"image\"\n"])
    let png = try PNGEncoder.encode(PixelImage(width: 2, height: 2, pixels: [UInt8](repeating: 9, count: 12)))
    for name in ["a.png", "b c.png", "d.png"] { try Data(png).write(to: folder.url.appendingPathComponent(name)) }
  }

  private func find(_ arguments: String..., input: String? = nil) throws -> ProgramRun {
    try ProgramRun(["find"] + arguments, input: input.map { Array($0.utf8) }, folder: folder.url.path)
  }

  @Test("a table has figures to the right, and no column that nothing is in") func table() throws {
    let run = try find("captions.jsonl", "--word", "dog", "--sort", "top-share")
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(
      run.output == """
        probability  entropy  top-share  word  image    caption
              0.135     0.47      0.900  dog   a.png    a dog
              0.368     1.00      0.500  dog   b c.png  a dog

        """)
    let none = try find("captions.jsonl", "--word", "zebra")
    #expect(none.status == 0 && none.output.isEmpty)
  }

  @Test("a column is as wide as its figures") func wideFigures() throws {
    let fell = Self.lines.replacingOccurrences(
      of: #"{"word":"dog""#, with: #"{"log_probability_fall":-10.25,"word":"dog""#)
    let run = try find("-", "--word", "dog", "--limit", "1", input: fell)
    #expect(
      run.output == """
        probability  entropy  top-share    fall  word  image    caption
              0.368     1.00      0.500  -10.25  dog   b c.png  a dog

        """, "\(run.errors)")
  }

  @Test("a shard's last line is of no image") func shard() throws {
    let summary =
      #"{"shard":1,"of":2,"version":1,"images":3,"failed":0,"listed":9,"names":"a1","weights":"0","settings":{}}"#
      + "\n"
    let run = try find("-", "--word", "cat", "--paths", input: Self.lines + summary)
    #expect(run.status == 0 && run.output == "d.png\n" && run.errors.isEmpty, "\(run.errors)")
  }

  @Test("bounds, areas, orders and limits; JSON and standard input") func flags() throws {
    let unlikely = try find("captions.jsonl", "--probability", "<0.3", "--paths")
    #expect(unlikely.output == "a.png\n")
    let right = try find("-", "--attention-outside", "right >0.45", "--sort", "outside", "--json", input: Self.lines)
    let images = try right.output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(images.map { $0["image"] as? String } == ["a.png", "b c.png"])
    #expect(abs((images[0]["outside"] as? Double ?? 0) - 0.9) < 1e-6)
    let all = try find(
      "captions.jsonl", "captions.jsonl", "--sort", "probability", "--ascending", "--limit", "3", "-0",
      "--paths")
    #expect(all.output == "a.png\0a.png\0b c.png\0", "\(all.errors)")
  }

  @Test("lines that cannot be read are named; the others are searched") func bad() throws {
    let run = try find("bad.jsonl", "--paths")
    #expect(run.status == 1 && run.output == "b c.png\na.png\nd.png\n")
    #expect(
      run.errors == """
        gaze: 1 of 4 lines could not be read:
        gaze: bad.jsonl: line 4, byte 9: expected a colon, found the end

        """)
  }

  @Test(
    "wrong flags are one line that names them",
    arguments: [
      ([], "<file>"), (["absent"], "absent"), (["captions.jsonl", "--probability", "0.3"], "--probability"),
      (["captions.jsonl", "--sort", "beauty"], "--sort"), (["captions.jsonl", "--ascending"], "--ascending: expected"),
      (["captions.jsonl", "--null"], "--null: expected with --paths"),
      (["captions.jsonl", "--limit", "0"], "--limit: 0"),
      (["captions.jsonl", "--json", "--paths"], "only one of them"),
      (["captions.jsonl", "--attention-outside", "middle"], "--attention-outside"),
      (["captions.jsonl", "--sort", "outside"], "--sort outside: expected with --attention-outside"),
      (["-", "-"], "once"),
    ]) func wrong(arguments: [String], says: String) throws
  {
    let run = try ProgramRun(["find"] + arguments, folder: folder.url.path)
    #expect(run.status != 0 && run.output.isEmpty && run.errors.contains(says), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }

  @Test("the browser lists what was found in its order, what is gone told; an empty list is an error") func browse()
    throws
  {
    let found = try find("captions.jsonl", "--sort", "probability", "--paths")
    #expect(found.output == "d.png\nb c.png\na.png\n")
    try (found.output + "gone.png\n").write(toFile: folder.path("list"), atomically: true, encoding: .utf8)
    let run = try ProgramRun(
      ["--plain", "--files-from", "list"], input: Array("list\nquit\n".utf8), folder: folder.url.path)
    let places = ["d.png", "b c.png", "a.png"].map { run.output.range(of: $0)?.lowerBound }
    #expect(run.status == 0 && places.allSatisfy { $0 != nil }, "\(run.output)\(run.errors)")
    #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(run.output)")
    let empty = try ProgramRun(["--plain", "--files-from", "/dev/null"], folder: folder.url.path)
    #expect(empty.status == 1 && empty.errors == "gaze: /dev/null: names nothing to browse\n")
    let both = try ProgramRun(["--plain", "--files-from", "-"], folder: folder.url.path)
    #expect(both.status != 0 && both.errors.contains("--plain"))
  }
}
