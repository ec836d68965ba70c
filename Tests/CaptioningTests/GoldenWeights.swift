import TestSupport

@testable import Captioning
@testable import Tensors

/// The weights of the TensorFlow reference: every tensor a formula of its name (see `goldenFill`).
struct GoldenWeights: WeightSource {
  let seed: UInt64

  func kernel(_ name: String, _ shape: [Int], gain: Float) -> Tensor {
    if name.hasSuffix("/embedding") { return filled(name, shape, -1, 1) }
    let bound = (6.0 / Double(shape.dropLast().reduce(1, *))).squareRoot()
    return filled(name, shape, -bound, bound)
  }

  func constant(_ name: String, _ shape: [Int], _ value: Float) -> Tensor {
    if name.hasSuffix("/moving_variance") { return filled(name, shape, 0.5, 1.5) }
    return name.hasSuffix("/gamma") ? filled(name, shape, 0.9, 1.1) : filled(name, shape, -0.1, 0.1)
  }

  func filled(_ name: String, _ shape: [Int], _ low: Double, _ high: Double) -> Tensor {
    Tensor(shape, goldenFill(name, count: shape.reduce(1, *), low: low, high: high, seed: seed))
  }
}
