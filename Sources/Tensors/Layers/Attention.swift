import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// Dot-product attention without scale (Luong et al. 2015), as Keras' `Attention()`.
///
/// p = softmax(q · regionsᵀ) over the N regions; context = p · regions. Queries of the same image lie together, `images` says
/// in which rows: queries `[R, D]`, regions `[B, N, D]`, p `[R, N]`, context `[R, D]`.
public enum Attention {
  /// context `[R, D]` and the weights p, `[R, N]`, whose rows sum to 1.
  /// - Parameters:
  ///   - queries: `[R, D]`.
  ///   - images: the rows of each image's queries, one range after the other; they may be empty.
  ///   - regions: `[B, N, D]`.
  ///   - kept: `[B, N]`, 0 for a region that is left out, whose weights are then 0, but never for all of an image; nil leaves
  ///     out none.
  public static func forward(
    queries: Tensor, images: [Range<Int>], regions: Tensor, kept: Tensor? = nil
  ) -> (context: Tensor, weights: Tensor) {
    let (n, d) = (regions.shape[1], regions.shape[2])
    let weights = Tensor(uninitialized: [queries.count / d, n])
    let context = Tensor(uninitialized: [queries.count / d, d])
    ThreadPool.shared.run(images.count) { image in
      let (first, per) = (images[image].lowerBound, images[image].count)
      guard per > 0 else { return }
      let q = queries.pointer + first * d
      let p = weights.pointer + first * n
      let keys = regions.pointer + image * n * d
      gemm(per, n, d, q, d, keys, d, transposeB: true, into: p, n)
      if let kept { set(p, rows: per, to: -.greatestFiniteMagnitude, without: kept.row(image)) }
      gaze_softmax_rows(p, per, n)
      // Softmax leaves them next to nothing.
      if let kept { set(p, rows: per, to: 0, without: kept.row(image)) }
      gemm(per, d, n, p, n, keys, d, into: context.pointer + first * d, d)
    }
    return (context, weights)
  }

  /// The gradients of queries and regions, `[R, D]` and `[B, N, D]`; accumulates nothing.
  /// - Parameters:
  ///   - queries: `[R, D]`.
  ///   - images: the rows of each image's queries, as in `forward`.
  ///   - regions: `[B, N, D]`.
  ///   - weights: p, `[R, N]`, as `forward` gave it.
  ///   - dContext: gradient of the context, `[R, D]`.
  ///   - dWeights: gradient of the weights p themselves, `[R, N]`; nil where they are used for the context alone.
  ///   - entropyWeights: what the entropy of each map weighs in the loss, `[R]`; nil where it is no part of it.
  public static func backward(
    queries: Tensor, images: [Range<Int>], regions: Tensor, weights: Tensor, dContext: Tensor,
    dWeights: Tensor? = nil, entropyWeights: Tensor? = nil
  ) -> (dQueries: Tensor, dRegions: Tensor) {
    let (n, d) = (regions.shape[1], regions.shape[2])
    let dQueries = Tensor(uninitialized: [queries.count / d, d])
    let dRegions = Tensor(uninitialized: regions.shape)
    ThreadPool.shared.run(images.count) { image in
      let (first, per) = (images[image].lowerBound, images[image].count)
      let keys = regions.pointer + image * n * d
      let dKeys = dRegions.pointer + image * n * d
      guard per > 0 else { return dKeys.update(repeating: 0, count: n * d) }
      let p = weights.pointer + first * n
      let dc = dContext.pointer + first * d
      let scores = Tensor(uninitialized: [per, n])
      gemm(per, n, d, dc, d, keys, d, transposeB: true, into: scores.pointer, n)
      if let dWeights { gaze_add(dWeights.pointer + first * n, per * n, scores.pointer) }
      gaze_softmax_rows_backward(p, scores.pointer, per, n, scores.pointer)
      if let entropyWeights {
        addEntropyGradients(p, entropyWeights.pointer + first, rows: per, regions: n, to: scores.pointer)
      }
      gemm(n, d, per, p, n, transposeA: true, dc, d, into: dKeys, d)
      gemm(
        n, d, per, scores.pointer, n, transposeA: true, queries.pointer + first * d, d, into: dKeys, d, beta: 1)
      gemm(per, d, n, scores.pointer, n, keys, d, into: dQueries.pointer + first * d, d)
    }
    return (dQueries, dRegions)
  }

  /// Puts a number in the place of those of each row, `[R, N]`, whose region is left out.
  private static func set(
    _ scores: UnsafeMutablePointer<Float>, rows: Int, to number: Float, without kept: UnsafeBufferPointer<Float>
  ) {
    for region in kept.indices where kept[region] == 0 {
      for row in 0..<rows { scores[row * kept.count + region] = number }
    }
  }

  /// Σ weight · entropy over the maps, `[R, N]` and `[R]`, in nats.
  public static func weightedEntropy(_ maps: Tensor, weights: Tensor) -> Double {
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
    for region in 0..<n where map[region] > 0 { sum -= map[region] * logf(map[region]) }
    return sum
  }

  /// With H the entropy of p = softmax(s): ∂H/∂sᵢ = −pᵢ (ln pᵢ + H).
  private static func addEntropyGradients(
    _ maps: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, rows: Int, regions n: Int,
    to gradients: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows where weights[row] != 0 {
      let (map, gradient) = (maps + row * n, gradients + row * n)
      let whole = entropy(map, n)
      for region in 0..<n where map[region] > 0 {
        gradient[region] -= weights[row] * map[region] * (logf(map[region]) + whole)
      }
    }
  }
}
