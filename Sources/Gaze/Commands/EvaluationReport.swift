import Captioning
import Files

/// An evaluation in words and as JSON: the scores, and what they are the scores of.
struct EvaluationReport {
  let scores: ScoreReport
  /// The share of the references' words that the vocabulary lacks, in [0, 1].
  let unknownShare: Double
  /// Photos left out.
  let failed: Int
  let weights: WeightsIdentity
  let settings: DecodingSettings

  var lines: [String] {
    let unknown = ScoreReport.decimals(unknownShare)
    return scores.lines + [
      "unknown words".padded(to: 20) + unknown, "failed".padded(to: 20) + "\(failed)",
      "weights".padded(to: 20) + PrintableText.line(weights.name) + " \(weights.sha256.prefix(12))",
      "captions from".padded(to: 20) + settings.inWords,
    ]
  }

  var json: OrderedJSON {
    guard case .object(let members) = scores.json else { return .null }
    return .object(
      members + [
        ("unknown_word_rate", .number(unknownShare)), ("failed", .integer(failed)),
        ("weights", .object([("name", .string(weights.name)), ("sha256", .string(weights.sha256))])),
        ("settings", settings.json),
      ])
  }
}
