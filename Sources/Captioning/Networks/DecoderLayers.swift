import Tensors

/// A linear layer that is trained: kernel `[I, O]` and bias `[O]`.
package struct Linear: Sendable {
  package let kernel: Parameter
  package let bias: Parameter

  package init(kernel: Parameter, bias: Parameter) {
    self.kernel = kernel
    self.bias = bias
  }

  package init(_ name: String, _ inputs: Int, _ outputs: Int, gain: Float, weights: inout some WeightSource) throws {
    kernel = Parameter(
      "\(name)/kernel", try weights.kernel("\(name)/kernel", [inputs, outputs], gain: gain), decays: true)
    bias = Parameter("\(name)/bias", try weights.constant("\(name)/bias", [outputs], 0), decays: false)
  }

  var parameters: [Parameter] { [kernel, bias] }

  package func forward(_ x: Tensor, relu: Bool = false) -> Tensor {
    Dense.forward(x, kernel: kernel.value, bias: bias.value, relu: relu)
  }

  package func backward(_ x: Tensor, dy: Tensor, wantsInput: Bool = true) -> Tensor? {
    Dense.backward(
      x, kernel: kernel.value, dy: dy, kernelGradient: kernel.gradient, biasGradient: bias.gradient.pointer,
      wantsInput: wantsInput)
  }
}

/// A GRU of width D over words of width D that is trained; see `GRU` for its shapes.
package struct RecurrentLayer: Sendable {
  let kernel: Parameter
  let recurrent: Parameter
  let bias: Parameter

  init(_ name: String, width d: Int, weights: inout some WeightSource) throws {
    kernel = Parameter("\(name)/kernel", try weights.kernel("\(name)/kernel", [d, 3 * d], gain: 1), decays: true)
    recurrent = Parameter(
      "\(name)/recurrent_kernel", try weights.kernel("\(name)/recurrent_kernel", [d, 3 * d], gain: 0.5), decays: true)
    bias = Parameter("\(name)/bias", try weights.constant("\(name)/bias", [2, 3 * d], 0), decays: false)
  }

  var parameters: [Parameter] { [kernel, recurrent, bias] }

  private var gru: GRU { GRU(kernel: kernel.value, recurrentKernel: recurrent.value, bias: bias.value) }

  func forward(_ x: Tensor, rows: SequenceRows, initial: Tensor) -> (states: Tensor, tape: GRU.Tape) {
    gru.forward(x, rows: rows, initial: initial)
  }

  func backward(_ tape: GRU.Tape, dStates: Tensor) -> (dx: Tensor, dInitial: Tensor) {
    gru.backward(
      tape, dStates: dStates,
      into: .init(kernel: kernel.gradient, recurrentKernel: recurrent.gradient, bias: bias.gradient))
  }

  /// One word further: words `[R, D]` and states `[R, D]`.
  func step(_ words: Tensor, states: Tensor) -> Tensor {
    let width = kernel.value.shape[1]
    func product(_ x: Tensor, _ kernel: Parameter, biasRow: Int) -> Tensor {
      Dense.forward(
        x, kernel: kernel.value,
        bias: Tensor([width], Array(bias.value.values[biasRow * width..<(biasRow + 1) * width])))
    }
    return GRU.step(
      input: product(words, kernel, biasRow: 0), recurrent: product(states, recurrent, biasRow: 1), states: states)
  }
}

/// A layer normalisation that is trained: gamma and beta `[D]`.
package struct NormalizationLayer: Sendable {
  let gamma: Parameter
  let beta: Parameter

  init(_ name: String, width: Int, gamma start: Float = 1, weights: inout some WeightSource) throws {
    gamma = Parameter("\(name)/gamma", try weights.constant("\(name)/gamma", [width], start), decays: false)
    beta = Parameter("\(name)/beta", try weights.constant("\(name)/beta", [width], 0), decays: false)
  }

  var parameters: [Parameter] { [gamma, beta] }

  func forward(_ x: Tensor) -> (y: Tensor, tape: LayerNormalization.Tape) {
    LayerNormalization.forward(x, gamma: gamma.value, beta: beta.value)
  }

  func backward(_ tape: LayerNormalization.Tape, dy: Tensor) -> Tensor {
    LayerNormalization.backward(
      tape, gamma: gamma.value, dy: dy, gammaGradient: gamma.gradient, betaGradient: beta.gradient)
  }
}
