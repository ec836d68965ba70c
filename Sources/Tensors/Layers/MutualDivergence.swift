import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// How far two distributions over classes p and q are from each other, both given by their logits:
/// ½ (KL(p ‖ q) + KL(q ‖ p)), natural logarithm.
public enum MutualDivergence {
  /// - Parameters:
  ///   - logits: `[R, V]`.
  ///   - pairs: two rows each.
  ///   - scale: multiplies the gradient, not the sum.
  /// - Returns: Σ over the P pairs, and the gradient of scale · Σ, `[2 P, V]`: the two rows of each pair, one pair after the
  ///   other.
  public static func forwardBackward(
    logits: Tensor, pairs: [(Int, Int)], scale: Float
  ) -> (sum: Double, gradients: Tensor) {
    let classes = logits.shape[1]
    let gradients = logits.rows(pairs.flatMap { [$0, $1] })
    var sums = [Double](repeating: 0, count: pairs.count)
    sums.withUnsafeMutableBufferPointer { sums in
      let base = sums.baseAddress
      // Each pair writes its own number, and they are added in order: the same bits on any number of threads.
      ThreadPool.shared.run(pairs.count) { pair in
        let rows = (logits.pointer + pairs[pair].0 * classes, logits.pointer + pairs[pair].1 * classes)
        base![pair] = replace(gradients.pointer + 2 * pair * classes, rows, classes, scale: scale)
      }
    }
    return (sums.reduce(0, +), gradients)
  }

  /// Replaces two rows of logits, which follow each other, by their gradients.
  /// - Parameter logits: the same two rows.
  private static func replace(
    _ both: UnsafeMutablePointer<Float>, _ logits: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>),
    _ classes: Int, scale: Float
  ) -> Double {
    gaze_softmax_rows(both, 2, classes)
    let (p, q) = (both, both + classes)
    let shift = logSumExp(logits.1, q, classes) - logSumExp(logits.0, p, classes)
    /// ln p − ln q.
    func ratio(_ index: Int) -> Float { logits.0[index] - logits.1[index] + shift }
    var (ofFirst, ofSecond) = (0.0, 0.0)
    for index in 0..<classes {
      ofFirst += Double(p[index] * ratio(index))
      ofSecond -= Double(q[index] * ratio(index))
    }
    for index in 0..<classes {
      let (ratio, difference) = (ratio(index), p[index] - q[index])
      p[index] = scale / 2 * (p[index] * (ratio - Float(ofFirst)) + difference)
      q[index] = scale / 2 * (q[index] * (-ratio - Float(ofSecond)) - difference)
    }
    return (ofFirst + ofSecond) / 2
  }

  /// ln Σ exp(logit), from the softmax of the same row: at its largest, where nothing is lost.
  private static func logSumExp(
    _ logits: UnsafePointer<Float>, _ probabilities: UnsafePointer<Float>, _ count: Int
  ) -> Float {
    let top = (1..<count).reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    return logits[top] - logf(probabilities[top])
  }
}
