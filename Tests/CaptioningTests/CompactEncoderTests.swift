import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

@Suite struct CompactEncoderTests {
  private static let shapes = [CompactShape.tiny, .tiny(gridSide: 3), .tiny(gridSide: 4)]

  @Test(arguments: shapes) func gradientsEqualFiniteDifferences(shape: CompactShape) throws {
    var weights = RandomWeights(seed: 1)
    let encoder = try CompactEncoder(shape, weights: &weights)
    let x = RandomWeights(seed: 2).kernel("pixels", [3, 16, 16, 3], gain: 700)
    let (features, tape) = encoder.forward(x)
    let side = shape.gridSide ?? 4
    #expect(features.shape == [3, side, side, 5])
    // Any fixed weights make the features a loss.
    let mix = RandomWeights(seed: 5).kernel("mix", features.shape, gain: 100)
    func loss() -> Double {
      zip(encoder.forward(x).features.values, mix.values).reduce(0) { $0 + Double($1.0 * $1.1) }
    }
    encoder.backward(tape, dFeatures: mix)
    for p in encoder.parameters {
      try expectGradient(p.gradient, of: p.value, name: p.name, tolerance: 4e-2, step: 4e-4, loss: loss)
    }
  }

  @Test(arguments: shapes) func preparedNetworkEqualsNormalisingByRunningAverages(shape: CompactShape) throws {
    var weights = GoldenWeights(seed: 7)
    let encoder = try CompactEncoder(shape, weights: &weights)
    let x = RandomWeights(seed: 2).kernel("pixels", [2, 16, 16, 3], gain: 20)
    let fast = try encoder.prepared(height: 16, width: 16).encode(x) { false }.regions
    // The twin: convolution, then (x − mean)/deviation number by number.
    func layer(_ l: NormalizedConvolution, _ x: Tensor, residual: Tensor? = nil, relu: Bool) -> Tensor {
      let z = l.convolution.forward(x, kernel: l.kernel.value)
      for i in 0..<z.count {
        let c = i % l.beta.value.count
        var v = (z.pointer[i] - l.mean.pointer[c]) / (l.variance.pointer[c] + 0.001).squareRoot()
        v = v * l.gamma.value.pointer[c] + l.beta.value.pointer[c] + (residual?.pointer[i] ?? 0)
        z.pointer[i] = relu ? max(0, v) : v
      }
      return z
    }
    var y = layer(encoder.layers.stem, x, relu: true)
    for block in encoder.layers.blocks {
      let residual = block.shortcut.map { layer($0, block.pools ? AveragePool2x2.forward(y) : y, relu: false) } ?? y
      y = layer(block.second, layer(block.first, y, relu: true), residual: residual, relu: true)
    }
    y = layer(encoder.layers.head, y, relu: true)
    if let side = shape.gridSide { y = RegionResampling(from: (4, 4), to: (side, side)).forward(y) }
    #expect(fast.shape == y.shape)
    let scale = y.values.map(abs).max()!
    for (a, b) in zip(fast.values, y.values) { #expect(abs(a - b) <= 1e-5 * scale) }
  }

  @Test func cancelsBetweenLayers() throws {
    var weights = RandomWeights(seed: 1)
    let encoder = try CompactEncoder(CompactShape.tiny, weights: &weights).prepared(height: 16, width: 16)
    #expect(throws: CancellationError.self) { try encoder.encode(Tensor([1, 16, 16, 3])) { true } }
  }
}
