import CKernels

/// Softmax and cross-entropy in one pass over the logits.
public enum CrossEntropy {
  /// Sums over the rows, before scaling.
  public struct Result {
    /// Σ over rows of weight · loss with smoothing, natural logarithm.
    public let sum: Double
    /// Σ over rows of −log p(target), neither weighted nor smoothed.
    public let plainSum: Double
  }

  /// Replaces `logits` by the gradient of scale · Σ weight · loss.
  ///
  /// - Parameters:
  ///   - logits: `[R, V]`; overwritten.
  ///   - targets: R word indices.
  ///   - weights: R numbers of either sign, as policy gradients need them; nil weighs every row 1.
  ///   - smoothing: share of the target spread evenly over the vocabulary, in [0, 1).
  ///   - scale: multiplies the gradient, not the losses that are returned.
  public static func forwardBackward(
    logits: Tensor, targets: [Int32], weights: [Float]? = nil, smoothing: Float = 0, scale: Float
  ) -> Result {
    let columns = logits.shape[1]
    let rows = targets.count
    precondition(logits.shape[0] == rows && targets.allSatisfy { $0 >= 0 && Int($0) < columns })
    precondition(weights.map { $0.count == rows } ?? true, "every row needs its weight")
    // Pieces of fixed size whose sums are added in order: the same bits on any number of threads.
    let grain = 16
    let pieces = (rows + grain - 1) / grain
    var sums = [Double](repeating: 0, count: 2 * pieces)
    withOptionalPointer(to: weights) { weightBase in
      sums.withUnsafeMutableBufferPointer { sums in
        let base = sums.baseAddress!
        targets.withUnsafeBufferPointer { targets in
          let targetBase = targets.baseAddress!
          forRows(rows, grain: grain) { first, count in
            let piece = first / grain
            base[2 * piece] = gaze_cross_entropy(
              logits.pointer + first * columns, targetBase + first, weightBase.map { $0 + first }, smoothing, scale,
              count, columns, base + 2 * piece + 1)
          }
        }
      }
    }
    var result = (0.0, 0.0)
    for piece in 0..<pieces {
      result.0 += sums[2 * piece]
      result.1 += sums[2 * piece + 1]
    }
    return Result(sum: result.0, plainSum: result.1)
  }

  private static func withOptionalPointer(to values: [Float]?, _ body: (UnsafePointer<Float>?) -> Void) {
    guard let values else { return body(nil) }
    values.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
