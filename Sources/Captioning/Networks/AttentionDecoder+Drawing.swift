import Tensors

extension AttentionDecoder {
  /// Draws sentences about several photos at once, all a word further at each step; nothing is left out.
  ///
  /// Every token may be drawn, those too that captions never hold: were they left out, what lowers the probability of
  /// the words drawn would raise theirs, and nothing would ever lower it again.
  ///
  /// - Parameters:
  ///   - grid: `[B, N, C]`.
  ///   - count: sentences about each photo.
  ///   - temperature: > 0; the softmax is taken of logits / temperature.
  ///   - longest: words after which a sentence stops without an end.
  ///   - random: a stream for each of the B · count sentences, so that one does not change with the others.
  /// - Returns: B · count token lists, those about one photo together, each from `<start>` to `<end>`.
  package func draw(
    grid: Tensor, count: Int, temperature: Float, vocabulary: Vocabulary, longest: Int,
    random: (Int) -> CounterRandom
  ) -> [[Int]] {
    let b = grid.shape[0]
    let cells = cells(grid)
    var streams = (0..<b * count).map(random)
    var sentences = [[Int]](repeating: [vocabulary.startToken], count: b * count)
    // Sentences that have not ended, rising, and the states of each GRU, `[open.count, D]`.
    var open = Array(sentences.indices)
    var states = initialStates(cells, sentencesPerImage: count).initial
    var said = Tensor(states.shape)
    for _ in 0..<longest where !open.isEmpty {
      let words = Embedding.forward(open.map { Int32(sentences[$0].last!) }, table: embedding.value)
      states = gru.step(words, states: states)
      let (context, _) = Attention.forward(
        queries: query?.forward(states) ?? states, images: images(open, of: b, each: count), regions: cells)
      var joined = sum(states, context)
      if let language {
        let (seen, _) = language.norm.forward(joined)
        said = language.gru.step(seen, states: said)
        joined = sum(seen, said)
      }
      let likely = RowDraw(logits: wordLogits.forward(norm.forward(joined).y), temperature: temperature)
      for (row, index) in open.enumerated() {
        sentences[index].append(likely.token(row, at: streams[index].uniform()))
      }
      let remaining = open.indices.filter { sentences[open[$0]].last != vocabulary.endToken }
      states = states.rows(remaining)
      said = said.rows(remaining)
      open = remaining.map { open[$0] }
    }
    return sentences
  }

  /// The rows of each photo where `open` says which sentence each row belongs to, rising.
  private func images(_ open: [Int], of count: Int, each: Int) -> [Range<Int>] {
    var first = 0
    return (0..<count).map { image in
      let end = open[first...].firstIndex { $0 >= (image + 1) * each } ?? open.count
      defer { first = end }
      return first..<end
    }
  }
}

/// Distributions over the vocabulary to draw from, a row each.
private struct RowDraw {
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
