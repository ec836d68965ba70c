import CKernels

/// A layer normalisation at inference (Ba, Kiros & Hinton 2016): y = gamma · (x − mean) / √(variance + ε) + beta over each
/// row.
public struct NormalizedRows: Sendable {
  private let gamma: Tensor
  private let beta: Tensor
  private let epsilon: Float

  /// - Parameters:
  ///   - gamma, beta: `[D]`.
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
}
