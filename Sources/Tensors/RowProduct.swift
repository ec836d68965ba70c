import CKernels

/// A linear layer for a few rows at a time, as decoding needs it: weights `[O, I]`, one row of weights per output.
///
/// Each number is summed in an order that depends on the layer alone, so a row gives the same bits alone, among others,
/// and on any number of threads.
public struct RowProduct: Sendable {
  /// `[O, I]`.
  public let weights: Tensor
  /// `[O]`, or nil.
  public let bias: Tensor?

  public var inputs: Int { weights.shape[1] }
  public var outputs: Int { weights.shape[0] }

  /// - Parameter weights: `[O, I]`.
  public init(weights: Tensor, bias: Tensor? = nil) {
    self.weights = weights
    self.bias = bias
  }

  /// - Parameter kernel: `[I, O]`, as trained and stored.
  public init(kernel: Tensor, bias: Tensor?) {
    self.init(weights: transposed(kernel), bias: bias)
  }

  /// x `[R, I]` → `[R, O]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let rows = x.count / inputs
    let y = Tensor(uninitialized: [rows, outputs])
    // Waking a thread pays from about a hundred thousand multiplications.
    let grain = max(64, (1 << 17) / max(1, inputs * rows))
    forRows(outputs, grain: outputs <= 2 * grain ? outputs : grain) { first, count in
      gaze_dot_rows(x.pointer, rows, inputs, weights.pointer, bias?.pointer, first, first + count, y.pointer, outputs)
    }
    return y
  }
}

/// `[M, N]` → `[N, M]`, a block at a time.
public func transposed(_ x: Tensor) -> Tensor {
  let (m, n) = (x.shape[0], x.shape[1])
  let y = Tensor(uninitialized: [n, m])
  gaze_transpose(x.pointer, m, n, y.pointer)
  return y
}

/// In-place softmax of each row of `[R, N]`.
public func softmaxRows(_ x: Tensor) { gaze_softmax_rows(x.pointer, x.shape[0], x.shape[1]) }

extension GRU {
  /// One step for the products x·W + b₀ and h·U + b₁, both `[R, 3D]`, from states `[R, D]`.
  public static func step(input: Tensor, recurrent: Tensor, states: Tensor) -> Tensor {
    let (rows, d) = (states.shape[0], states.shape[1])
    let next = Tensor(uninitialized: [rows, d])
    let gates = Tensor(uninitialized: [rows, 4 * d])
    gaze_gru_step(
      input.pointer, 3 * d, recurrent.pointer, states.pointer, d, rows, d, next.pointer, d, gates.pointer, 4 * d)
    return next
  }
}
