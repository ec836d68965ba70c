import Tensors

/// InceptionResNetV2 without its top, for inference: `[B, H, W, 3]` → `[B, H′, W′, 1536]`, 8×8 cells for 299×299 pixels.
///
/// `InceptionResNetV2+Layers.swift` is the network; this runs it. Normalisations and residual scales are folded into
/// the convolutions when it is built.
struct InceptionResNetV2: Encoder {
  private enum FoldedStep: Sendable {
    case convolution(FoldedConvolution)
    case maxPool
    case averagePool

    func callAsFunction(_ x: Tensor) -> Tensor {
      switch self {
      case .convolution(let convolution): convolution(x, relu: true)
      case .maxPool: MaxPool3x3.forward(x)
      case .averagePool: AveragePool3x3.forward(x)
      }
    }
  }

  private struct FoldedBlock: Sendable {
    let name: String
    let branches: [[FoldedStep]]
    let projection: (convolution: FoldedConvolution, relu: Bool)?

    func callAsFunction(_ x: Tensor) -> Tensor {
      let outputs = branches.map { $0.reduce(x) { $1($0) } }
      let joined = outputs.count == 1 ? outputs[0] : concatenatedChannels(outputs)
      return projection.map { $0.convolution(joined, residual: x, relu: $0.relu) } ?? joined
    }
  }

  private let blocks: [FoldedBlock]

  /// Reads each layer's `kernel` and `beta`, `moving_mean`, `moving_variance`, or `kernel` and `bias`, under its name.
  init(weights: inout some WeightSource) throws {
    var blocks: [FoldedBlock] = []
    for planned in Self.plan {
      let branches = try planned.branches.map { try $0.map { try Self.folded($0, weights: &weights) } }
      let projection = try planned.projection.map {
        (try Self.projection($0.layer, scale: $0.residual.scale, weights: &weights), $0.residual.relu)
      }
      blocks.append(FoldedBlock(name: planned.name, branches: branches, projection: projection))
    }
    self.blocks = blocks
  }

  func encode(_ x: Tensor, isCancelled: () -> Bool) throws -> Tensor {
    try encode(x, isCancelled: isCancelled) { _, _ in }
  }

  /// - Parameter visit: shown each block's name and output, in order.
  func encode(_ x: Tensor, isCancelled: () -> Bool, visit: (String, Tensor) -> Void) throws -> Tensor {
    var y = x
    for block in blocks {
      if isCancelled() { throw CancellationError() }
      y = block(y)
      visit(block.name, y)
    }
    return y
  }

  private static func folded(_ step: PlannedStep, weights: inout some WeightSource) throws -> FoldedStep {
    switch step {
    case .maxPool: .maxPool
    case .averagePool: .averagePool
    case .layer(let layer): .convolution(try normalized(layer, weights: &weights))
    }
  }

  private static func normalized(_ layer: Layer, weights: inout some WeightSource) throws -> FoldedConvolution {
    let outputs = [layer.convolution.outputs]
    let (kernel, bias) = BatchNormalization.folded(
      kernel: try weights.kernel("\(layer.name)/kernel", layer.convolution.kernelShape, gain: 2), gamma: nil,
      beta: try weights.constant("\(layer.name)/beta", outputs, 0),
      mean: try weights.constant("\(layer.name)/moving_mean", outputs, 0),
      variance: try weights.constant("\(layer.name)/moving_variance", outputs, 1))
    return FoldedConvolution(convolution: layer.convolution, kernel: kernel, bias: bias)
  }

  /// The convolution with `scale` in its numbers, so that the residual is a plain sum.
  private static func projection(
    _ layer: Layer, scale: Float, weights: inout some WeightSource
  ) throws -> FoldedConvolution {
    let kernel = try weights.kernel("\(layer.name)/kernel", layer.convolution.kernelShape, gain: 1)
    let bias = try weights.constant("\(layer.name)/bias", [layer.convolution.outputs], 0)
    return FoldedConvolution(
      convolution: layer.convolution, kernel: scaled(kernel, by: scale), bias: scaled(bias, by: scale))
  }
}
