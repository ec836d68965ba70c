import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Gaze
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("gaze score, inspect and doctor report what there is")
struct ReportCommandTests {
  private let references = """
    {"images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}, {"id": 3, "file_name": "c.jpg"}],
     "annotations": [{"image_id": 1, "caption": "A dog runs."}, {"image_id": 2, "caption": "two cats sit"},
                     {"image_id": 2, "caption": "cats"}]}
    """

  @Test("captions equal to the references score 1, whatever their order") func perfect() throws {
    let results = #"[{"image_id": 2, "caption": "Two cats sit"}, {"image_id": 1, "caption": "a dog runs"}]"#
    let folder = try CommandFolder(["references.json": references, "results.json": results])
    let (referencePath, resultPath) = (folder.file("references.json"), folder.file("results.json"))
    let scores = try ScoreCommand.scores(
      CocoAnnotations(path: referencePath), CocoResults(path: resultPath), references: "", results: "")
    #expect(scores.count == 2 && abs(scores.rougeL - 1) < 1e-9 && abs(scores.bleu[2] - 1) < 1e-6)
    let run = try ProgramRun(["score", "--references", referencePath.string, "--results", resultPath.string, "--json"])
    #expect(run.status == 0 && run.errors.isEmpty)
    let json = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(
      Set(json.keys) == [
        "images", "Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4", "ROUGE_L", "CIDEr", "distinct_1", "distinct_2",
        "identical_share", "mean_length",
      ])
    let words = try ProgramRun(["score", "--references", referencePath.string, "--results", resultPath.string])
    #expect(words.output.hasPrefix("images              2\nBLEU-1              1.0000\n"))
  }

  @Test("ids that are strings, and images that are ids alone, are scored; other ids are strangers") func ids() throws {
    let folder = try CommandFolder([
      "references.json": """
      {"images": [{"id": "a1"}, {"id": 2}], "annotations": [{"image_id": "a1", "caption": "a dog runs"},
       {"image_id": 2, "caption": "two cats"}]}
      """,
      "results.json": #"[{"image_id": "a1", "caption": "a dog"}, {"image_id": 2, "caption": "cats"}]"#,
      "other.json": #"[{"image_id": "2", "caption": "cats"}]"#,
    ])
    let run = try ProgramRun([
      "score", "--references", folder.path("references.json"), "--results", folder.path("results.json"),
    ])
    #expect(run.status == 0 && run.errors.isEmpty && run.output.contains("BLEU-1              0.5134\n"))
    let other = try ProgramRun([
      "score", "--references", folder.path("references.json"), "--results", folder.path("other.json"),
    ])
    #expect(other.status == 1 && other.errors.contains(#"image_id "2": expected an image of"#))
  }

  @Test("captions that hold line breaks are told of in one line") func breaks() throws {
    let folder = try CommandFolder([
      "references.json": references,
      "results.json": #"[{"image_id": 2, "caption": "two\rcats"}, {"image_id": 1, "caption": "a\ndog"}]"#,
    ])
    let run = try ProgramRun([
      "score", "--references", folder.path("references.json"), "--results", folder.path("results.json"),
    ])
    #expect(run.status == 0 && run.errors.hasPrefix("gaze: 1 of 5 captions hold line breaks"))
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test(
    "results that do not belong to the references are refused",
    arguments: [
      (#"[{"image_id": 9, "caption": "x"}]"#, "image_id 9"),
      (#"[{"image_id": 3, "caption": "x"}]"#, "image 3 has no captions"),
      ("[]", "no captions in it"),
    ]) func strangers(results: String, says: String) throws
  {
    let folder = try CommandFolder(["references.json": references, "results.json": results])
    let error = #expect(throws: CommandFailure.self) {
      try ScoreCommand.scores(
        CocoAnnotations(path: folder.file("references.json")), CocoResults(path: folder.file("results.json")),
        references: "references.json", results: "results.json")
    }
    #expect(error?.description.contains(says) == true)
  }

  @Test("a weights file is described in words and as JSON") func inspect() throws {
    let folder = try CommandFolder()
    let path = folder.file("w.safetensors")
    let description = ModelDescription(
      encoder: EncoderDescription(
        architecture: .inceptionResNetV2, height: 299, width: 299, scaling: .unit, rows: 8, columns: 8, channels: 1536),
      decoder: DecoderDescription(width: 4, initialState: .zeros), vocabulary: ["", "[UNK]", "a", "<start>", "<end>"],
      provenance: ["data": "none\u{1b}[2J"])
    let tensors = [NamedTensor("encoder/a", Tensor([2, 3])), NamedTensor("decoder/b", Tensor([4]), dtype: .float16)]
    try writeSafetensors(tensors, metadata: description.metadata, to: path)
    let run = try ProgramRun(["inspect", path.string, "--json"])
    let json = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(json["parameters"] as? [String: Int] == ["total": 10, "encoder": 6, "decoder": 4])
    #expect(json["sha256"] as? String == (try SafetensorsFile(path: path).sha256()))
    #expect(json["vocabulary_size"] as? Int == 5 && json["architecture"] as? String == "inception_resnet_v2")
    #expect((json["tensors"] as? [[String: Any]])?.count == 2)
    let words = try ProgramRun(["inspect", path.string])
    #expect(words.output.contains("grid        8×8 cells of 1536\n") && words.output.contains("scaled to 0…1"))
    #expect(!words.output.contains("\u{1b}"))
  }

  @Test("doctor has a line for everything that was decided, weights or none") func doctor() throws {
    let lines = Doctor(environment: ["TERM": "xterm", "NO_COLOR": "1"], weightsFlag: "none.safetensors").lines
    #expect(
      Set(["terminal", "colours", "locale", "glyphs", "mouse", "BLAS", "threads", "weights", "decoders"])
        .isSubset(of: lines.map(\.topic)))
    #expect(lines.allSatisfy { !$0.finding.isEmpty })
    #expect(lines.first { $0.topic == "weights" }?.finding == "none.safetensors: no such weights file (from --weights)")
    let run = try ProgramRun(["doctor"], environment: ["TERM": "vt\u{1b}100"])
    #expect(run.status == 0 && run.errors.isEmpty && !run.output.contains("\u{1b}"))
  }

  @Test(
    "what goes wrong is one line on standard error and a status that is not 0",
    arguments: [
      (["caption"], "Missing expected argument"), (["caption", "--nope", "x"], "Unknown option '--nope'"),
      (["caption", "x.jpg", "--weights", "none"], "none: no such weights file"),
      (["caption", "x", "--threads", "0"], "--threads: 0"),
      (["caption", "x", "--threads", "64000"], "--threads: 64000, expected 1…1024"),
      (["features", "x", "--output", "y", "--threads", "64000"], "--threads: 64000, expected 1…1024"),
      (["browse", "--threads=-1"], "--threads: -1, expected 1…1024"),
      (["inspect", "none"], "cannot open none: No such file"), (["features", "--output", "x.npy"], "no image given"),
      (["features", "x.jpg"], "--output"),
      (["score", "--references", "none", "--results", "none"], "cannot open none"),
    ]) func errors(arguments: [String], says: String) throws
  {
    let run = try ProgramRun(arguments)
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.hasPrefix("gaze: ") && run.errors.contains(says), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test("each command's help shows an example", arguments: ["caption", "inspect", "features", "score", "doctor"])
  func help(command: String) throws {
    let run = try ProgramRun([command, "--help"])
    #expect(run.status == 0 && run.output.contains("Example:") && run.output.contains("gaze \(command)"))
  }
}
