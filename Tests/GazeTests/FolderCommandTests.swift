import Foundation
import Raster
import TestSupport
import Testing

@testable import Captioning
@testable import WeightFiles

@Suite("Commands on a captioner's folder") struct FolderCommandTests {
  private let blip = Fixtures.path("transformers/blip").string
  private let picture = Fixtures.path("transformers/wide.png").string

  @Test("a prompt is what captions go on from, and JSON tells it") func prompt() throws {
    let run = try ProgramRun([
      "caption", picture, "--weights", blip, "--greedy", "--max-words", "6", "--json", "--prompt", "a picture of",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let line = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let caption = try #require((line["captions"] as? [[String: Any]])?.first)
    #expect(caption["prompt"] as? String == "a picture of")
    let captioner = try Captioner(weightsAt: Fixtures.path("transformers/blip"))
    let image = try captioner.encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")))
    func text(_ prompt: String?) throws -> String {
      try captioner.captions(for: image, settings: DecodingSettings(mode: .greedy, maxWords: 6, prompt: prompt))[0].text
    }
    #expect(try caption["text"] as? String == text("a picture of"))
    #expect(try text("a picture of") != text(nil), "a prompt that changes nothing would prove nothing")
  }

  @Test(
    "a prompt is refused where it would do nothing",
    arguments: [
      (["caption"], "a dog", false, "expected none: this network begins its captions itself"),
      (["attend"], "a dog", false, "--prompt: a dog, expected none"),
      (["browse", "--plain"], "a dog", false, "--prompt: a dog, expected none"),
      (["caption"], "  ", true, "expected 1 to 31 of the network's tokens, found 0"),
      (["attend"], String(repeating: "red ", count: 40), true, "expected 1 to 31 of the network's tokens, found 40"),
    ]) func refusals(command: [String], prompt: String, isFolder: Bool, says: String) throws
  {
    let folder = try CommandFolder()
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let weights = isFolder ? blip : folder.path("w.safetensors")
    let run = try ProgramRun(command + [picture, "--weights", weights, "--prompt", prompt])
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains("--prompt: ") && run.errors.contains(says), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test("its encoder and its decoder can be timed") func timed() throws {
    for (work, sizes) in [("encode", ["batch": 1, "height": 64]), ("decode", ["samples": 5, "vocabulary": 125])] {
      let run = try ProgramRun(["benchmark", work, "--weights", blip, "--runs", "2"])
      #expect(run.status == 0, "\(run.errors)")
      let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      let told = try #require(json["sizes"] as? [String: Any])
      #expect(json["name"] as? String == work && (json["median_ms"] as? Double ?? 0) > 0)
      for (name, size) in sizes { #expect(told[name] as? Int == size, "\(name)") }
    }
    let both = try ProgramRun(["benchmark", "decode", "--weights", blip, "--width", "8"])
    #expect(both.status != 0 && both.errors.contains("--vocabulary and --width cannot be given"))
  }

  @Test("inspect tells what a folder holds") func inspect() throws {
    let words = try ProgramRun(["inspect", blip])
    #expect(words.status == 0, "\(words.errors)")
    for line in [
      "encoder     blip, 3 layers of 4 heads, width 48, patches of 16 pixels",
      "input       64×64 pixels less 0.481 0.458 0.408, over 0.269 0.261 0.276, bicubic, antialiased",
      "grid        4×4 cells of 48", "decoder     transformer, 3 layers of 4 heads, width 48, a map of each",
      "vocabulary  125 tokens, WordPiece", "text_decoder.bert.embeddings.word_embeddings.weight  125×48  F32",
    ] { #expect(words.output.contains(line), "\(line)") }
    let run = try ProgramRun(["inspect", blip, "--json"])
    let json = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let file = try SafetensorsFile(path: Fixtures.path("transformers/blip/model.safetensors"))
    #expect(json["sha256"] as? String == file.sha256() && json["bytes"] as? Int == file.byteCount)
    let decoder = try #require(json["decoder"] as? [String: Any])
    #expect(decoder["layers"] as? Int == 3 && decoder["heads"] as? Int == 4)
    #expect(decoder["text_coding"] as? String == "WordPiece")
    let parameters = try #require(json["parameters"] as? [String: Int])
    #expect(parameters["total"] == parameters["encoder"]! + parameters["decoder"]!)
  }

  @Test("doctor looks at a folder") func doctor() throws {
    let run = try ProgramRun(["doctor", "--weights", blip])
    #expect(run.status == 0 && run.output.contains("\(blip): blip encoder, 125 tokens, 869068 bytes"), "\(run.output)")
  }

  @Test("import writes one file that inspect, attend and features take") func importing() throws {
    let folder = try CommandFolder()
    let one = folder.path("one.safetensors")
    let run = try ProgramRun(["import", blip, "--output", one, "--precision", "bf16"])
    #expect(run.status == 0 && run.output.isEmpty && run.errors.contains("a captioner of 125 tokens"), "\(run.errors)")
    #expect(try ProgramRun(["import", blip, "--output", one]).errors.contains("--overwrite"))
    let inspected = try ProgramRun(["inspect", one]).output
    #expect(inspected.contains("imported_from     blip") && inspected.contains("precision         bf16"))
    #expect(inspected.contains("BF16 and F32") && inspected.contains("vocabulary  125 tokens, WordPiece"))
    #expect(try ProgramRun(["attend", picture, "--weights", one]).status == 0)
    #expect(try ProgramRun(["features", picture, "--weights", one, "--output", folder.path("f.npy")]).status == 0)
  }

  @Test("JSON, text and pages tell which maps they have, and what these leave out") func maps() throws {
    let choice = ["--map", "value", "--layer", "2", "--head", "3"]
    let base = ["attend", picture, "--weights", blip, "--greedy", "--max-words", "4"]
    let run = try ProgramRun(base + choice + ["--json"])
    #expect(run.status == 0, "\(run.errors)")
    let line = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let caption = try #require((line["captions"] as? [[String: Any]])?.first)
    let words = try #require(caption["words"] as? [[String: Any]])
    let captioner = try Captioner(weightsAt: Fixtures.path("transformers/blip"))
    let image = try captioner.encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")))
    let drawn = try captioner.captions(for: image, settings: DecodingSettings(mode: .greedy, maxWords: 4))
    let told = try captioner.retold(drawn, for: image, maps: MapChoice(kind: .value, layer: 1, head: 2))[0]
    #expect(words.count == told.words.count && !words.isEmpty)
    for (word, wanted) in zip(words, told.words) {
      let attention = try #require(word["attention"] as? [String: Any])
      #expect(attention["kind"] as? String == "value")
      #expect(attention["layer"] as? Int == 2 && attention["head"] as? Int == 3)
      #expect(try Float(#require(attention["outside_regions"] as? Double)) == wanted.attention.outside)
      #expect((attention["values"] as? [Double])?.map(Float.init) == wanted.attention.values)
    }
    let text = try ProgramRun(base + choice).output
    #expect(text.contains("maps: value-weighted attention, layer 2 of 3, head 3 of 4; class token "))
    let attention = try ProgramRun(base + ["--map", "attention"]).output
    #expect(attention.contains("maps: attention, all layers, all heads; class token "))
    // Usual is what each word gains, whatever is said of layers and heads.
    #expect(try ProgramRun(base).output.contains("maps: gradient times attention, all layers, all heads"))
    #expect(try ProgramRun(base + ["--layer", "2"]).output.contains("maps: gradient times attention, layer 2 of 3"))
    let page = try ProgramRun(base + choice + ["--html", "-"]).output
    #expect(page.contains("value-weighted attention, layer 2 of 3, head 3 of 4"))
  }

  @Test("caption tells chosen maps too; a network with one map a word has kinds, and no layers") func captionMaps()
    throws
  {
    let base = ["caption", picture, "--weights", blip, "--samples", "2", "--max-words", "3", "--json"]
    for (kind, choice) in [("gradient", []), ("gradient", ["--map", "gradient"]), ("value", ["--map", "value"])] {
      let run = try ProgramRun(base + choice)
      let wanted = #""kind":"\#(kind)","layer":null,"head":null,"outside_regions":"#
      #expect(run.status == 0 && run.output.contains(wanted))
    }
    let folder = try CommandFolder()
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let small = ["attend", picture, "--weights", folder.path("w.safetensors"), "--json"]
    #expect(try ProgramRun(small + ["--map", "value"]).output.contains(#""kind":"value""#))
    #expect(try !ProgramRun(small).output.contains("kind"))
  }

  @Test(
    "maps are refused where they would not be told or are none",
    arguments: [
      (["caption", "--map", "value"], "--map: expected with --json"),
      (["caption", "--layer", "1"], "--layer: expected with --json"), (["attend", "--layer", "0"], "--layer: 0"),
      (["attend", "--head", "5"], "--head: 5, expected 1 to 4"),
      (["attend", "--layer", "4"], "--layer: 4, expected 1 to 3"), (["attend", "--map", "x"], "--map"),
    ]) func mapRefusals(arguments: [String], says: String) throws
  {
    let run = try ProgramRun(arguments + [picture, "--weights", blip])
    #expect(run.status == 64 && run.output.isEmpty && run.errors.contains(says), "\(run.errors)")
  }

  @Test(
    "import refuses flags of the other kind",
    arguments: [
      (true, ["--scaling", "unit"], "--scaling: expected with a Keras file"),
      (true, ["--vocabulary", "v"], "--vocabulary: expected with a Keras file"),
      (false, ["--precision", "f16"], "--precision: expected with a captioner's folder"),
      (true, ["--precision", "f8"], "--precision"),
    ]) func flags(isFolder: Bool, flags: [String], says: String) throws
  {
    let source = isFolder ? blip : Fixtures.path("import/types.h5").string
    let folder = try CommandFolder()
    let run = try ProgramRun(["import", source, "--output", folder.path("o.safetensors")] + flags)
    #expect(run.status == 64 && run.errors.contains(says), "\(run.errors)")
    #expect(try folder.names.isEmpty)
  }
}
