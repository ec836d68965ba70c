import Raster
import SystemPackage
import Tensors
import WeightFiles

/// BLIP for conditional generation (Li et al. 2022), as transformers names its parts: a vision transformer and BERT with
/// cross-attention. Values that a folder leaves out are those of transformers' `BlipConfig`.
enum BlipCaptioner {
  static func load(
    _ files: FolderFiles, _ configuration: ConfigurationFile, _ file: any TensorCollection
  ) throws -> LoadedCaptioner {
    let architectures = configuration.strings("architectures")
    guard architectures.isEmpty || architectures.contains("BlipForConditionalGeneration") else {
      throw CaptioningError.unusableFolder(
        path: files.path,
        reason: "it is \(architectures.joined(separator: ", ")), expected BlipForConditionalGeneration")
    }
    let weights = TransformerWeights(file: file)
    let vision = try visionShape(configuration.section("vision_config"))
    let text = configuration.section("text_config")
    let shape = try textShape(text)
    let processing = try HuggingFaceFolder.processing(
      in: files, size: vision.rows * vision.patch, filter: .bicubic, mean: [0.48145466, 0.4578275, 0.40821073],
      deviation: [0.26862954, 0.26130258, 0.27577711])
    let tokenizer = try TokenizerFiles(files, kind: .wordPiece, size: shape.vocabularySize)
    let range = 0...shape.vocabularySize - 1
    let coding = try WordPiece(
      pieces: tokenizer.pieces, start: text.integer("bos_token_id", range, default: 30522),
      end: text.integer("sep_token_id", range, default: 102), lowercases: tokenizer.lowercases,
      tokensPerWord: shape.tokensPerWord)
    return HuggingFaceFolder.captioner(
      files, "blip", encoder: try encoder(vision, configuration.section("vision_config"), weights, processing),
      decoder: try decoder(shape, text, weights, channels: vision.width), text: coding, channels: vision.width,
      pieces: tokenizer.pieces, tensors: file)
  }

  private static func visionShape(_ configuration: ConfigurationFile) throws -> VisionTransformerShape {
    try .init(configuration, imageSize: 384, globals: 1)
  }

  private static func textShape(_ configuration: ConfigurationFile) throws -> CrossAttentionShape {
    let width = try configuration.integer("hidden_size", TransformerLimits.width, default: 768)
    let heads = try TransformerLimits.heads(configuration, "num_attention_heads", of: width, default: 8)
    return CrossAttentionShape(
      width: width, layers: try configuration.integer("num_hidden_layers", TransformerLimits.layers, default: 12),
      heads: heads, inner: try configuration.integer("intermediate_size", TransformerLimits.width, default: 3072),
      vocabularySize: try configuration.integer("vocab_size", TransformerLimits.tokens, default: 30524),
      positions: try configuration.integer("max_position_embeddings", TransformerLimits.positions, default: 512),
      normalizesFirst: false, activation: try TransformerLimits.activation(configuration, "hidden_act", default: "gelu")
    )
  }

  private static func encoder(
    _ shape: VisionTransformerShape, _ configuration: ConfigurationFile, _ weights: TransformerWeights,
    _ processing: ImageProcessing
  ) throws -> VisionTransformer {
    let epsilon = Float(try configuration.number("layer_norm_eps", default: 1e-5))
    let (width, patchNumbers) = (shape.width, 3 * shape.patch * shape.patch)
    let positions = try weights.file.copied(
      "vision_model.embeddings.position_embedding", shape: [1, 1 + shape.rows * shape.columns, width])
    let token = try weights.file.copied("vision_model.embeddings.class_embedding", shape: [1, 1, width])
    for index in 0..<width { positions.pointer[index] += token.pointer[index] }
    let layers = try (0..<shape.layers).map { index in
      let name = "vision_model.encoder.layers.\(index)"
      return VisionTransformer.Layer(
        queriesKeysValues: [try weights.linear("\(name).self_attn.qkv", width, 3 * width)],
        output: try weights.linear("\(name).self_attn.projection", width, width),
        up: try weights.linear("\(name).mlp.fc1", width, shape.inner),
        down: try weights.linear("\(name).mlp.fc2", shape.inner, width),
        attentionNorm: try weights.norm("\(name).layer_norm1", width, epsilon),
        feedForwardNorm: try weights.norm("\(name).layer_norm2", width, epsilon))
    }
    return VisionTransformer(
      shape: shape,
      patches: try weights.patches("vision_model.embeddings.patch_embedding", patchNumbers, width, shape.patch),
      positions: positions.reshaped([positions.count / width, width]), layers: layers,
      norm: try weights.norm("vision_model.post_layernorm", width, epsilon), projection: nil, processing: processing)
  }

  private static func decoder(
    _ shape: CrossAttentionShape, _ configuration: ConfigurationFile, _ weights: TransformerWeights, channels: Int
  ) throws -> CrossAttentionDecoder {
    let epsilon = Float(try configuration.number("layer_norm_eps", default: 1e-12))
    let (width, root) = (shape.width, "text_decoder.bert")
    let layers = try (0..<shape.layers).map { index in
      let name = "\(root).encoder.layer.\(index)"
      func parts(_ attention: String, _ names: [String], _ inputs: Int) throws -> [StoredDense] {
        try names.map { try weights.linear("\(name).\(attention).self.\($0)", inputs, width) }
      }
      return CrossAttentionDecoder.Layer(
        queriesKeysValues: try parts("attention", ["query", "key", "value"], width),
        output: try weights.linear("\(name).attention.output.dense", width, width),
        crossQueries: try parts("crossattention", ["query"], width)[0],
        crossKeysValues: try parts("crossattention", ["key", "value"], channels),
        crossOutput: try weights.linear("\(name).crossattention.output.dense", width, width),
        up: try weights.linear("\(name).intermediate.dense", width, shape.inner),
        down: try weights.linear("\(name).output.dense", shape.inner, width),
        norm: try weights.norm("\(name).attention.output.LayerNorm", width, epsilon),
        crossNorm: try weights.norm("\(name).crossattention.output.LayerNorm", width, epsilon),
        feedForwardNorm: try weights.norm("\(name).output.LayerNorm", width, epsilon))
    }
    let table = "\(root).embeddings.word_embeddings.weight"
    // The words' weights are the embedding's where a file does not hold them apart.
    let own = "text_decoder.cls.predictions.decoder.weight"
    return CrossAttentionDecoder(
      shape: shape, tokens: try weights.file.stored(table, shape: [shape.vocabularySize, width]),
      positions: try weights.file.stored(
        "\(root).embeddings.position_embeddings.weight", shape: [shape.positions, width]),
      embeddingNorm: try weights.norm("\(root).embeddings.LayerNorm", width, epsilon), layers: layers,
      head: .transform(
        try weights.linear("text_decoder.cls.predictions.transform.dense", width, width),
        try weights.norm("text_decoder.cls.predictions.transform.LayerNorm", width, epsilon)),
      words: try weights.linear(
        weight: weights.has(own) ? own : table, bias: "text_decoder.cls.predictions.bias", width,
        shape.vocabularySize))
  }
}
