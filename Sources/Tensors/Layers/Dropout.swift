import CKernels

/// Inverted dropout: a pure function of the seed, so the backward pass repeats the forward's choice.
public enum Dropout {
  /// Works for both directions: activations forward, their gradients backward.
  public static func apply(_ x: Tensor, rate: Float, seed: UInt64) -> Tensor {
    if rate <= 0 { return x }
    let y = Tensor(uninitialized: x.shape)
    forRows(x.count, grain: 1 << 16) { first, count in
      gaze_dropout(x.pointer + first, count, rate, seed, UInt64(first), y.pointer + first)
    }
    return y
  }
}
