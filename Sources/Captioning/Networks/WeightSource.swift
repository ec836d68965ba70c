import Tensors
import WeightFiles

#if canImport(Glibc)
  import Glibc
#endif

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
    try file.tensor(name, shape: shape)
  }
  package func constant(_ name: String, _ shape: [Int], _ value: Float) throws -> Tensor {
    try file.tensor(name, shape: shape)
  }
}

/// Weights of a network that is in memory, by parameter.
package struct TensorWeights: WeightSource {
  private let tensors: [String: Tensor]

  package init(_ parameters: [Parameter]) {
    tensors = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
  }

  package func kernel(_ name: String, _ shape: [Int], gain: Float) -> Tensor { constant(name, shape, 0) }

  package func constant(_ name: String, _ shape: [Int], _ value: Float) -> Tensor {
    guard let tensor = tensors[name], tensor.shape == shape else {
      preconditionFailure("the network has no \(name) of shape \(shape)")
    }
    return tensor
  }
}

/// A stream of random numbers fixed by a seed and a name.
package struct CounterRandom: RandomNumberGenerator {
  private var source: RandomSource

  package init(seed: UInt64, stream: String) {
    // FNV-1a over the name keeps streams apart.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    source = RandomSource(state: hash &+ seed &* 0x9E37_79B9_7F4A_7C15)
    _ = next()
  }

  package mutating func next() -> UInt64 { source.next() }

  /// In [0, 1).
  package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// In [low, high).
  package mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * uniform() }

  /// Mean 0, deviation 1 (Box–Muller).
  mutating func normal() -> Float {
    let radius = (-2 * log(Double(1 - uniform()))).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(uniform())))
  }
}
