import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// The keys and values of a sequence as numbers, for what is asked of attention beyond what it finds: gradients, and how
/// much each position adds. `AttendedSequence` has the same laid out for speed.
///
/// H heads of d numbers, D = H · d; P positions, R queries.
public struct KeysAndValues: Sendable {
  /// `[P, D]`.
  let keys: Tensor
  public let values: Tensor
  let heads: Int

  private var width: Int { keys.shape[1] }
  private var positions: Int { keys.shape[0] }
  private var size: Int { width / heads }
  private var scale: Float { 1 / Float(size).squareRoot() }

  /// - Parameters:
  ///   - keys: `[P, D]`.
  ///   - values: `[P, D]`.
  ///   - heads: H; D = H · d.
  init(keys: Tensor, values: Tensor, heads: Int) { (self.keys, self.values, self.heads) = (keys, values, heads) }

  /// The gradients of weights p = softmax(q · kᵀ / √d), `[R, H, P]`, and of the queries, `[R, D]`, from that of what was
  /// found, `[R, D]`; accumulates nothing.
  public func backward(
    queries: Tensor, weights: Tensor, dFound: Tensor
  ) -> (dWeights: Tensor, dQueries: Tensor) {
    let (rows, p) = (queries.count / width, positions)
    let dWeights = Tensor(uninitialized: [rows, heads, p])
    let dScores = Tensor(uninitialized: [rows, heads, p])
    let dQueries = Tensor(uninitialized: [rows, width])
    ThreadPool.shared.run(heads) { head in
      gemm(
        rows, p, size, dFound.pointer + head * size, width, values.pointer + head * size, width, transposeB: true,
        into: dWeights.pointer + head * p, heads * p)
      for row in 0..<rows {
        let first = (row * heads + head) * p
        gaze_softmax_rows_backward(weights.pointer + first, dWeights.pointer + first, 1, p, dScores.pointer + first)
      }
      gemm(
        rows, size, p, dScores.pointer + head * p, heads * p, keys.pointer + head * size, width,
        into: dQueries.pointer + head * size, width, alpha: scale)
    }
    return (dWeights, dQueries)
  }

  /// What the heads add at each position when its weight is 1, compared with each other: the products of
  /// (values of head h) · output and (values of head h′) · output, `[P, H, H]`.
  /// - Parameter output: D → any, the layer over what was found.
  public func addedProducts(through output: StoredDense) -> Tensor {
    let products = Tensor(uninitialized: [positions, heads, heads])
    let matrix = Tensor(uninitialized: [output.inputs, output.outputs])
    output.weights.copy(0, matrix.count, into: matrix.pointer)
    let isOutputsFirst = output.order == .outputsFirst
    forRows(positions, grain: 32) { first, count in
      let added = Tensor(uninitialized: [heads, count, output.outputs])
      for head in 0..<heads {
        gemm(
          count, output.outputs, size, values.pointer + first * width + head * size, width,
          matrix.pointer + head * size * (isOutputsFirst ? 1 : output.outputs),
          isOutputsFirst ? output.inputs : output.outputs, transposeB: isOutputsFirst,
          into: added.pointer + head * count * output.outputs, output.outputs)
      }
      for position in 0..<count {
        let rows = added.pointer + position * output.outputs
        gemm(
          heads, heads, output.outputs, rows, count * output.outputs, rows, count * output.outputs, transposeB: true,
          into: products.pointer + (first + position) * heads * heads, heads)
      }
    }
    return products
  }

  /// How long the vector is that each position adds (Kobayashi et al. 2020): ‖p · value · output‖ of each head,
  /// `[R, H, P]`, and of all heads' sum, `[R, P]`.
  /// - Parameters:
  ///   - weights: p, `[R, H, P]`.
  ///   - products: of `addedProducts`.
  public static func addedNorms(_ weights: Tensor, _ products: Tensor) -> (heads: Tensor, together: Tensor) {
    let (rows, heads, p) = (weights.shape[0], weights.shape[1], weights.shape[2])
    let each = Tensor(uninitialized: [rows, heads, p])
    let all = Tensor(uninitialized: [rows, p])
    ThreadPool.shared.run(rows) { row in
      let own = weights.pointer + row * heads * p
      for position in 0..<p {
        let product = products.pointer + position * heads * heads
        var sum: Float = 0
        for head in 0..<heads {
          let weight = own[head * p + position]
          each.pointer[(row * heads + head) * p + position] =
            weight * max(product[head * heads + head], 0).squareRoot()
          for other in 0..<heads { sum += weight * own[other * p + position] * product[head * heads + other] }
        }
        all.pointer[row * p + position] = max(sum, 0).squareRoot()
      }
    }
    return (each, all)
  }
}
