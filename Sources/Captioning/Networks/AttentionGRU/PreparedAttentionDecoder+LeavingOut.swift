import Tensors

#if canImport(Glibc)
  import Glibc
#endif

extension PreparedAttentionDecoder.Context {
  /// The layers before attention run once; those behind it over all sets at once.
  package func logits(
    _ token: Int, states: PreparedAttentionDecoder.States, leavingOut sets: [[Int]]
  ) -> Tensor {
    var pass = WordPass(decoder: decoder, photos: [(self, 0..<1)], before: states)
    _ = pass(decoder.embedding.rows([token]))
    let scores = keys(decoder.query.map { $0(pass.first!) } ?? pass.first!)
    let weights = Tensor([sets.count, rows * columns])
    for (row, hidden) in sets.enumerated() {
      Self.softmax(scores.row(0), leavingOut: hidden, into: weights.pointer + row * rows * columns)
    }
    let one = [Int](repeating: 0, count: sets.count)
    let found = values(weights)
    var rest = PassFromFound(
      decoder: decoder, states: pass.first!.rows(one), found: found, second: states.second?.rows(one))
    return decoder.wordLogits(rest(found))
  }

  /// - Parameter weights: room for N zeros, which stay where all is left out: attention then finds nothing.
  private static func softmax(
    _ scores: UnsafeBufferPointer<Float>, leavingOut hidden: [Int], into weights: UnsafeMutablePointer<Float>
  ) {
    var isKept = [Bool](repeating: true, count: scores.count)
    for region in hidden { isKept[region] = false }
    let kept = scores.indices.filter { isKept[$0] }
    guard let top = kept.map({ scores[$0] }).max() else { return }
    var sum: Float = 0
    for region in kept {
      weights[region] = expf(scores[region] - top)
      sum += weights[region]
    }
    for region in kept { weights[region] /= sum }
  }
}
