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

  /// As `apply`, of numbers that lie elsewhere in a larger tensor: what is left out is what would be left out of that.
  /// - Parameter parts: numbers that follow each other in both, in their order here.
  public static func apply(_ x: Tensor, rate: Float, seed: UInt64, parts: [Part]) -> Tensor {
    if rate <= 0 { return x }
    precondition(parts.reduce(0) { $0 + $1.count } == x.count, "the parts are not all of \(x.count) numbers")
    let y = Tensor(uninitialized: x.shape)
    var first = 0
    for part in parts {
      gaze_dropout(x.pointer + first, part.count, rate, seed, UInt64(part.place), y.pointer + first)
      first += part.count
    }
    return y
  }

  /// Numbers of a larger tensor.
  public struct Part: Sendable {
    /// How many.
    let count: Int
    /// The first of them there.
    let place: Int

    public init(count: Int, place: Int) { (self.count, self.place) = (count, place) }
  }
}
