import Tensors
import WeightFiles

/// Where a network's numbers come from when it is built: a file, or chance.
package protocol WeightSource {
  /// A kernel whose initial spread is that of √(gain / fan-in), fan-in being everything but the last dimension.
  mutating func kernel(_ name: String, _ shape: [Int], gain: Float) throws -> Tensor
  /// A tensor that starts with all numbers equal.
  mutating func constant(_ name: String, _ shape: [Int], _ value: Float) throws -> Tensor
}

/// Random weights: normal numbers cut at two deviations (He et al. 2015 for gain 2), each tensor from its own stream,
/// so that adding a layer leaves the others as they were.
package struct RandomWeights: WeightSource {
  let seed: UInt64

  package init(seed: UInt64) {
    self.seed = seed
  }

  package func kernel(_ name: String, _ shape: [Int], gain: Float) -> Tensor {
    let fanIn = shape.dropLast().reduce(1, *)
    // 0.8796: the deviation of a normal number cut at ±2, as Keras' VarianceScaling corrects for it.
    let deviation = (gain / Float(fanIn)).squareRoot() / 0.87962566
    var random = CounterRandom(seed: seed, stream: name)
    let tensor = Tensor(uninitialized: shape)
    for index in 0..<tensor.count {
      var value = random.normal()
      while abs(value) > 2 { value = random.normal() }
      tensor.pointer[index] = value * deviation
    }
    return tensor
  }

  package func constant(_ name: String, _ shape: [Int], _ value: Float) -> Tensor { Tensor(shape, repeating: value) }
}

/// Weights from a file; every tensor must be there with the shape the network expects.
package struct FileWeights: WeightSource {
  let file: SafetensorsFile

  package init(file: SafetensorsFile) {
    self.file = file
  }

  package func kernel(_ name: String, _ shape: [Int], gain: Float) throws -> Tensor {
    try file.tensor(name, shape: shape).finite(name, in: file.path)
  }
  package func constant(_ name: String, _ shape: [Int], _ value: Float) throws -> Tensor {
    try file.tensor(name, shape: shape).finite(name, in: file.path)
  }
}
