import Tensors

/// gaze's own encoder in the form that is trained; see `CompactShape` for its layers.
///
/// Input `[B, H, W, 3]`, output (the grid) `[B, H/r, W/r, C]` with r = `shape.reduction`.
package final class CompactEncoder: Sendable {
  /// One residual block.
  package struct Block: Sendable {
    let first: NormalizedConvolution
    let second: NormalizedConvolution
    /// Present where the block changes channels or size.
    let shortcut: NormalizedConvolution?
    let pools: Bool
  }

  let shape: CompactShape
  let stem: NormalizedConvolution
  let blocks: [Block]
  let head: NormalizedConvolution

  package init(shape: CompactShape, stem: NormalizedConvolution, blocks: [Block], head: NormalizedConvolution) {
    self.shape = shape
    self.stem = stem
    self.blocks = blocks
    self.head = head
  }

  package init(_ shape: CompactShape, weights: inout some WeightSource) throws {
    self.shape = shape
    stem = try NormalizedConvolution(
      "encoder/stem",
      Convolution(
        kernel: (shape.stemKernel, shape.stemKernel), inputs: 3, outputs: shape.stemChannels, stride: shape.stemStride),
      weights: &weights)
    var channels = shape.stemChannels
    blocks = try shape.blocks.enumerated().map { index, block in
      defer { channels = block.channels }
      return try Self.block("encoder/blocks/\(index)", block, inputs: channels, weights: &weights)
    }
    head = try NormalizedConvolution(
      "encoder/head", Convolution(kernel: (1, 1), inputs: channels, outputs: shape.gridChannels), weights: &weights)
  }

  private static func block(
    _ name: String, _ block: CompactShape.Block, inputs: Int, weights: inout some WeightSource
  ) throws -> Block {
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
    return Block(first: first, second: second, shortcut: shortcut, pools: stride == 2)
  }

  var layers: [NormalizedConvolution] {
    [stem] + blocks.flatMap { [$0.first, $0.second] + ($0.shortcut.map { [$0] } ?? []) } + [head]
  }
  package var parameters: [Parameter] { layers.flatMap(\.parameters) }
  package var statistics: [(name: String, tensor: Tensor)] { layers.flatMap(\.statistics) }

  package struct Tape {
    fileprivate struct BlockTape {
      let first: NormalizedConvolution.Tape
      let second: NormalizedConvolution.Tape
      let shortcut: NormalizedConvolution.Tape?
    }
    fileprivate let stem: NormalizedConvolution.Tape
    fileprivate var blocks: [BlockTape] = []
    fileprivate var head: NormalizedConvolution.Tape?
  }

  /// The grid, with batch statistics, and what backward needs.
  package func forward(_ x: Tensor) -> (grid: Tensor, tape: Tape) {
    var (y, stemTape) = stem.forward(x, relu: true)
    var tape = Tape(stem: stemTape)
    for block in blocks {
      let (inner, first) = block.first.forward(y, relu: true)
      var residual = y
      var shortcutTape: NormalizedConvolution.Tape?
      if let shortcut = block.shortcut {
        let pooled = block.pools ? AveragePool2x2.forward(y) : y
        let result = shortcut.forward(pooled, relu: false)
        residual = result.y
        shortcutTape = result.tape
      }
      let (outer, second) = block.second.forward(inner, residual: residual, relu: true)
      tape.blocks.append(.init(first: first, second: second, shortcut: shortcutTape))
      y = outer
    }
    let (grid, headTape) = head.forward(y, relu: true)
    tape.head = headTape
    return (grid, tape)
  }

  /// Accumulates every parameter's gradient from the grid's, `[B, rows, columns, C]`.
  package func backward(_ tape: Tape, dGrid: Tensor) {
    var dy = head.backward(tape.head!, dy: dGrid).dx!
    for (block, tape) in zip(blocks, tape.blocks).reversed() {
      let (dInner, dResidual) = block.second.backward(tape.second, dy: dy)
      let dx = block.first.backward(tape.first, dy: dInner!).dx!
      var dSkip = dResidual
      if let shortcut = block.shortcut {
        dSkip = shortcut.backward(tape.shortcut!, dy: dResidual).dx!
        if block.pools { dSkip = AveragePool2x2.backward(dy: dSkip) }
      }
      dy = sum(dx, dSkip)
    }
    _ = stem.backward(tape.stem, dy: dy, wantsInput: false)
  }

  /// The network for inference on inputs of one size, rows × columns.
  package func folded(height: Int, width: Int) -> FoldedCompactEncoder {
    var size = (height: height, width: width)
    let stem = stem.folded(&size)
    let blocks = blocks.map { block in
      var shortcutSize = block.pools ? (height: size.height / 2, width: size.width / 2) : size
      let shortcut = block.shortcut?.folded(&shortcutSize)
      return FoldedCompactEncoder.Block(
        first: block.first.folded(&size), second: block.second.folded(&size), shortcut: shortcut, pools: block.pools)
    }
    return FoldedCompactEncoder(stem: stem, blocks: blocks, head: head.folded(&size))
  }
}

/// A compact encoder with batch normalisation folded into its convolutions.
package struct FoldedCompactEncoder: ImageEncoding {
  struct Block: Sendable {
    let first: PreparedConvolution
    let second: PreparedConvolution
    let shortcut: PreparedConvolution?
    let pools: Bool
  }
  let stem: PreparedConvolution
  let blocks: [Block]
  let head: PreparedConvolution

  package func encode(_ x: Tensor, isCancelled: () -> Bool) throws -> Tensor {
    var y = stem(x, relu: true)
    for block in blocks {
      if isCancelled() { throw CancellationError() }
      let residual = block.shortcut.map { $0(block.pools ? AveragePool2x2.forward(y) : y, relu: false) } ?? y
      y = block.second(block.first(y, relu: true), residual: residual, relu: true)
    }
    return head(y, relu: true)
  }
}

/// A network from pixels to the grid.
package protocol ImageEncoding: Sendable {
  /// - Parameter x: `[B, H, W, 3]`, scaled as the weights want.
  /// - Returns: `[B, rows, columns, channels]`.
  /// - Throws: `CancellationError` soon after `isCancelled` turns true.
  func encode(_ x: Tensor, isCancelled: () -> Bool) throws -> Tensor
}
