import Tensors

/// The attention-GRU decoder: words in, attention over the photo's regions, words out.
///
/// It comes from a TensorFlow notebook, called *the notebook* throughout this package: InceptionResNetV2 in front of a
/// GRU with Luong attention (Xu et al. 2015; Luong et al. 2015). Every option of `DecoderDescription` has a value that
/// makes the decoder the notebook's, and files that say nothing of an option mean that value.
///
/// Shapes: B photos of N regions, the encoder's C channels, width D, V tokens, R rows (words in training, sentences
/// while decoding).
///
/// regions = norm?(relu(features · encoder_dense)) — `RegionLayers`;
/// state₀ = 0, or tanh(linear(mean region)) — `InitialStateLayer`;
/// what follows is `DecoderPass`; words are read from its end as · word_logits.
///
/// The layers are declared here. `AttentionDecoder+Training.swift` runs them over whole sentences, forward and back;
/// `PreparedAttentionDecoder` a word at a time.
package final class AttentionDecoder: Sendable {
  package let description: DecoderDescription
  let vocabularySize: Int
  package let featureChannels: Int

  let regions: RegionLayers
  let initialState: InitialStateLayer?
  let embedding: Parameter
  let gru: RecurrentLayer
  let query: Linear?
  let language: LanguageLayer?
  let norm: NormalizationLayer
  package let wordLogits: Linear

  /// The second GRU, over what was attended to.
  struct LanguageLayer: Sendable {
    let norm: NormalizationLayer
    let gru: RecurrentLayer

    init(width: Int, weights: inout some WeightSource) throws {
      norm = try NormalizationLayer("decoder/attention_norm", width: width, weights: &weights)
      gru = try RecurrentLayer("decoder/language_gru", width: width, weights: &weights)
    }
  }

  /// Rows are looked up, not summed: a spread of 0.05 (Keras' uniform embeddings) whatever the vocabulary's size.
  static func embedding(words: Int, width: Int) -> LayerTensor {
    .table("embedding", [words, width], gain: 0.0025 * Float(words))
  }

  /// - Parameters:
  ///   - description: its form and width D.
  ///   - vocabularySize: V.
  ///   - featureChannels: C of the feature map.
  ///   - weights: of the names in files.
  ///   - kerasEmbeddingMoments: see `Parameter.gradientSquares`.
  package init(
    _ description: DecoderDescription, vocabularySize: Int, featureChannels: Int, weights: inout some WeightSource,
    kerasEmbeddingMoments: Bool = false
  ) throws {
    self.description = description
    self.vocabularySize = vocabularySize
    self.featureChannels = featureChannels
    let d = description.width
    regions = RegionLayers(
      projection: try Linear("decoder/encoder_dense", featureChannels, d, gain: 2, weights: &weights),
      norm: description.normalizesCells
        // Regions begin as long as they are without it: were they √D long, they would drown the states they are added to.
        ? try NormalizationLayer("decoder/cell_norm", width: d, gamma: 0.25, weights: &weights) : nil)
    initialState =
      description.initialState == .pooledGrid
      ? InitialStateLayer(linear: try Linear("decoder/initial_state", d, d, gain: 1, weights: &weights)) : nil
    let table = Self.embedding(words: vocabularySize, width: d)
    embedding = Parameter(
      "decoder/embedding/embedding", try weights.tensor("decoder/embedding", table), decays: table.decays,
      squaresParts: kerasEmbeddingMoments)
    gru = try RecurrentLayer("decoder/gru", width: d, weights: &weights)
    // A quarter of the usual spread: maps begin nearly even.
    query =
      description.query == .projected
      ? try Linear("decoder/query", d, d, gain: 1 / 16, weights: &weights) : nil
    language = description.languageGRU ? try LanguageLayer(width: d, weights: &weights) : nil
    norm = try NormalizationLayer("decoder/layer_norm", width: d, weights: &weights)
    wordLogits = try Linear("decoder/word_logits", d, vocabularySize, gain: 1, weights: &weights)
  }

  package var parameters: [Parameter] {
    let before = regions.parameters + (initialState?.linear.parameters ?? []) + [embedding] + gru.parameters
    let after = (query?.parameters ?? []) + (language.map { $0.norm.parameters + $0.gru.parameters } ?? [])
    return before + after + norm.parameters + wordLogits.parameters
  }
}

/// One way of running the decoder's layers from embedded words to the vectors that words are read from: over whole
/// sentences for training, or one word further. All shapes are `[R, D]`.
protocol DecoderPass {
  var hasLanguageGRU: Bool { get }
  /// The GRU's states after each word.
  mutating func languageStates(_ words: Tensor) -> Tensor
  /// What attention finds from the states: softmax(query(states) · regionsᵀ) · regions.
  mutating func attended(_ states: Tensor) -> Tensor
  /// The layer normalisation before the second GRU, and that GRU's states.
  mutating func attentionNorm(_ joined: Tensor) -> Tensor
  mutating func secondStates(_ attended: Tensor) -> Tensor
  /// The last layer normalisation.
  mutating func norm(_ joined: Tensor) -> Tensor
}

extension DecoderPass {
  /// How the layers are joined: the decoder in its 16 forms, written once.
  mutating func callAsFunction(_ words: Tensor) -> Tensor {
    let states = languageStates(words)
    let joined = sum(states, attended(states))
    guard hasLanguageGRU else { return norm(joined) }
    let attended = attentionNorm(joined)
    return norm(sum(attended, secondStates(attended)))
  }
}
