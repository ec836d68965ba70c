/// Sentences of a batch, padded to one length; the sentences of one image lie together.
struct SentenceBatch: Sendable {
  /// T: positions of every sentence.
  let steps: Int
  /// Words going in, `[S · T]`, padding 0.
  let inputs: [Int32]
  /// Rows of `[S · T]` whose next word counts in the loss, rising.
  let rows: [Int]
  /// The next word at each of `rows`.
  let targets: [Int32]
  /// What each of `rows` weighs in the loss, which is then their weighted sum; nil means the mean over `rows`.
  let weights: [Float]?

  /// - Parameters:
  ///   - sentences: token lists from `<start>` to `<end>`; fewer than two tokens count as none.
  ///   - countsPadding: predict padding after the end, as the seed's loss does, up to `steps`.
  ///   - weights: of the words of each sentence; nil means the mean over all words.
  init(_ sentences: [[Int]], steps wanted: Int? = nil, countsPadding: Bool = false, weights: [Float]? = nil) {
    let longest = max(1, (sentences.map(\.count).max() ?? 0) - 1)
    steps = wanted ?? longest
    precondition(steps >= longest, "a sentence of \(longest) positions does not fit into \(steps)")
    var inputs = [Int32](repeating: 0, count: sentences.count * steps)
    var rows: [Int] = []
    var targets: [Int32] = []
    var rowWeights: [Float] = []
    for (index, sentence) in sentences.enumerated() {
      guard sentence.count >= 2 else { continue }
      for (position, token) in sentence.enumerated() where position < steps {
        inputs[index * steps + position] = Int32(token)
      }
      for position in 0..<steps {
        guard position + 1 < sentence.count || countsPadding else { continue }
        let next = position + 1 < sentence.count ? sentence[position + 1] : Vocabulary.padding
        rows.append(index * steps + position)
        targets.append(Int32(next))
        if let weights { rowWeights.append(weights[index]) }
      }
    }
    self.inputs = inputs
    self.rows = rows
    self.targets = targets
    self.weights = weights.map { _ in rowWeights }
  }
}
