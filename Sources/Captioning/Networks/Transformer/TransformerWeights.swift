import Tensors
import WeightFiles

/// A transformer's layers, read from a file's tensors by the names that PyTorch's modules give them.
struct TransformerWeights {
  let file: any TensorCollection

  /// A linear layer, `name.weight` and `name.bias`.
  func linear(
    _ name: String, _ inputs: Int, _ outputs: Int, _ order: StoredDense.Order = .outputsFirst
  ) throws -> StoredDense {
    try linear(weight: "\(name).weight", bias: "\(name).bias", inputs, outputs, order)
  }

  /// - Parameter bias: nil where the layer has none.
  func linear(
    weight: String, bias: String?, _ inputs: Int, _ outputs: Int, _ order: StoredDense.Order = .outputsFirst
  ) throws -> StoredDense {
    let shape = order == .outputsFirst ? [outputs, inputs] : [inputs, outputs]
    return StoredDense(
      try file.stored(weight, shape: shape), inputs: inputs, outputs: outputs, order: order,
      bias: try bias.map { try file.copied($0, shape: [outputs]) })
  }

  func norm(_ name: String, _ width: Int, _ epsilon: Float) throws -> NormalizedRows {
    NormalizedRows(
      gamma: try file.copied("\(name).weight", shape: [width]), beta: try file.copied("\(name).bias", shape: [width]),
      epsilon: epsilon)
  }

  func has(_ name: String) -> Bool { file.info(name) != nil }
}
