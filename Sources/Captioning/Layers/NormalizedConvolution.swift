import Tensors

/// A convolution with the batch normalisation that follows it: the unit encoders are made of.
package final class NormalizedConvolution: Sendable {
  let name: String
  let convolution: Convolution
  let kernel: Parameter
  /// Ones, and no parameter, where the normalisation has no scale.
  let gamma: Parameter
  let beta: Parameter
  /// Running averages, `[O]`; moved by training, used by inference.
  let mean: Tensor
  let variance: Tensor
  private let hasScale: Bool

  /// Share of the old running average kept at each step.
  static let momentum: Float = 0.97

  private static func kernel(_ convolution: Convolution) -> LayerTensor { .kernel(convolution.kernelShape, gain: 2) }
  private static func scale(_ convolution: Convolution) -> LayerTensor { .vector("gamma", [convolution.outputs], 1) }
  private static func shift(_ convolution: Convolution) -> LayerTensor { .vector("beta", [convolution.outputs], 0) }
  private static func mean(_ convolution: Convolution) -> LayerTensor {
    .vector("moving_mean", [convolution.outputs], 0)
  }
  private static func variance(_ convolution: Convolution) -> LayerTensor {
    .vector("moving_variance", [convolution.outputs], 1)
  }

  /// The kernel, then what belongs to the normalisation.
  static func tensors(_ convolution: Convolution, hasScale: Bool) -> [LayerTensor] {
    [kernel(convolution)] + (hasScale ? [scale(convolution)] : [])
      + [shift(convolution), mean(convolution), variance(convolution)]
  }

  /// - Parameter hasScale: whether the normalisation has a gamma.
  init(
    _ name: String, _ convolution: Convolution, hasScale: Bool = true, weights: inout some WeightSource
  ) throws {
    (self.name, self.convolution, self.hasScale) = (name, convolution, hasScale)
    kernel = try weights.parameter(name, Self.kernel(convolution))
    gamma =
      hasScale
      ? try weights.parameter(name, Self.scale(convolution))
      : Parameter("\(name)/gamma", Tensor([convolution.outputs], repeating: 1), decays: false)
    beta = try weights.parameter(name, Self.shift(convolution))
    mean = try weights.tensor(name, Self.mean(convolution))
    variance = try weights.tensor(name, Self.variance(convolution))
  }

  var parameters: [Parameter] { hasScale ? [kernel, gamma, beta] : [kernel, beta] }

  /// Tensors that are part of the network but not moved by gradients.
  var statistics: [(name: String, tensor: Tensor)] {
    [("\(name)/moving_mean", mean), ("\(name)/moving_variance", variance)]
  }

  package struct Tape {
    let x: Tensor
    let normalization: BatchNormalization.Tape
  }

  /// relu?(norm(conv(x)) + residual?) with the batch's own statistics.
  /// - Parameter sums: where `x` is a part of the batch.
  func forward(
    _ x: Tensor, residual: Tensor? = nil, relu: Bool, sums: SumOverParts? = nil
  ) -> (y: Tensor, tape: Tape) {
    let z = convolution.forward(x, kernel: kernel.value)
    let (y, tape) = BatchNormalization.forward(
      z, gamma: gamma.value, beta: beta.value, residual: residual, relu: relu, runningMean: mean,
      runningVariance: variance, momentum: Self.momentum, sums: sums)
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

  /// The layer for inference on inputs of one size, running averages folded into the kernel.
  /// - Parameter size: of the input; becomes that of the output.
  func prepared(_ size: inout (height: Int, width: Int)) -> PreparedConvolution {
    let (kernel, bias) = BatchNormalization.folded(
      kernel: kernel.value, gamma: gamma.value, beta: beta.value, mean: mean, variance: variance)
    defer {
      let output = convolution.outputShape([1, size.height, size.width, convolution.inputs])
      size = (output[1], output[2])
    }
    return PreparedConvolution(convolution, kernel: kernel, bias: bias, inputSize: size)
  }
}
