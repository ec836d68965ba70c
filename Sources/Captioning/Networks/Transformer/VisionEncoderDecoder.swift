import Raster
import SystemPackage
import Tensors
import WeightFiles

/// transformers' `VisionEncoderDecoderModel` of ViT (Dosovitskiy et al. 2021) or DeiT (Touvron et al. 2021) with GPT-2
/// (Radford et al. 2019) and cross-attention. Values that a folder leaves out are those of `ViTConfig` and `GPT2Config`.
enum VisionEncoderDecoder {
  static func load(
    _ files: FolderFiles, _ configuration: ConfigurationFile, _ file: any TensorCollection
  ) throws -> LoadedCaptioner {
    let (vision, text) = (configuration.section("encoder"), configuration.section("decoder"))
    let encoderType = vision.string("model_type") ?? "nothing"
    guard ["vit", "deit"].contains(encoderType) else { throw vision.wrong("model_type", "vit or deit") }
    guard text.string("model_type") == "gpt2" else { throw text.wrong("model_type", "gpt2") }
    let weights = TransformerWeights(file: file)
    let shape = try VisionTransformerShape(vision, imageSize: 224, globals: encoderType == "deit" ? 2 : 1)
    let decoderShape = try textShape(text)
    let processing = try HuggingFaceFolder.processing(
      in: files, size: shape.rows * shape.patch, filter: .bilinear, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
    let tokenizer = try TokenizerFiles(files, kind: .bytePairs, size: decoderShape.vocabularySize)
    let range = 0...decoderShape.vocabularySize - 1
    let end =
      try text.has("eos_token_id") ? text.integer("eos_token_id", range) : configuration.integer("eos_token_id", range)
    let start = try configuration.integer("decoder_start_token_id", range, default: end)
    let coding = BytePairCoding(
      pieces: tokenizer.pieces, merges: tokenizer.merges, start: start, end: end,
      tokensPerWord: decoderShape.tokensPerWord)
    return HuggingFaceFolder.captioner(
      files, "vit-gpt2", encoder: try encoder(shape, decoderShape, vision, weights, processing),
      decoder: try decoder(decoderShape, text, weights), text: coding, channels: decoderShape.width,
      pieces: tokenizer.pieces, tensors: file)
  }

  private static func textShape(_ configuration: ConfigurationFile) throws -> CrossAttentionShape {
    let width = try configuration.integer("n_embd", TransformerLimits.width, default: 768)
    let heads = try TransformerLimits.heads(configuration, "n_head", of: width, default: 12)
    for (key, usual) in [("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false)] {
      guard configuration.boolean(key, default: usual) == usual else { throw configuration.wrong(key, "\(usual)") }
    }
    return CrossAttentionShape(
      width: width, layers: try configuration.integer("n_layer", TransformerLimits.layers, default: 12), heads: heads,
      inner: try configuration.integer("n_inner", TransformerLimits.width, default: 4 * width),
      vocabularySize: try configuration.integer("vocab_size", TransformerLimits.tokens, default: 50257),
      positions: try configuration.integer("n_positions", TransformerLimits.positions, default: 1024),
      normalizesFirst: true,
      activation: try TransformerLimits.activation(configuration, "activation_function", default: "gelu_new"))
  }

  private static func encoder(
    _ shape: VisionTransformerShape, _ decoder: CrossAttentionShape, _ configuration: ConfigurationFile,
    _ weights: TransformerWeights, _ processing: ImageProcessing
  ) throws -> VisionTransformer {
    let epsilon = Float(try configuration.number("layer_norm_eps", default: 1e-12))
    let (width, root) = (shape.width, "encoder")
    let count = shape.globals + shape.rows * shape.columns
    let positions = try weights.file.copied(
      "\(root).embeddings.position_embeddings", shape: [1, count, width])
    for (index, name) in ["cls_token", "distillation_token"].prefix(shape.globals).enumerated() {
      let token = try weights.file.copied("\(root).embeddings.\(name)", shape: [1, 1, width])
      for number in 0..<width { positions.pointer[index * width + number] += token.pointer[number] }
    }
    let layers = try (0..<shape.layers).map { index in
      let name = "\(root).encoder.layer.\(index)"
      return VisionTransformer.Layer(
        queriesKeysValues: try ["query", "key", "value"].map { part in
          let linear = "\(name).attention.attention.\(part)"
          let bias = weights.has("\(linear).bias") ? "\(linear).bias" : nil
          return try weights.linear(weight: "\(linear).weight", bias: bias, width, width)
        },
        output: try weights.linear("\(name).attention.output.dense", width, width),
        up: try weights.linear("\(name).intermediate.dense", width, shape.inner),
        down: try weights.linear("\(name).output.dense", shape.inner, width),
        attentionNorm: try weights.norm("\(name).layernorm_before", width, epsilon),
        feedForwardNorm: try weights.norm("\(name).layernorm_after", width, epsilon))
    }
    return VisionTransformer(
      shape: shape,
      patches: try weights.patches(
        "\(root).embeddings.patch_embeddings.projection", 3 * shape.patch * shape.patch, width, shape.patch),
      positions: positions.reshaped([count, width]), layers: layers,
      norm: try weights.norm("\(root).layernorm", width, epsilon),
      projection: width == decoder.width ? nil : try weights.linear("enc_to_dec_proj", width, decoder.width),
      processing: processing)
  }

  private static func decoder(
    _ shape: CrossAttentionShape, _ configuration: ConfigurationFile, _ weights: TransformerWeights
  ) throws -> CrossAttentionDecoder {
    let epsilon = Float(try configuration.number("layer_norm_epsilon", default: 1e-5))
    let (width, root) = (shape.width, "decoder.transformer")
    let layers = try (0..<shape.layers).map { index in
      let name = "\(root).h.\(index)"
      func part(_ part: String, _ inputs: Int, _ outputs: Int) throws -> StoredDense {
        try weights.linear("\(name).\(part)", inputs, outputs, .inputsFirst)
      }
      return CrossAttentionDecoder.Layer(
        queriesKeysValues: [try part("attn.c_attn", width, 3 * width)],
        output: try part("attn.c_proj", width, width),
        crossQueries: try part("crossattention.q_attn", width, width),
        crossKeysValues: [try part("crossattention.c_attn", width, 2 * width)],
        crossOutput: try part("crossattention.c_proj", width, width),
        up: try part("mlp.c_fc", width, shape.inner), down: try part("mlp.c_proj", shape.inner, width),
        norm: try weights.norm("\(name).ln_1", width, epsilon),
        crossNorm: try weights.norm("\(name).ln_cross_attn", width, epsilon),
        feedForwardNorm: try weights.norm("\(name).ln_2", width, epsilon))
    }
    let (table, own) = ("\(root).wte.weight", "decoder.lm_head.weight")
    return CrossAttentionDecoder(
      shape: shape, tokens: try weights.file.stored(table, shape: [shape.vocabularySize, width]),
      positions: try weights.file.stored("\(root).wpe.weight", shape: [shape.positions, width]), embeddingNorm: nil,
      layers: layers, head: .norm(try weights.norm("\(root).ln_f", width, epsilon)),
      words: try weights.linear(
        weight: weights.has(own) ? own : table, bias: nil, width, shape.vocabularySize))
  }
}
