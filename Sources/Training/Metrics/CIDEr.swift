import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// CIDEr-D as the COCO scorer computes it under the name CIDEr (Vedantam et al. 2015): cosine similarity of TF-IDF
/// weighted n-grams, clipped, with a Gaussian penalty (σ = 6) on the difference in length; mean over n = 1…4, times 10.
///
/// Document frequencies are those of the references given, so scores of different sets do not compare.
struct CIDEr<Word: Hashable & Sendable>: Sendable {
  private typealias Gram = ArraySlice<Word>

  /// A sentence as TF-IDF weights by n-gram, their norms, and its length.
  private struct Vector {
    /// Each n-gram once, as they come: sums in the order of a dictionary would differ in their last bits between runs.
    var grams: [[Gram]] = []
    var weights: [[Gram: Double]] = []
    var norms: [Double] = []
    /// The number of 2-grams: what the scorer calls the length.
    var length = 0.0
  }

  /// By photo.
  private let references: [[[Word]]]
  /// In how many photos' references each n-gram occurs.
  private let frequencies: [Gram: Double]

  init(references: [[[Word]]]) {
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
  func score(_ candidates: [[Word]]) -> Double {
    CaptionMetrics.mean(zip(candidates, references.indices).map { scores([$0], photo: $1)[0] })
  }

  /// Each of several candidates for one photo, in [0, 10].
  func scores(_ candidates: [[Word]], photo: Int) -> [Double] {
    let references = references[photo].map(vector)
    return candidates.map { words in
      let candidate = vector(words)
      let sum = references.reduce(0) { $0 + similarity(candidate, $1) }
      return 10 * sum / Double(references.count)
    }
  }

  private func vector(_ words: [Word]) -> Vector {
    var vector = Vector()
    let logCount = log(Double(references.count))
    for (index, counts) in CaptionMetrics.counts(words).enumerated() {
      var grams: [Gram] = []
      var weights: [Gram: Double] = [:]
      var squares = 0.0
      for start in 0..<max(0, words.count - index) {
        let gram = words[start...start + index]
        guard weights[gram] == nil, let count = counts[gram] else { continue }
        let weight = Double(count) * (logCount - log(max(1, frequencies[gram] ?? 0)))
        grams.append(gram)
        weights[gram] = weight
        squares += weight * weight
      }
      vector.grams.append(grams)
      vector.weights.append(weights)
      vector.norms.append(squares.squareRoot())
    }
    vector.length = Double(max(0, words.count - 1))
    return vector
  }

  private func similarity(_ candidate: Vector, _ reference: Vector) -> Double {
    let delta = candidate.length - reference.length
    let penalty = exp(-delta * delta / (2 * 6 * 6))
    let perLength = (0..<CaptionMetrics.longest).map { n -> Double in
      let common = candidate.grams[n].reduce(0.0) { sum, gram in
        guard let own = candidate.weights[n][gram], let weight = reference.weights[n][gram] else { return sum }
        return sum + min(own, weight) * weight
      }
      let norms = candidate.norms[n] * reference.norms[n]
      return norms == 0 ? common : common / norms
    }
    return CaptionMetrics.mean(perLength) * penalty
  }
}
