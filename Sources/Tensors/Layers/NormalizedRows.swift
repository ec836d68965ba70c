import CKernels

/// A layer normalisation at inference (Ba, Kiros & Hinton 2016): y = gamma · (x − mean) / √(variance + ε) + beta over each
/// row.
public struct NormalizedRows: Sendable {
  private let gamma: Tensor
  private let beta: Tensor
  private let epsilon: Float

  /// - Parameters:
  ///   - gamma: `[D]`.
  ///   - beta: `[D]`.
  ///   - epsilon: added to the variance; above 0.
  public init(gamma: Tensor, beta: Tensor, epsilon: Float) {
    (self.gamma, self.beta, self.epsilon) = (gamma, beta, epsilon)
  }

  /// x `[R, D]` → `[R, D]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let width = gamma.count
    let y = Tensor(uninitialized: x.shape)
    forRows(x.count / width, grain: max(16, (1 << 15) / width)) { row, count in
      gaze_normalize_rows(
        x.pointer + row * width, gamma.pointer, beta.pointer, epsilon, count, width, y.pointer + row * width)
    }
    return y
  }

  /// x `[R, D]` → `[R, D]`, laid out for layers that follow.
  public func tiled(_ x: Tensor) -> TiledRows {
    let width = gamma.count
    return TiledRows(rows: x.count / width, width: width) { first, count, room in
      gaze_normalize_rows(
        x.pointer + first * width, gamma.pointer, beta.pointer, epsilon, count, width, room)
    }
  }

  /// The gradient of x, `[R, D]`, from that of y, `[R, D]`; accumulates nothing.
  public func backward(_ x: Tensor, _ dy: Tensor) -> Tensor {
    let width = gamma.count
    let dx = Tensor(uninitialized: x.shape)
    ThreadPool.shared.run(x.count / width) { row in
      let (x, dy, dx) = (x.pointer + row * width, dy.pointer + row * width, dx.pointer + row * width)
      var (sum, squares, gradients, products): (Float, Float, Float, Float) = (0, 0, 0, 0)
      for index in 0..<width { sum += x[index] }
      let mean = sum / Float(width)
      for index in 0..<width { squares += (x[index] - mean) * (x[index] - mean) }
      let inverse = 1 / (squares / Float(width) + epsilon).squareRoot()
      for index in 0..<width {
        let gradient = dy[index] * gamma.pointer[index]
        gradients += gradient
        products += gradient * (x[index] - mean) * inverse
      }
      for index in 0..<width {
        let normal = (x[index] - mean) * inverse
        let gradient = dy[index] * gamma.pointer[index]
        dx[index] = inverse * (gradient - (gradients + normal * products) / Float(width))
      }
    }
    return dx
  }
}
