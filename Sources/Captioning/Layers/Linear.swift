import Tensors

/// A linear layer: y = x · kernel + bias, x `[R, I]`, kernel `[I, O]`, bias `[O]`, y `[R, O]`.
package struct Linear: Sendable {
  package let kernel: Parameter
  package let bias: Parameter

  static func tensors(_ inputs: Int, _ outputs: Int, gain: Float = 1) -> [LayerTensor] {
    [.kernel([inputs, outputs], gain: gain), .vector("bias", [outputs], 0)]
  }

  package init(_ name: String, _ inputs: Int, _ outputs: Int, gain: Float, weights: inout some WeightSource) throws {
    let parameters = try weights.parameters(name, Self.tensors(inputs, outputs, gain: gain))
    (kernel, bias) = (parameters[0], parameters[1])
  }

  package var parameters: [Parameter] { [kernel, bias] }

  package func forward(_ x: Tensor, relu: Bool = false) -> Tensor {
    Dense.forward(x, kernel: kernel.value, bias: bias.value, relu: relu)
  }

  /// Accumulates the parameters' gradients; returns the input's, `[R, I]`, when wanted.
  package func backward(_ x: Tensor, dy: Tensor, wantsInput: Bool = true) -> Tensor? {
    Dense.backward(
      x, kernel: kernel.value, dy: dy, kernelGradient: kernel.gradient, biasGradient: bias.gradient.pointer,
      wantsInput: wantsInput)
  }

  /// The layer for a few rows at a time, its kernel packed.
  package func prepared() -> PreparedDense { PreparedDense(kernel: kernel.value, bias: bias.value) }
}

/// A layer normalisation over rows `[R, D]`: gamma and beta `[D]`. It is the same for training and for one step.
package struct NormalizationLayer: Sendable {
  let gamma: Parameter
  let beta: Parameter

  static func tensors(_ width: Int, gamma: Float = 1) -> [LayerTensor] {
    [.vector("gamma", [width], gamma), .vector("beta", [width], 0)]
  }

  /// - Parameter gamma: what it starts as.
  init(_ name: String, width: Int, gamma start: Float = 1, weights: inout some WeightSource) throws {
    let parameters = try weights.parameters(name, Self.tensors(width, gamma: start))
    (gamma, beta) = (parameters[0], parameters[1])
  }

  var parameters: [Parameter] { [gamma, beta] }

  func forward(_ x: Tensor) -> (y: Tensor, tape: LayerNormalization.Tape) {
    LayerNormalization.forward(x, gamma: gamma.value, beta: beta.value)
  }

  /// The input's gradient alone.
  func inputGradient(_ tape: LayerNormalization.Tape, dy: Tensor) -> Tensor {
    let width = gamma.value.count
    return LayerNormalization.backward(
      tape, gamma: gamma.value, dy: dy, gammaGradient: Tensor([width]), betaGradient: Tensor([width]))
  }

  /// Accumulates the parameters' gradients; returns the input's.
  func backward(_ tape: LayerNormalization.Tape, dy: Tensor) -> Tensor {
    LayerNormalization.backward(
      tape, gamma: gamma.value, dy: dy, gammaGradient: gamma.gradient, betaGradient: beta.gradient)
  }
}
