import Tensors

/// A layer that a weight file must have: what Keras calls its kind and tensors, and what they are called here.
struct ImportTarget {
  struct Variable {
    let role: String
    /// The tensor's name in gaze's file.
    let name: String
    let shape: [Int]
  }

  let kind: KerasLayer.Kind
  let variables: [Variable]

  init(_ kind: KerasLayer.Kind, _ name: String, _ variables: [(role: String, shape: [Int])]) {
    self.kind = kind
    self.variables = variables.map { role, shape in
      // Keras' embedding layer holds "embeddings"; every other tensor is called here as it is there.
      .init(role: role, name: "\(name)/\(role == "embeddings" ? "embedding" : role)", shape: shape)
    }
  }

  /// InceptionResNetV2's, each kind in Keras' order.
  static let inceptionResNetV2: [ImportTarget] = InceptionResNetV2.layersInKerasOrder.flatMap { layer in
    let kernel = (role: "kernel", shape: layer.convolution.kernelShape)
    let outputs = [layer.convolution.outputs]
    guard layer.isNormalized else {
      return [ImportTarget(.convolution, layer.name, [kernel, ("bias", outputs)])]
    }
    return [
      ImportTarget(.convolution, layer.name, [kernel]),
      ImportTarget(
        .normalization, layer.name, [("beta", outputs), ("moving_mean", outputs), ("moving_variance", outputs)]),
    ]
  }

  /// The decoder's, after an encoder of `gridChannels`: v words, width d.
  static func decoder(words v: Int, width d: Int, gridChannels: Int) -> [ImportTarget] {
    [
      ImportTarget(.dense, "decoder/encoder_dense", [("kernel", [gridChannels, d]), ("bias", [d])]),
      ImportTarget(.embedding, "decoder/embedding", [("embeddings", [v, d])]),
      ImportTarget(
        .gru, "decoder/gru", [("kernel", [d, 3 * d]), ("recurrent_kernel", [d, 3 * d]), ("bias", [2, 3 * d])]),
      ImportTarget(.layerNormalization, "decoder/layer_norm", [("gamma", [d]), ("beta", [d])]),
      ImportTarget(.dense, "decoder/word_logits", [("kernel", [d, v]), ("bias", [v])]),
    ]
  }
}
