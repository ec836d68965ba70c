import Tensors

extension DecodingContext {
  /// For contexts that cannot leave anything out: as if nothing were.
  package func logits(_ token: Int, states: States, leavingOut sets: [[Int]]) -> Tensor {
    step([token], states: states).logits.rows([Int](repeating: 0, count: sets.count))
  }

  /// How much the log-probability of the token that follows in each sentence falls when each region is left out of
  /// attention; where it rises instead, nothing.
  func occlusionMaps(
    _ step: DecodingStep<States>, _ tokens: [Int], _ states: States, next: [Int], rows: Int, columns: Int
  ) -> AttentionMaps {
    let count = rows * columns
    let falls = Tensor(uninitialized: [tokens.count, 1, count])
    for (row, token) in next.enumerated() {
      func logProbability(_ logits: UnsafeBufferPointer<Float>) -> Double {
        Double(logits[token]) - Sampler.logSumExp(logits)
      }
      let whole = logProbability(step.logits.row(row))
      let without = logits(tokens[row], states: states.rows([row]), leavingOut: (0..<count).map { [$0] })
      for region in 0..<count {
        falls.pointer[row * count + region] = Float(max(0, whole - logProbability(without.row(region))))
      }
    }
    return AttentionMaps(positions: [falls], isAbsolute: true, rows: rows, columns: columns)
  }
}
