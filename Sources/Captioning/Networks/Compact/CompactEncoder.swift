import Tensors

/// The compact encoder's layers in the form they are run in, and how they are joined: the network, written once.
struct CompactLayers<Layer: Sendable>: Sendable {
  /// One residual block.
  struct Block: Sendable {
    let first: Layer
    let second: Layer
    /// Present where the block changes channels or size.
    let shortcut: Layer?
    let pools: Bool
  }

  let stem: Layer
  let blocks: [Block]
  let head: Layer

  /// In the order they are run.
  var all: [Layer] { [stem] + blocks.flatMap { [$0.first] + ($0.shortcut.map { [$0] } ?? []) + [$0.second] } + [head] }

  /// - Parameters:
  ///   - x: `[B, H, W, 3]`.
  ///   - apply: relu?(layer(x) + residual?).
  ///   - check: called before each block.
  func callAsFunction(
    _ x: Tensor, check: () throws -> Void,
    apply: (_ layer: Layer, _ x: Tensor, _ residual: Tensor?, _ relu: Bool) -> Tensor
  ) rethrows -> Tensor {
    var y = apply(stem, x, nil, true)
    for block in blocks {
      try check()
      let inner = apply(block.first, y, nil, true)
      let skipped = block.shortcut.map { apply($0, block.pools ? AveragePool2x2.forward(y) : y, nil, false) } ?? y
      y = apply(block.second, inner, skipped, true)
    }
    return apply(head, y, nil, true)
  }
}

