import Tensors

/// A GRU of width D over words of width D; see `GRU` for its shapes.
package struct RecurrentLayer: Sendable {
  let kernel: Parameter
  let recurrent: Parameter
  let bias: Parameter

  static func tensors(_ d: Int) -> [LayerTensor] {
    [
      .kernel([d, 3 * d], gain: 1), .kernel([d, 3 * d], gain: 0.5, role: "recurrent_kernel"),
      .vector("bias", [2, 3 * d], 0),
    ]
  }

  init(_ name: String, width: Int, weights: inout some WeightSource) throws {
    let parameters = try weights.parameters(name, Self.tensors(width))
    (kernel, recurrent, bias) = (parameters[0], parameters[1], parameters[2])
  }

  var parameters: [Parameter] { [kernel, recurrent, bias] }

  private var gru: GRU { GRU(kernel: kernel.value, recurrentKernel: recurrent.value, bias: bias.value) }

  /// Whole sequences: x `[R, D]` and a state for each sequence, `[S, D]` → the state at each step, `[R, D]`.
  func forward(_ x: Tensor, rows: SequenceRows, initial: Tensor) -> (states: Tensor, tape: GRU.Tape) {
    gru.forward(x, rows: rows, initial: initial)
  }

  /// Accumulates the parameters' gradients; returns those of x and of the states the sequences began with.
  func backward(_ tape: GRU.Tape, dStates: Tensor) -> (dx: Tensor, dInitial: Tensor) {
    gru.backward(
      tape, dStates: dStates,
      into: .init(kernel: kernel.gradient, recurrentKernel: recurrent.gradient, bias: bias.gradient))
  }

  /// The layer for one step at a time, its kernels packed.
  func prepared() -> PreparedGRU { gru.prepared() }
}
