#if canImport(Glibc)
  import Glibc
#endif

/// CIDEr-D as the COCO scorer computes it under the name CIDEr (Vedantam et al. 2015): cosine similarity of TF-IDF
/// weighted n-grams, clipped, with a Gaussian penalty (σ = 6) on the difference in length; mean over n = 1…4, times 10.
///
/// Document frequencies are those of the references given, so scores of different sets do not compare.
struct CIDEr {
  private typealias Gram = ArraySlice<String>

  /// A sentence as TF-IDF weights by n-gram, their norms, and its length.
  private struct Vector {
    var weights: [[Gram: Double]] = []
    var norms: [Double] = []
    /// The number of 2-grams: what the scorer calls the length.
    var length = 0.0
  }

  private let references: [[[String]]]
  /// In how many photos' references each n-gram occurs.
  private let frequencies: [Gram: Double]

  init(references: [[[String]]]) {
    self.references = references
    var frequencies: [Gram: Double] = [:]
    for photo in references {
      let grams = photo.reduce(into: Set<Gram>()) { set, words in
        for counts in CaptionMetrics.counts(words) { set.formUnion(counts.keys) }
      }
      for gram in grams { frequencies[gram, default: 0] += 1 }
    }
    self.frequencies = frequencies
  }

  /// The mean over photos; `candidates` in the order of the references.
  func score(_ candidates: [[String]]) -> Double {
    CaptionMetrics.mean(
      zip(candidates, references).map { words, references in
        let candidate = vector(words)
        let sum = references.reduce(0) { $0 + similarity(candidate, vector($1)) }
        return 10 * sum / Double(references.count)
      })
  }

  private func vector(_ words: [String]) -> Vector {
    var vector = Vector()
    let logCount = log(Double(references.count))
    for counts in CaptionMetrics.counts(words) {
      var weights: [Gram: Double] = [:]
      for (gram, count) in counts {
        weights[gram] = Double(count) * (logCount - log(max(1, frequencies[gram] ?? 0)))
      }
      vector.weights.append(weights)
      vector.norms.append(weights.values.reduce(0) { $0 + $1 * $1 }.squareRoot())
    }
    vector.length = Double(max(0, words.count - 1))
    return vector
  }

  private func similarity(_ candidate: Vector, _ reference: Vector) -> Double {
    let delta = candidate.length - reference.length
    let penalty = exp(-delta * delta / (2 * 6 * 6))
    let perLength = (0..<CaptionMetrics.longest).map { n -> Double in
      let common = candidate.weights[n].reduce(0) { sum, gram in
        guard let weight = reference.weights[n][gram.key] else { return sum }
        return sum + min(gram.value, weight) * weight
      }
      let norms = candidate.norms[n] * reference.norms[n]
      return norms == 0 ? common : common / norms
    }
    return CaptionMetrics.mean(perLength) * penalty
  }
}
