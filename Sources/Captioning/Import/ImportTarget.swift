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

  init(_ kind: KerasLayer.Kind, _ name: String, _ tensors: [LayerTensor]) {
    self.kind = kind
    variables = tensors.map { tensor in
      // Keras' embedding layer holds "embeddings"; every other tensor is called here as it is there.
      .init(
        role: tensor.role == "embedding" ? "embeddings" : tensor.role, name: "\(name)/\(tensor.role)",
        shape: tensor.shape)
    }
  }

  /// InceptionResNetV2's, each kind in Keras' order.
  static let inceptionResNetV2: [ImportTarget] = InceptionResNetV2.layersInKerasOrder.flatMap { layer in
    guard layer.isNormalized else { return [ImportTarget(.convolution, layer.name, layer.tensors)] }
    // Keras' convolution and its normalisation are two layers.
    return [
      ImportTarget(.convolution, layer.name, Array(layer.tensors.prefix(1))),
      ImportTarget(.normalization, layer.name, Array(layer.tensors.dropFirst())),
    ]
  }

  /// The notebook's decoder after an encoder of `channels`: v words, width d.
  static func decoder(words v: Int, width d: Int, channels: Int) -> [ImportTarget] {
    [
      ImportTarget(.dense, "decoder/encoder_dense", Linear.tensors(channels, d)),
      ImportTarget(.embedding, "decoder/embedding", [AttentionDecoder.embedding(words: v, width: d)]),
      ImportTarget(.gru, "decoder/gru", RecurrentLayer.tensors(d)),
      ImportTarget(.layerNormalization, "decoder/layer_norm", NormalizationLayer.tensors(d)),
      ImportTarget(.dense, "decoder/word_logits", Linear.tensors(d, v)),
    ]
  }
}
