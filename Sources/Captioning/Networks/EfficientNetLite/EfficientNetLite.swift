import Tensors

/// An EfficientNet-Lite without its top, for inference: `[B, H, W, 3]` → `[B, H/r, W/r, C]` with r = `shape.reduction`.
///
/// Normalisations are folded into the convolutions when it is built.
package struct EfficientNetLite: ImageEncoding {
  private struct Block: Sendable {
    let expansion: PreparedConvolution?
    let depthwise: DepthwiseConvolution
    let projection: PreparedConvolution
    let skips: Bool

    func callAsFunction(_ x: Tensor) -> Tensor {
      let wide = expansion.map { $0(x, activation: .relu6) } ?? x
      return projection(depthwise(wide, activation: .relu6), residual: skips ? x : nil, activation: .none)
    }
  }

  private typealias Extent = (height: Int, width: Int)

  private let stem: PreparedConvolution
  private let blocks: [Block]
  private let head: PreparedConvolution

  /// Reads each layer's `kernel`, `gamma`, `beta`, `moving_mean` and `moving_variance` under its name and makes it ready
  /// for inputs of height × width pixels.
  package init(_ shape: EfficientNetLiteShape, height: Int, width: Int, weights: inout some WeightSource) throws {
    var size = (height: height, width: width)
    func layer(_ name: String, _ convolution: Convolution) throws -> PreparedConvolution {
      try NormalizedConvolution(name, convolution, weights: &weights).prepared(&size)
    }
    stem = try layer(
      "encoder/stem",
      Convolution(
        kernel: (3, 3), inputs: 3, outputs: shape.stemChannels, stride: EfficientNetLiteShape.stemStride))
    var channels = shape.stemChannels
    blocks = try shape.blocks.enumerated().map { index, block in
      defer { channels = block.channels }
      let (name, wide) = ("encoder/blocks/\(index)", channels * block.expansion)
      let expansion =
        block.expansion == 1
        ? nil : try layer("\(name)/expansion", Convolution(kernel: (1, 1), inputs: channels, outputs: wide))
      let depthwise = try DepthwiseLayer("\(name)/depthwise", block, channels: wide, weights: &weights).prepared(&size)
      let projection = try layer(
        "\(name)/projection", Convolution(kernel: (1, 1), inputs: wide, outputs: block.channels))
      return Block(
        expansion: expansion, depthwise: depthwise, projection: projection,
        skips: block.stride == 1 && block.channels == channels)
    }
    head = try layer(
      "encoder/head", Convolution(kernel: (1, 1), inputs: channels, outputs: shape.gridChannels))
  }

  package func encode(_ x: Tensor, isCancelled: () -> Bool) throws -> FeatureMap {
    var y = stem(x, activation: .relu6)
    for block in blocks {
      if isCancelled() { throw CancellationError() }
      y = block(y)
    }
    return FeatureMap(regions: head(y, activation: .relu6))
  }
}

/// A depthwise convolution with the batch normalisation that follows it.
private struct DepthwiseLayer {
  private let stride: Int
  /// The kernel `[k, k, C]`, then gamma, beta, mean and variance, `[C]`.
  private let tensors: [Tensor]

  init(
    _ name: String, _ block: EfficientNetLiteShape.Block, channels: Int, weights: inout some WeightSource
  ) throws {
    stride = block.stride
    var tensors: [Tensor] = []
    for tensor in EfficientNetLite.depthwiseTensors(kernel: block.kernel, channels: channels) {
      tensors.append(try weights.tensor(name, tensor))
    }
    self.tensors = tensors
  }

  /// - Parameter size: of the input; becomes that of the output.
  func prepared(_ size: inout (height: Int, width: Int)) -> DepthwiseConvolution {
    size = ((size.height + stride - 1) / stride, (size.width + stride - 1) / stride)
    let (kernel, bias) = BatchNormalization.folded(
      kernel: tensors[0], gamma: tensors[1], beta: tensors[2], mean: tensors[3], variance: tensors[4])
    return DepthwiseConvolution(kernel: kernel, bias: bias, stride: stride)
  }
}

extension EfficientNetLite {
  /// What a depthwise convolution has, in order.
  static func depthwiseTensors(kernel: Int, channels: Int) -> [LayerTensor] {
    // Its fan-in is k · k.
    [.kernel([kernel, kernel, channels], gain: 2)]
      + [("gamma", 1), ("beta", 0), ("moving_mean", 0), ("moving_variance", 1)].map { .vector($0, [channels], $1) }
  }
}
