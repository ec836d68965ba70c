import CKernels

extension GRU {
  /// One step of every row, with weights that still change: the bits of a row depend on how many there are.
  ///
  /// - Parameters:
  ///   - x: `[R, I]`.
  ///   - states: the states before, `[R, D]`.
  /// - Returns: the states after, `[R, D]`.
  public func step(_ x: Tensor, states: Tensor) -> Tensor {
    GRU.step(
      input: Dense.forward(x, kernel: kernel, bias: biasRow(0)),
      recurrent: Dense.forward(states, kernel: recurrentKernel, bias: biasRow(1)), states: states
    ).next
  }

  /// The unit for steps of a few rows, with its weights as they are now.
  public func prepared() -> PreparedGRU { PreparedGRU(self) }

  /// One step for the products x·W + b₀ and h·U + b₁, both `[R, 3D]`, from states `[R, D]`; and its gates, `[R, 4D]`.
  fileprivate static func step(input: Tensor, recurrent: Tensor, states: Tensor) -> (next: Tensor, gates: Tensor) {
    let (rows, d) = (states.shape[0], states.shape[1])
    let next = Tensor(uninitialized: [rows, d])
    let gates = Tensor(uninitialized: [rows, 4 * d])
    gaze_gru_step(
      input.pointer, recurrent.pointer, states.pointer, rows, d, d, next.pointer, gates.pointer)
    return (next, gates)
  }

  /// `[3D]`: b₀ or b₁.
  fileprivate func biasRow(_ row: Int) -> Tensor { Tensor([3 * width], Array(bias.row(row))) }
}

/// A gated recurrent unit made ready for decoding: weights packed once, one step of a few rows at a time. A row gives the
/// same bits alone, among others, and on any number of threads (`PreparedDense`).
public struct PreparedGRU: Sendable {
  private let input: PreparedDense
  private let recurrent: PreparedDense

  public init(_ gru: GRU) {
    input = PreparedDense(kernel: gru.kernel, bias: gru.biasRow(0))
    recurrent = PreparedDense(kernel: gru.recurrentKernel, bias: gru.biasRow(1))
  }

  /// One step: x `[R, I]` and the states before, `[R, D]` → the states after, `[R, D]`.
  public func step(_ x: Tensor, states: Tensor) -> Tensor {
    GRU.step(input: input(x), recurrent: recurrent(states), states: states).next
  }

  /// The gradient of x, `[R, I]`, from that of the states after a step from x and `states`, `[R, D]`; accumulates nothing.
  public func inputGradient(_ x: Tensor, states: Tensor, dNext: Tensor) -> Tensor {
    let (rows, d) = (states.shape[0], states.shape[1])
    let gates = GRU.step(input: input(x), recurrent: recurrent(states), states: states).gates
    let (dInput, dRecurrent) = (Tensor(uninitialized: [rows, 3 * d]), Tensor(uninitialized: [rows, 3 * d]))
    gaze_gru_step_backward(
      dNext.copy().pointer, states.pointer, gates.pointer, rows, d, d, dInput.pointer, dRecurrent.pointer)
    return input.inputGradient(dInput)
  }
}
