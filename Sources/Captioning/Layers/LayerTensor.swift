import Tensors

/// A tensor that a layer has, declared once: training, inference and import all read it from here.
package struct LayerTensor: Sendable, Equatable {
  /// What its numbers are before training.
  package enum Start: Sendable, Equatable {
    /// Normal numbers of variance gain / fan-in, fan-in being everything but the last dimension.
    case spread(gain: Float)
    /// All equal.
    case constant(Float)
  }

  /// What it is to its layer, the last part of its name: `kernel`, `beta` …
  let role: String
  let shape: [Int]
  let start: Start
  /// Whether weight decay applies: to kernels, not to tables, biases and normalisations.
  var decays = false

  static func kernel(_ shape: [Int], gain: Float, role: String = "kernel") -> LayerTensor {
    LayerTensor(role: role, shape: shape, start: .spread(gain: gain), decays: true)
  }

  /// A table whose rows are looked up.
  static func table(_ role: String, _ shape: [Int], gain: Float) -> LayerTensor {
    LayerTensor(role: role, shape: shape, start: .spread(gain: gain))
  }

  static func vector(_ role: String, _ shape: [Int], _ start: Float) -> LayerTensor {
    LayerTensor(role: role, shape: shape, start: .constant(start))
  }
}

extension WeightSource {
  /// A tensor of the layer `name`.
  mutating func tensor(_ name: String, _ declared: LayerTensor) throws -> Tensor {
    switch declared.start {
    case .spread(let gain): try kernel("\(name)/\(declared.role)", declared.shape, gain: gain)
    case .constant(let value): try constant("\(name)/\(declared.role)", declared.shape, value)
    }
  }

  /// The same, ready to be trained. Gradients and moments take memory only once they are used.
  mutating func parameter(_ name: String, _ declared: LayerTensor) throws -> Parameter {
    Parameter("\(name)/\(declared.role)", try tensor(name, declared), decays: declared.decays)
  }

  /// Parameters in the order of their declarations.
  mutating func parameters(_ name: String, _ declared: [LayerTensor]) throws -> [Parameter] {
    var result: [Parameter] = []
    for tensor in declared { result.append(try parameter(name, tensor)) }
    return result
  }
}
