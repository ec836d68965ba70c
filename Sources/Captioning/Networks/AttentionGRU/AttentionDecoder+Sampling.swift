import Tensors

extension AttentionDecoder {
  /// Samples sentences about several photos at once, all a word further at each step; nothing is left out.
  ///
  /// Every token may be sampled, those too that captions never hold: were they left out, what lowers the probability of
  /// the words sampled would raise theirs, and nothing would ever lower it again.
  ///
  /// - Parameters:
  ///   - features: of B photos.
  ///   - count: sentences about each photo.
  ///   - temperature: > 0; the softmax is taken of logits / temperature.
  ///   - vocabulary: the decoder's.
  ///   - longest: words after which a sentence stops without an end.
  ///   - random: a stream for each of the B · count sentences, so that one does not change with the others.
  /// - Returns: B · count token lists, those about one photo together, each from `<start>` to `<end>`.
  package func sample(
    features: FeatureMap, count: Int, temperature: Float, vocabulary: Vocabulary, longest: Int,
    random: (Int) -> CounterRandom
  ) -> [[Int]] {
    if features.photos == 0 { return [] }
    let decoder = prepared()
    let photos = (0..<features.photos).map { decoder.prepare(features.photo($0)) }
    var streams = (0..<photos.count * count).map(random)
    var sentences = [[Int]](repeating: [vocabulary.startToken], count: photos.count * count)
    // Sentences that have not ended, rising.
    var open = Array(sentences.indices)
    var states = decoder.start(photos.map { ($0, count) })
    for _ in 0..<longest where !open.isEmpty {
      let rows = Self.rows(of: open, photos: photos.count, each: count)
      let step = decoder.step(
        open.map { sentences[$0].last! }, states: states, photos: Array(zip(photos, rows)))
      let likely = TokenDistributions(logits: step.logits, temperature: temperature)
      for (row, index) in open.enumerated() {
        sentences[index].append(likely.token(row, at: streams[index].uniform()))
      }
      let remaining = open.indices.filter { sentences[open[$0]].last != vocabulary.endToken }
      states = step.states.rows(remaining)
      open = remaining.map { open[$0] }
    }
    return sentences
  }

  /// The rows of each photo where `open` says which sentence each row belongs to, rising.
  private static func rows(of open: [Int], photos: Int, each: Int) -> [Range<Int>] {
    var first = 0
    return (0..<photos).map { photo in
      let end = open[first...].firstIndex { $0 >= (photo + 1) * each } ?? open.count
      defer { first = end }
      return first..<end
    }
  }
}

/// Distributions over the vocabulary to sample from, a row each.
private struct TokenDistributions {
  /// `[R, V]`; every row sums to 1.
  private let probabilities: Tensor

  /// - Parameter logits: `[R, V]`; overwritten.
  init(logits: Tensor, temperature: Float) {
    if temperature != 1 { for index in 0..<logits.count { logits.pointer[index] /= temperature } }
    softmaxRows(logits)
    probabilities = logits
  }

  /// Where the running sum of a row first exceeds `point` in [0, 1).
  func token(_ row: Int, at point: Float) -> Int {
    let p = probabilities.row(row)
    var sum: Float = 0
    for (token, probability) in p.enumerated() {
      sum += probability
      if point < sum { return token }
    }
    // Rounding left the sum just below 1.
    return p.lastIndex { $0 > 0 } ?? 0
  }
}
