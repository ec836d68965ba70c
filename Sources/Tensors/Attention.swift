import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// Dot-product attention without scale (Luong et al. 2015), as Keras' `Attention()`.
///
/// p = softmax(q · cellsᵀ) over the N cells; context = p · cells. Queries of the same image lie together: with
/// `Q` queries an image, queries `[B·Q, D]`, cells `[B, N, D]`, p `[B·Q, N]`, context `[B·Q, D]`.
public enum Attention {
  public static func forward(queries: Tensor, cells: Tensor) -> (context: Tensor, weights: Tensor) {
    let (batch, n, d) = (cells.shape[0], cells.shape[1], cells.shape[2])
    let per = queries.count / d / batch
    let weights = Tensor(uninitialized: [batch * per, n])
    let context = Tensor(uninitialized: [batch * per, d])
    ThreadPool.shared.run(batch) { image in
      let q = queries.pointer + image * per * d
      let p = weights.pointer + image * per * n
      let keys = cells.pointer + image * n * d
      gemm(per, n, d, q, d, keys, d, transposeB: true, into: p, n)
      gaze_softmax_rows(p, per, n)
      gemm(per, d, n, p, n, keys, d, into: context.pointer + image * per * d, d)
    }
    return (context, weights)
  }

  /// Returns the queries' gradient, `[B·Q, D]`; the cells' is added to `cellsGradient`, `[B, N, D]`.
  /// - Parameter entropyWeights: what the entropy of each map weighs in the loss, `[B·Q]`; nil where it is no part of it.
  public static func backward(
    queries: Tensor, cells: Tensor, weights: Tensor, dContext: Tensor, cellsGradient: Tensor,
    entropyWeights: Tensor? = nil
  ) -> Tensor {
    let (batch, n, d) = (cells.shape[0], cells.shape[1], cells.shape[2])
    let per = queries.count / d / batch
    let dQueries = Tensor(uninitialized: [batch * per, d])
    ThreadPool.shared.run(batch) { image in
      let keys = cells.pointer + image * n * d
      let dKeys = cellsGradient.pointer + image * n * d
      let p = weights.pointer + image * per * n
      let dc = dContext.pointer + image * per * d
      let scores = Tensor(uninitialized: [per, n])
      gemm(per, n, d, dc, d, keys, d, transposeB: true, into: scores.pointer, n)
      gaze_softmax_rows_backward(p, scores.pointer, per, n, scores.pointer)
      if let entropyWeights {
        addEntropyGradients(p, entropyWeights.pointer + image * per, rows: per, cells: n, to: scores.pointer)
      }
      gemm(n, d, per, p, n, transposeA: true, dc, d, into: dKeys, d, beta: 1)
      gemm(
        n, d, per, scores.pointer, n, transposeA: true, queries.pointer + image * per * d, d, into: dKeys, d, beta: 1)
      gemm(per, d, n, scores.pointer, n, keys, d, into: dQueries.pointer + image * per * d, d)
    }
    return dQueries
  }

  /// Σ weight · entropy over the maps, `[B·Q, N]` and `[B·Q]`, in nats.
  public static func weighedEntropy(_ maps: Tensor, weights: Tensor) -> Double {
    let n = maps.shape[1]
    var sum = 0.0
    for row in 0..<weights.count where weights.pointer[row] != 0 {
      sum += Double(weights.pointer[row] * entropy(maps.pointer + row * n, n))
    }
    return sum
  }

  /// −Σ p ln p.
  private static func entropy(_ map: UnsafePointer<Float>, _ n: Int) -> Float {
    var sum: Float = 0
    for cell in 0..<n where map[cell] > 0 { sum -= map[cell] * logf(map[cell]) }
    return sum
  }

  /// With H the entropy of p = softmax(s): ∂H/∂sᵢ = −pᵢ (ln pᵢ + H).
  private static func addEntropyGradients(
    _ maps: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, rows: Int, cells n: Int,
    to gradients: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows where weights[row] != 0 {
      let (map, gradient) = (maps + row * n, gradients + row * n)
      let whole = entropy(map, n)
      for cell in 0..<n where map[cell] > 0 {
        gradient[cell] -= weights[row] * map[cell] * (logf(map[cell]) + whole)
      }
    }
  }
}
