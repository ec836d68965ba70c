import Tensors

/// What sizes of a transformer may be: more than any published captioner has, and little enough that a hostile file cannot
/// ask for all memory.
enum TransformerLimits {
  static let width = 1...16_384
  static let layers = 1...128
  static let tokens = 2...1_000_000
  static let positions = 2...65_536
  static let imageSize = 1...2048
  static let patch = 1...256

  /// How many heads share a width evenly.
  static func heads(
    _ configuration: ConfigurationFile, _ key: String, of width: Int, default standard: Int
  ) throws -> Int {
    let heads = try configuration.integer(key, 1...256, default: standard)
    guard width % heads == 0 else { throw configuration.wrong(key, "a divisor of \(width)") }
    return heads
  }

  /// - Throws: where the folder names another activation than the two kinds of GELU.
  static func activation(
    _ configuration: ConfigurationFile, _ key: String, default standard: String
  ) throws -> StoredDense.Activation {
    switch configuration.string(key) ?? standard {
    case "gelu": return .gelu
    case "gelu_new", "gelu_pytorch_tanh": return .geluByTanh
    default: throw configuration.wrong(key, "gelu or gelu_new")
    }
  }
}

extension VisionTransformerShape {
  /// - Parameters:
  ///   - imageSize: where nothing is said.
  ///   - globals: tokens that are no patch.
  init(_ configuration: ConfigurationFile, imageSize standard: Int, globals: Int) throws {
    let image = try configuration.integer("image_size", TransformerLimits.imageSize, default: standard)
    patch = try configuration.integer("patch_size", TransformerLimits.patch, default: 16)
    guard image % patch == 0 else {
      throw configuration.wrong("image_size", "a multiple of the patches' \(patch) pixels")
    }
    width = try configuration.integer("hidden_size", TransformerLimits.width, default: 768)
    heads = try TransformerLimits.heads(configuration, "num_attention_heads", of: width, default: 12)
    guard try TransformerLimits.activation(configuration, "hidden_act", default: "gelu") == .gelu else {
      throw configuration.wrong("hidden_act", "gelu")
    }
    layers = try configuration.integer("num_hidden_layers", TransformerLimits.layers, default: 12)
    inner = try configuration.integer("intermediate_size", TransformerLimits.width, default: 3072)
    (rows, columns) = (image / patch, image / patch)
    self.globals = globals
  }
}

extension CrossAttentionShape {
  /// As many tokens as a word is given room for, of all positions.
  var tokensPerWord: Int {
    max(1, min(4, (positions - DecodingSettings.longestStart) / DecodingSettings.longestCaption))
  }
}

extension TransformerWeights {
  /// A convolution of patches without overlap, `[D, 3, patch, patch]`, as the linear layer it is.
  func patches(_ name: String, _ inputs: Int, _ outputs: Int, _ patch: Int) throws -> StoredDense {
    StoredDense(
      try file.stored("\(name).weight", shape: [outputs, 3, patch, patch]), inputs: inputs, outputs: outputs,
      order: .outputsFirst, bias: try file.copied("\(name).bias", shape: [outputs]))
  }
}
