import Captioning

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
      "weights".padded(to: 20) + Messages.printable(weights.name) + " \(weights.sha256.prefix(12))",
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

extension DecodingSettings {
  /// How captions are drawn, in a few words: `beam 3`, `greedy` or `sample, k 10, T 1.0, seed 1`.
  var inWords: String {
    let length = (minWords, maxWords) == (0, Self.longestCaption) ? "" : ", \(minWords) to \(maxWords) words"
    switch mode {
    case .greedy: return "greedy" + length
    case .beam(let width): return "beam \(width)" + length
    case .sample: return "sample, k \(topK), T \(temperature), seed \(seed)" + length
    }
  }

  /// What matters of them in their mode.
  var json: OrderedJSON {
    let own: [(String, OrderedJSON)] =
      switch mode {
      case .greedy: [("mode", .string("greedy"))]
      case .beam(let width): [("mode", .string("beam")), ("beam", .integer(width))]
      case .sample:
        [
          ("mode", .string("sample")), ("top_k", .integer(topK)), ("temperature", .single(temperature)),
          ("seed", .unsigned(seed)),
        ]
      }
    return .object(own + [("min_words", .integer(minWords)), ("max_words", .integer(maxWords))])
  }
}
