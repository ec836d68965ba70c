import Tensors

/// The seed's decoder in the form that is trained: words in, attention over the grid, words out.
///
/// cells = relu(grid · encoder_dense); states = GRU(embedding(words)); context = attention(query(states), cells);
/// logits = layer_norm(states + context) · word_logits. The query is the state itself or a linear layer over it, and cells
/// may go through a layer normalisation of their own.
///
/// With a language GRU, seen = attention_norm(states + context) goes through it, and
/// logits = layer_norm(seen + language_gru(seen)) · word_logits.
package final class AttentionDecoder: Sendable {
  package let description: DecoderDescription
  let vocabularySize: Int
  package let gridChannels: Int

  let projection: Linear
  let cellNorm: NormalizationLayer?
  let initialState: Linear?
  let embedding: Parameter
  let gru: RecurrentLayer
  let query: Linear?
  let language: LanguageLayer?
  let norm: NormalizationLayer
  let wordLogits: Linear

  package init(
    description: DecoderDescription, vocabularySize: Int, gridChannels: Int, projection: Linear,
    cellNorm: NormalizationLayer?, initialState: Linear?, embedding: Parameter, gru: RecurrentLayer, query: Linear?,
    language: LanguageLayer?, norm: NormalizationLayer, wordLogits: Linear
  ) {
    self.description = description
    self.vocabularySize = vocabularySize
    self.gridChannels = gridChannels
    self.projection = projection
    self.cellNorm = cellNorm
    self.initialState = initialState
    self.embedding = embedding
    self.gru = gru
    self.query = query
    self.language = language
    self.norm = norm
    self.wordLogits = wordLogits
  }

  /// What goes over the words seen once more.
  package struct LanguageLayer: Sendable {
    let norm: NormalizationLayer
    let gru: RecurrentLayer

    init(width: Int, weights: inout some WeightSource) throws {
      norm = try NormalizationLayer("decoder/attention_norm", width: width, weights: &weights)
      gru = try RecurrentLayer("decoder/language_gru", width: width, weights: &weights)
    }
  }

  /// - Parameter kerasEmbeddingMoments: see `Parameter.gradientSquares`.
  package init(
    _ description: DecoderDescription, vocabularySize: Int, gridChannels: Int, weights: inout some WeightSource,
    kerasEmbeddingMoments: Bool = false
  ) throws {
    self.description = description
    self.vocabularySize = vocabularySize
    self.gridChannels = gridChannels
    let d = description.width
    projection = try Linear("decoder/encoder_dense", gridChannels, d, gain: 2, weights: &weights)
    cellNorm =
      description.normalizesCells
      // Cells begin as long as they are without it: were they √D long, they would drown the states they are added to.
      ? try NormalizationLayer("decoder/cell_norm", width: d, gamma: 0.25, weights: &weights) : nil
    initialState =
      description.initialState == .pooledGrid
      ? try Linear("decoder/initial_state", d, d, gain: 1, weights: &weights) : nil
    embedding = Parameter(
      "decoder/embedding/embedding",
      // Rows are looked up, not summed: a spread of 0.05 (Keras' uniform embeddings) whatever the vocabulary's size.
      try weights.kernel("decoder/embedding/embedding", [vocabularySize, d], gain: 0.0025 * Float(vocabularySize)),
      decays: false, squaresParts: kerasEmbeddingMoments)
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
    projection.parameters + (cellNorm?.parameters ?? []) + (initialState?.parameters ?? []) + [embedding]
      + gru.parameters
      + (query?.parameters ?? []) + (language.map { $0.norm.parameters + $0.gru.parameters } ?? [])
      + norm.parameters + wordLogits.parameters
  }
}
