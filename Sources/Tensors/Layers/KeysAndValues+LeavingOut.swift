#if canImport(Glibc)
  import Glibc
#endif

extension KeysAndValues {
  /// What queries `[R, D]` find where each leaves some positions out: softmax(q · kᵀ / √d) · v over the others, `[R, D]`;
  /// zeros where none are left.
  /// - Parameter hidden: of each query, positions.
  public func found(_ queries: Tensor, leavingOut hidden: [[Int]]) -> Tensor {
    let (width, p) = (keys.shape[1], keys.shape[0])
    let (rows, size) = (queries.count / width, keys.shape[1] / heads)
    precondition(hidden.count == rows, "\(hidden.count) sets of positions for \(rows) queries")
    let found = Tensor(uninitialized: [rows, width])
    ThreadPool.shared.run(heads) { head in
      let weights = Tensor(uninitialized: [rows, p])
      gemm(
        rows, p, size, queries.pointer + head * size, width, keys.pointer + head * size, width, transposeB: true,
        into: weights.pointer, p, alpha: 1 / Float(size).squareRoot())
      for (row, positions) in hidden.enumerated() {
        let own = weights.pointer + row * p
        for position in positions { own[position] = -.infinity }
        Self.softmax(own, count: p)
      }
      gemm(
        rows, size, p, weights.pointer, p, values.pointer + head * size, width, into: found.pointer + head * size,
        width)
    }
    return found
  }

  /// In place; zeros where all scores are −∞.
  private static func softmax(_ scores: UnsafeMutablePointer<Float>, count: Int) {
    var top = -Float.infinity
    for index in 0..<count { top = max(top, scores[index]) }
    guard top > -.infinity else { return scores.update(repeating: 0, count: count) }
    var sum: Float = 0
    for index in 0..<count {
      scores[index] = scores[index] == -.infinity ? 0 : expf(scores[index] - top)
      sum += scores[index]
    }
    for index in 0..<count { scores[index] /= sum }
  }
}
