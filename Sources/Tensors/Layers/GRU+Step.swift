import CKernels

extension GRU {
  /// One step for the products x·W + b₀ and h·U + b₁, both `[R, 3D]`, from states `[R, D]`.
  public static func step(input: Tensor, recurrent: Tensor, states: Tensor) -> Tensor {
    let (rows, d) = (states.shape[0], states.shape[1])
    let next = Tensor(uninitialized: [rows, d])
    let gates = Tensor(uninitialized: [rows, 4 * d])
    gaze_gru_step(
      input.pointer, recurrent.pointer, states.pointer, rows, d, d, next.pointer, gates.pointer)
    return next
  }
}
