import CKernels

/// Layer normalisation over the last dimension (Ba, Kiros & Hinton 2016): y = gamma · (x − mean) / √(variance + ε) + beta.
///
/// x, y `[R, D]`; gamma, beta `[D]`; mean and variance are a row's own.
public enum LayerNormalization {
  /// Keras'.
  public static let epsilon: Float = 0.001

  /// What the forward pass leaves for the backward one.
  public struct Tape {
    let normalised: Tensor
    let inverseDeviation: Tensor
  }

  /// y `[R, D]`.
  public static func forward(_ x: Tensor, gamma: Tensor, beta: Tensor) -> (y: Tensor, tape: Tape) {
    let width = gamma.count
    let rows = x.count / width
    let y = Tensor(uninitialized: x.shape)
    let tape = Tape(normalised: Tensor(uninitialized: x.shape), inverseDeviation: Tensor(uninitialized: [rows]))
    forRows(rows, grain: max(16, (1 << 15) / width)) { row, count in
      let first = row * width
      gaze_layer_norm(
        x.pointer + first, gamma.pointer, beta.pointer, epsilon, count, width, y.pointer + first,
        tape.normalised.pointer + first, tape.inverseDeviation.pointer + row)
    }
    return (y, tape)
  }

  /// Accumulates the gradients of gamma and beta, `[D]`; returns the input's, `[R, D]`.
  public static func backward(
    _ tape: Tape, gamma: Tensor, dy: Tensor, gammaGradient: Tensor, betaGradient: Tensor
  ) -> Tensor {
    let dx = Tensor(uninitialized: dy.shape)
    let (width, rows) = (gamma.count, dy.count / gamma.count)
    // Pieces of fixed size whose sums are added in order: the same bits on any number of threads.
    let grain = max(64, (1 << 15) / width)
    let sums = Tensor([(rows + grain - 1) / grain, 2, width])
    forRows(rows, grain: grain) { row, count in
      let (first, own) = (row * width, sums.pointer + row / grain * 2 * width)
      gaze_layer_norm_backward(
        dy.pointer + first, gamma.pointer, tape.normalised.pointer + first, tape.inverseDeviation.pointer + row, count,
        width, dx.pointer + first, own, own + width)
    }
    for piece in 0..<sums.shape[0] {
      gaze_add(sums.pointer + piece * 2 * width, width, gammaGradient.pointer)
      gaze_add(sums.pointer + (piece * 2 + 1) * width, width, betaGradient.pointer)
    }
    return dx
  }
}
