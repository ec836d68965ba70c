import Tensors

/// A convolution with the batch normalisation that follows it, as trained: the unit compact encoders are made of.
package final class NormalizedConvolution: Sendable {
  let name: String
  let convolution: Convolution
  let kernel: Parameter
  let gamma: Parameter
  let beta: Parameter
  /// Running averages, `[O]`; moved by training, used by inference.
  let mean: Tensor
  let variance: Tensor

  /// Share of the old running average kept at each step.
  static let momentum: Float = 0.97

  init(_ name: String, _ convolution: Convolution, weights: inout some WeightSource) throws {
    self.name = name
    self.convolution = convolution
    let outputs = [convolution.outputs]
    kernel = Parameter(
      "\(name)/kernel", try weights.kernel("\(name)/kernel", convolution.kernelShape, gain: 2), decays: true)
    gamma = Parameter("\(name)/gamma", try weights.constant("\(name)/gamma", outputs, 1), decays: false)
    beta = Parameter("\(name)/beta", try weights.constant("\(name)/beta", outputs, 0), decays: false)
    mean = try weights.constant("\(name)/moving_mean", outputs, 0)
    variance = try weights.constant("\(name)/moving_variance", outputs, 1)
  }

  var parameters: [Parameter] { [kernel, gamma, beta] }

  /// Tensors that are part of the network but not moved by gradients.
  var statistics: [(name: String, tensor: Tensor)] {
    [("\(name)/moving_mean", mean), ("\(name)/moving_variance", variance)]
  }

  struct Tape {
    let x: Tensor
    let normalization: BatchNormalization.Tape
  }

  /// relu?(norm(conv(x)) + residual?) with the batch's own statistics.
  func forward(_ x: Tensor, residual: Tensor? = nil, relu: Bool) -> (y: Tensor, tape: Tape) {
    let z = convolution.forward(x, kernel: kernel.value)
    let (y, tape) = BatchNormalization.forward(
      z, gamma: gamma.value, beta: beta.value, residual: residual, relu: relu, runningMean: mean,
      runningVariance: variance, momentum: Self.momentum)
    return (y, Tape(x: x, normalization: tape))
  }

  /// Gradients of the input (nil unless wanted) and of the residual; the parameters' accumulate.
  func backward(_ tape: Tape, dy: Tensor, wantsInput: Bool = true) -> (dx: Tensor?, dResidual: Tensor) {
    let (dz, dResidual) = BatchNormalization.backward(
      tape.normalization, gamma: gamma.value, dy: dy, gammaGradient: gamma.gradient, betaGradient: beta.gradient)
    let dx = convolution.backward(
      tape.x, kernel: kernel.value, dy: dz, kernelGradient: kernel.gradient, wantsInput: wantsInput)
    return (dx, dResidual)
  }

  /// The same layer for inference, running averages folded into the kernel, for inputs of one size.
  func folded(_ size: inout (height: Int, width: Int)) -> PreparedConvolution {
    let (kernel, bias) = BatchNormalization.folded(
      kernel: kernel.value, gamma: gamma.value, beta: beta.value, mean: mean, variance: variance)
    defer {
      let output = convolution.outputShape([1, size.height, size.width, convolution.inputs])
      size = (output[1], output[2])
    }
    return PreparedConvolution(convolution, kernel: kernel, bias: bias, inputSize: size)
  }
}
