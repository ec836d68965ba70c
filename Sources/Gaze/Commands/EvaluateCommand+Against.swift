import Captioning
import Files
import Reports
import Training

extension EvaluateCommand {
  /// Scores two networks' captions of the same photos beside each other.
  func compare(_ captioner: Captioner, with other: Captioner, on set: EvaluationSet) throws {
    var reports: [EvaluationReport] = []
    var captions: [[CocoID: String]] = []
    for captioner in [captioner, other] {
      let settings = try decoding.settings(otherwise: .beam(width: 3), for: captioner)
      let outcome = caption(set, with: captioner, settings)
      let course = EvaluationSet.Course(failures: outcome.failures, isComplete: outcome.isComplete)
      guard outcome.isComplete, let report = report(of: outcome, by: captioner, settings) else {
        return try finish(course, done: outcome.entries.count, of: set.photos.count)
      }
      reports.append(report)
      captions.append(Dictionary(outcome.entries.map { ($0.id, $0.caption) }) { first, _ in first })
      if reports.count == 2 {
        let differing = captions[0].count { captions[1][$0.key] != $0.value }
        let comparison = EvaluationComparison(
          reports: reports, differingShare: Double(differing) / Double(max(captions[0].count, 1)))
        try StandardOutput.write(json ? comparison.json.text + "\n" : comparison.lines.joined(separator: "\n") + "\n")
        try finish(course, done: outcome.entries.count, of: set.photos.count)
      }
    }
  }
}

/// Two evaluations of the same photos in words and as JSON.
struct EvaluationComparison {
  /// Of two networks.
  let reports: [EvaluationReport]
  /// The share of photos whose captions are not the same, in [0, 1].
  let differingShare: Double

  var lines: [String] {
    var table = FigureTable([("score", .left), ("A", .right), ("B", .right), ("B - A", .right)])
    for (a, b) in rows {
      table.add([a.name, Figures.score(a.value), Figures.score(b.value), Figures.score(b.value - a.value)])
    }
    let networks = zip(["A", "B"], reports).map { name, report in
      name.padded(to: 20) + PrintableText.line(report.weights.name) + " \(report.weights.sha256.prefix(12))"
    }
    return ["images".padded(to: 20) + "\(reports[0].scores.count)"] + networks
      + [
        "captions from".padded(to: 20) + reports[0].settings.inWords,
        "captions differ".padded(to: 20) + Figures.share(differingShare), "",
      ] + table.lines
  }

  private typealias Score = (key: String, name: String, value: Double)

  private var rows: [(Score, Score)] {
    let scores = reports.map { $0.scores.scores + [("unknown_word_rate", "unknown words", $0.unknownShare)] }
    return Array(zip(scores[0], scores[1]))
  }

  var json: OrderedJSON {
    .object([
      ("a", reports[0].json), ("b", reports[1].json),
      ("differences", .object(rows.map { ($0.0.key, .number($0.1.value - $0.0.value)) })),
      ("differing_share", .number(differingShare)),
    ])
  }
}