/// gaze's own encoder; see `CompactShape` for its layers.
///
/// Input `[B, H, W, 3]`, output (the feature map) `[B, H/r, W/r, C]` with r = `shape.reduction`, or what
/// `shape.gridSide` makes of it.
package final class CompactEncoder: Sendable {
  let shape: CompactShape
  let layers: CompactLayers<NormalizedConvolution>

  package init(_ shape: CompactShape, weights: inout some WeightSource) throws {
    self.shape = shape
    let stem = try NormalizedConvolution(
      "encoder/stem",
      Convolution(
        kernel: (shape.stemKernel, shape.stemKernel), inputs: 3, outputs: shape.stemChannels, stride: shape.stemStride),
      weights: &weights)
    var channels = shape.stemChannels
    let blocks = try shape.blocks.enumerated().map { index, block in
      defer { channels = block.channels }
      return try Self.block("encoder/blocks/\(index)", block, inputs: channels, weights: &weights)
    }
    let head = try NormalizedConvolution(
      "encoder/head", Convolution(kernel: (1, 1), inputs: channels, outputs: shape.gridChannels), weights: &weights)
    layers = CompactLayers(stem: stem, blocks: blocks, head: head)
  }

  private static func block(
    _ name: String, _ block: CompactShape.Block, inputs: Int, weights: inout some WeightSource
  ) throws -> CompactLayers<NormalizedConvolution>.Block {
    let (outputs, stride) = (block.channels, block.stride)
    let first = try NormalizedConvolution(
      "\(name)/first", Convolution(kernel: (3, 3), inputs: inputs, outputs: outputs, stride: stride), weights: &weights)
    let second = try NormalizedConvolution(
      "\(name)/second", Convolution(kernel: (3, 3), inputs: outputs, outputs: outputs), weights: &weights)
    let changes = stride != 1 || inputs != outputs
    let shortcut =
      changes
      ? try NormalizedConvolution(
        "\(name)/shortcut", Convolution(kernel: (1, 1), inputs: inputs, outputs: outputs), weights: &weights) : nil
    return .init(first: first, second: second, shortcut: shortcut, pools: stride == 2)
  }

  /// In the order of checkpoints: a block's shortcut comes last.
  private var inOrder: [NormalizedConvolution] {
    [layers.stem] + layers.blocks.flatMap { [$0.first, $0.second] + ($0.shortcut.map { [$0] } ?? []) } + [layers.head]
  }
  package var parameters: [Parameter] { inOrder.flatMap(\.parameters) }
  package var statistics: [(name: String, tensor: Tensor)] { inOrder.flatMap(\.statistics) }

  /// What each layer left for the way back, in the order they were run.
  package struct Tape {
    fileprivate var layers: [NormalizedConvolution.Tape] = []
    fileprivate var resampling: RegionResampling?
  }

  /// The feature map, with batch statistics, and what backward needs.
  /// - Parameter sums: where `x` is a part of the batch.
  package func forward(_ x: Tensor, sums: SumOverParts? = nil) -> (features: Tensor, tape: Tape) {
    var tape = Tape()
    let features = layers(x, check: {}) { layer, x, residual, relu in
      let (y, own) = layer.forward(x, residual: residual, relu: relu, sums: sums)
      tape.layers.append(own)
      return y
    }
    tape.resampling = shape.resampling(rows: features.shape[1], columns: features.shape[2])
    return (tape.resampling?.forward(features) ?? features, tape)
  }

  /// Accumulates every parameter's gradient from the feature map's, `[B, rows, columns, C]`.
  /// - Parameter ready: given parameters as soon as their gradients are whole, in the same order at every call.
  package func backward(_ tape: Tape, dFeatures: Tensor, ready: GradientsReady = { _ in }) {
    var tapes = tape.layers
    let dRegions = tape.resampling?.backward(dy: dFeatures) ?? dFeatures
    var dy = layers.head.backward(tapes.removeLast(), dy: dRegions).dx!
    ready(layers.head.parameters)
    for block in layers.blocks.reversed() {
      let (dInner, dResidual) = block.second.backward(tapes.removeLast(), dy: dy)
      ready(block.second.parameters)
      let shortcutTape = block.shortcut.map { _ in tapes.removeLast() }
      let dx = block.first.backward(tapes.removeLast(), dy: dInner!).dx!
      ready(block.first.parameters)
      var dSkipped = dResidual
      if let shortcut = block.shortcut {
        dSkipped = shortcut.backward(shortcutTape!, dy: dResidual).dx!
        ready(shortcut.parameters)
        if block.pools { dSkipped = AveragePool2x2.backward(dy: dSkipped) }
      }
      dy = sum(dx, dSkipped)
    }
    _ = layers.stem.backward(tapes.removeLast(), dy: dy, wantsInput: false)
    ready(layers.stem.parameters)
  }

  /// The network as it is at the moment, for inference on inputs of one size, rows × columns.
  package func prepared(height: Int, width: Int) -> PreparedCompactEncoder {
    var size = (height: height, width: width)
    let stem = layers.stem.prepared(&size)
    let blocks = layers.blocks.map { block in
      var shortcutSize = block.pools ? (height: size.height / 2, width: size.width / 2) : size
      let shortcut = block.shortcut?.prepared(&shortcutSize)
      return CompactLayers<PreparedConvolution>.Block(
        first: block.first.prepared(&size), second: block.second.prepared(&size), shortcut: shortcut,
        pools: block.pools)
    }
    let head = layers.head.prepared(&size)
    return PreparedCompactEncoder(
      layers: CompactLayers(stem: stem, blocks: blocks, head: head),
      resampling: shape.resampling(rows: size.height, columns: size.width))
  }
}

/// A compact encoder with batch normalisation folded into its convolutions; made from `CompactEncoder`.
package struct PreparedCompactEncoder: ImageEncoding {
  let layers: CompactLayers<PreparedConvolution>
  /// Nil where the feature map is what the layers give.
  let resampling: RegionResampling?

  package func encode(_ x: Tensor, isCancelled: () -> Bool) throws -> FeatureMap {
    let features = try layers(x) {
      if isCancelled() { throw CancellationError() }
    } apply: { layer, x, residual, relu in
      layer(x, residual: residual, relu: relu)
    }
    return FeatureMap(regions: resampling?.forward(features) ?? features)
  }
}

extension CompactShape {
  /// From what the layers give to the feature map; nil where it is the same.
  fileprivate func resampling(rows: Int, columns: Int) -> RegionResampling? {
    guard let gridSide, (rows, columns) != (gridSide, gridSide) else { return nil }
    return RegionResampling(from: (rows, columns), to: (gridSide, gridSide))
  }
}
