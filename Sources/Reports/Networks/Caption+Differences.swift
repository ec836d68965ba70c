import Captioning

/// Two networks' tellings of one sentence.
extension Caption {
  /// How much likelier each word is here than in another telling, in nats; nil where their words are not the same.
  package func differences(from other: Caption) -> [Float]? {
    guard words.map(\.word) == other.words.map(\.word) else { return nil }
    return zip(words, other.words).map { $0.logProbability - $1.logProbability }
  }

  /// The word where two tellings part most, the first of equals; nil where there is none.
  /// - Parameter differences: see `differences(from:)`.
  package static func partingWord(_ differences: [Float]) -> Int? {
    differences.indices.max { (abs(differences[$0]), $1) < (abs(differences[$1]), $0) }
  }
}

extension AttentionMap {
  /// Rank correlation with another map; nil where they are not of one size.
  package func likeness(to other: AttentionMap) -> Double? {
    guard (rows, columns) == (other.rows, other.columns) else { return nil }
    return rankCorrelation(values.map(Double.init), other.values.map(Double.init))
  }
}
