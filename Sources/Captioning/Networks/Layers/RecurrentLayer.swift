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
    let (own, through) = (kernel.gradientToWrite(), recurrent.gradientToWrite())
    precondition(own.adds == through.adds, "one kernel's gradient was used without the other's")
    return gru.backward(
      tape, dStates: dStates,
      into: .init(kernel: own.tensor, recurrentKernel: through.tensor, bias: bias.gradient, adds: own.adds))
  }

  /// The layer for one step at a time, its kernels packed.
  func prepared() -> PreparedRecurrentLayer {
    let width = kernel.value.shape[1]
    func biasRow(_ row: Int) -> Tensor {
      Tensor([width], Array(bias.value.values[row * width..<(row + 1) * width]))
    }
    return PreparedRecurrentLayer(
      input: RowProduct(kernel: kernel.value, bias: biasRow(0)),
      recurrent: RowProduct(kernel: recurrent.value, bias: biasRow(1)))
  }
}

/// A GRU, one step at a time.
struct PreparedRecurrentLayer: Sendable {
  let input: RowProduct
  let recurrent: RowProduct

  /// x `[R, D]`, states `[R, D]` → states `[R, D]`.
  func callAsFunction(_ x: Tensor, states: Tensor) -> Tensor {
    GRU.step(input: input(x), recurrent: recurrent(states), states: states)
  }
}
