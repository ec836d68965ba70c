import ArgumentParser
import Captioning
import Files
import Reports
import SystemPackage
import Training

/// `gaze score`: the metrics on captions made by any program.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Score captions against human ones.",
    discussion: """
      BLEU, ROUGE-L and CIDEr are those of the COCO caption evaluation, over the images in RESULTS.
      Ids are numbers or strings; file names are not needed.

      Example:
        gaze score --references captions_val.json --results mine.json --json
      """)

  @Option(help: ArgumentHelp("COCO captions JSON with the human captions.", valueName: "file"))
  var references: FilePath

  @Option(help: ArgumentHelp("COCO results JSON: [{\"image_id\": 1, \"caption\": \"…\"}, …].", valueName: "file"))
  var results: FilePath

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let annotations = try CocoAnnotations(path: references, withFileNames: false)
    let captions = try CocoResults(path: results)
    let scores = try ScoreCommand.scores(annotations, captions, references: references, results: results)
    if let notice = ScoreCommand.notice(annotations, captions) { Diagnostics.say(notice) }
    let report = ScoreReport(scores)
    try StandardOutput.write(json ? report.json.text + "\n" : report.lines.joined(separator: "\n") + "\n")
  }

  /// Scores the results in the order of the references; `references` and `results` name the files in errors.
  static func scores(
    _ annotations: CocoAnnotations, _ captions: CocoResults, references: FilePath, results: FilePath
  ) throws(CommandFailure) -> CaptionScores {
    if captions.captions.isEmpty { throw CommandFailure("\(results): there are no captions in it") }
    let photos = annotations.photos.filter { captions.captions[$0.id] != nil }
    if photos.count < captions.captions.count {
      let known = Set(photos.map(\.id))
      let stranger = captions.captions.keys.filter { !known.contains($0) }.map(\.short).min()!
      throw CommandFailure("\(results): image_id \(stranger): expected an image of \(references)")
    }
    if let silent = photos.first(where: { $0.captions.isEmpty }) {
      throw CommandFailure("\(references): image \(silent.id.short) has no captions to compare with")
    }
    return CaptionMetrics.score(
      candidates: photos.map { captions.captions[$0.id]! }, references: photos.map(\.captions))
  }

  /// Tells of captions that the COCO scorers would not score as here; nil when there are none.
  static func notice(_ annotations: CocoAnnotations, _ captions: CocoResults) -> String? {
    let scored = annotations.photos.filter { captions.captions[$0.id] != nil }
    let texts = scored.flatMap { $0.captions + [captions.captions[$0.id]!] }
    let count = texts.count(where: CaptionTokenizer.breaksLines)
    if count == 0 { return nil }
    return "\(count) of \(texts.count) captions hold line breaks, taken for spaces here; "
      + "the COCO scorers would give the captions after them to the wrong images"
  }
}

/// Scores in words and as JSON; the keys are the COCO evaluation's where it has them.
struct ScoreReport {
  /// Each score's key, name and value, in the order shown.
  let scores: [(key: String, name: String, value: Double)]
  let count: Int

  init(_ scores: CaptionScores) {
    count = scores.count
    self.scores =
      scores.bleu.enumerated().map { ("Bleu_\($0.offset + 1)", "BLEU-\($0.offset + 1)", $0.element) }
      + [("ROUGE_L", "ROUGE-L", scores.rougeL), ("CIDEr", "CIDEr", scores.cider)]
      + scores.distinct.enumerated().map { ("distinct_\($0.offset + 1)", "distinct-\($0.offset + 1)", $0.element) }
      + [
        ("identical_share", "identical captions", scores.identicalShare),
        ("mean_length", "words a caption", scores.meanLength),
      ]
  }

  var lines: [String] {
    ["images".padded(to: 20) + "\(count)"] + scores.map { $0.name.padded(to: 20) + Figures.score($0.value) }
  }

  var json: OrderedJSON {
    .object([("images", .integer(count))] + scores.map { ($0.key, .number($0.value)) })
  }
}
