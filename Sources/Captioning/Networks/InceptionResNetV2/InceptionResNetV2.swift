import Tensors

/// InceptionResNetV2 without its top, for inference: `[B, H, W, 3]` → `[B, H′, W′, 1536]`, 8×8 regions for 299×299 pixels.
///
/// `InceptionResNetV2+Layers.swift` is the network; this runs it. Normalisations and residual scales are folded into
/// the convolutions when it is built, and branches write straight into their part of the joined map.
package struct InceptionResNetV2: ImageEncoding {
  private enum PreparedStep: Sendable {
    case convolution(PreparedConvolution)
    case maxPool
    case averagePool

    func callAsFunction(_ x: Tensor) -> Tensor {
      switch self {
      case .convolution(let convolution): convolution(x, relu: true)
      case .maxPool: MaxPool3x3.forward(x)
      case .averagePool: AveragePool3x3.forward(x)
      }
    }

    /// The same as part of a joined map.
    func callAsFunction(_ x: Tensor, into slice: ChannelSlice) {
      switch self {
      case .convolution(let convolution): convolution(x, relu: true, into: slice)
      case .maxPool, .averagePool: slice.copy(from: self(x))
      }
    }
  }

  private struct PreparedBlock: Sendable {
    let name: String
    let branches: [[PreparedStep]]
    /// Rows and columns of the joined branches, and the channels each branch fills.
    let joinedSize: Extent
    let channels: [Range<Int>]
    let projection: (convolution: PreparedConvolution, relu: Bool)?

    func callAsFunction(_ x: Tensor) -> Tensor {
      let joined = Tensor(uninitialized: [x.shape[0], joinedSize.height, joinedSize.width, channels.last!.upperBound])
      for (steps, range) in zip(branches, channels) {
        let inner = steps.dropLast().reduce(x) { $1($0) }
        steps.last!(inner, into: ChannelSlice(joined, channels: range))
      }
      return projection.map { $0.convolution(joined, residual: x, relu: $0.relu) } ?? joined
    }
  }

  private typealias Extent = (height: Int, width: Int)

  private let blocks: [PreparedBlock]

  /// Reads each layer's `kernel` and `beta`, `moving_mean`, `moving_variance`, or `kernel` and `bias`, under its name,
  /// and makes it ready for inputs of height × width pixels.
  init(height: Int, width: Int, weights: inout some WeightSource) throws {
    var size = (height: height, width: width)
    var channels = 3
    blocks = try Self.plan.map { planned in
      let block = try Self.prepared(planned, size: size, channels: channels, weights: &weights)
      (size, channels) = (block.joinedSize, planned.outputs)
      return block
    }
  }

  package func encode(_ x: Tensor, isCancelled: () -> Bool) throws -> FeatureMap {
    FeatureMap(regions: try encode(x, isCancelled: isCancelled) { _, _ in })
  }

  /// - Parameter afterBlock: shown each block's name and output, in order.
  func encode(_ x: Tensor, isCancelled: () -> Bool, afterBlock: (String, Tensor) -> Void) throws -> Tensor {
    var y = x
    for block in blocks {
      if isCancelled() { throw CancellationError() }
      y = block(y)
      afterBlock(block.name, y)
    }
    return y
  }

  private static func prepared(
    _ block: PlannedBlock, size: Extent, channels: Int, weights: inout some WeightSource
  ) throws -> PreparedBlock {
    var joinedSize = size
    var ranges: [Range<Int>] = []
    let branches = try block.branches.map { steps in
      var (extent, width) = (size, channels)
      let prepared = try steps.map { try Self.prepared($0, extent: &extent, channels: &width, weights: &weights) }
      joinedSize = extent
      let first = ranges.last?.upperBound ?? 0
      ranges.append(first..<first + width)
      return prepared
    }
    let projection = try block.projection.map {
      (try Self.projection($0.layer, scale: $0.residual.scale, size: joinedSize, weights: &weights), $0.residual.relu)
    }
    return PreparedBlock(
      name: block.name, branches: branches, joinedSize: joinedSize, channels: ranges, projection: projection)
  }

  private static func prepared(
    _ step: PlannedStep, extent: inout Extent, channels: inout Int, weights: inout some WeightSource
  ) throws -> PreparedStep {
    switch step {
    case .maxPool:
      extent = ((extent.height - 3) / 2 + 1, (extent.width - 3) / 2 + 1)
      return .maxPool
    case .averagePool: return .averagePool
    case .layer(let layer):
      channels = layer.convolution.outputs
      let convolution = try NormalizedConvolution(layer.name, layer.convolution, hasScale: false, weights: &weights)
      return .convolution(convolution.prepared(&extent))
    }
  }

  /// The convolution with `scale` in its numbers, so that the residual is a plain sum.
  private static func projection(
    _ layer: Layer, scale: Float, size: Extent, weights: inout some WeightSource
  ) throws -> PreparedConvolution {
    let tensors = try layer.tensors.map { scaled(try weights.tensor(layer.name, $0), by: scale) }
    return PreparedConvolution(layer.convolution, kernel: tensors[0], bias: tensors[1], inputSize: size)
  }
}
