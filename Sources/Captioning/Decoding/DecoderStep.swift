import Tensors

/// The decoder for inference: one word at a time, for several sentences about one photo at once.
package struct DecoderStep: Sendable {
  let width: Int
  private let projectionKernel: Tensor
  private let projectionBias: Tensor
  private let cellNorm: NormalizationStep?
  private let initialState: PreparedDense?
  private let embedding: Tensor
  private let gru: RecurrentStep
  private let query: PreparedDense?
  private let language: LanguageStep?
  private let norm: NormalizationStep
  private let wordLogits: PreparedDense

  package init(
    _ description: DecoderDescription, vocabularySize v: Int, gridChannels: Int, weights: inout some WeightSource
  )
    throws
  {
    let d = description.width
    width = d
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws -> PreparedDense {
      PreparedDense(
        kernel: try weights.kernel("\(name)/kernel", [inputs, outputs], gain: 1),
        bias: try weights.constant("\(name)/bias", [outputs], 0))
    }
    projectionKernel = try weights.kernel("decoder/encoder_dense/kernel", [gridChannels, d], gain: 2)
    projectionBias = try weights.constant("decoder/encoder_dense/bias", [d], 0)
    cellNorm =
      description.normalizesCells ? try NormalizationStep("decoder/cell_norm", width: d, weights: &weights) : nil
    initialState = description.initialState == .pooledGrid ? try linear("decoder/initial_state", d, d) : nil
    embedding = try weights.kernel("decoder/embedding/embedding", [v, d], gain: 1)
    gru = try RecurrentStep("decoder/gru", width: d, weights: &weights)
    query = description.query == .projected ? try linear("decoder/query", d, d) : nil
    language =
      description.languageGRU
      ? LanguageStep(
        norm: try NormalizationStep("decoder/attention_norm", width: d, weights: &weights),
        gru: try RecurrentStep("decoder/language_gru", width: d, weights: &weights)) : nil
    norm = try NormalizationStep("decoder/layer_norm", width: d, weights: &weights)
    wordLogits = try linear("decoder/word_logits", d, v)
  }

  /// The photo as attention sees it.
  package struct Cells: Sendable {
    /// `[N, D]`: the projected cells.
    package let features: Tensor
    /// What queries are compared with, and what contexts are summed from.
    let keys: PreparedDense
    let values: PreparedDense
    /// `[1, S]`: the states before the first word, D numbers of each GRU.
    let initialState: Tensor

    init(features: Tensor, initialState: Tensor) {
      self.features = features
      keys = PreparedDense(kernel: transposed(features))
      values = PreparedDense(kernel: features)
      self.initialState = initialState
    }

    /// The cells with some of them replaced by one, `[1, D]`.
    package func hiding(_ hidden: [Int], behind blank: Tensor) -> Cells {
      let width = features.shape[1]
      let changed = features.copy()
      for cell in hidden { (changed.pointer + cell * width).update(from: blank.pointer, count: width) }
      return Cells(features: changed, initialState: initialState)
    }
  }

  /// - Parameter grid: `[1, rows, columns, C]`.
  package func cells(_ grid: Tensor) -> Cells {
    let n = grid.shape[1] * grid.shape[2]
    let projected = Dense.forward(
      grid.reshaped([n, grid.shape[3]]), kernel: projectionKernel, bias: projectionBias, relu: true)
    let features = cellNorm.map { $0(projected) } ?? projected
    let state =
      initialState.map { hyperbolicTangent($0(meanOfRegions(features.reshaped([1, n, width])))) } ?? Tensor([1, width])
    return Cells(
      features: features, initialState: language == nil ? state : sideBySide(state, Tensor([1, width])))
  }

  package struct Output {
    /// `[R, S]`: the states after the word, D numbers of each GRU.
    let states: Tensor
    /// `[R, S]`: the states when it looked, before what it saw changed them; what `look` wants.
    let lookingStates: Tensor
    /// `[R, V]`.
    package let logits: Tensor
    /// `[R, N]`; each row sums to 1.
    let attention: Tensor
  }

  /// One word further: R sentences, the last word of each, and their states `[R, S]`.
  package func callAsFunction(_ tokens: [Int], states: Tensor, cells: Cells) -> Output {
    let words = Embedding.forward(tokens.map(Int32.init), table: embedding)
    guard language != nil else { return look(from: gru(words, states: states), at: cells) }
    let (spoken, said) = halves(states)
    return look(from: sideBySide(gru(words, states: spoken), said), at: cells)
  }

  /// Where R sentences look from their states `[R, S]`, and what they say of it.
  package func look(from states: Tensor, at cells: Cells) -> Output {
    guard let language else {
      let (joined, attention) = see(from: states, at: cells)
      return Output(
        states: states, lookingStates: states, logits: wordLogits(norm(joined)), attention: attention)
    }
    let (spoken, before) = halves(states)
    let (joined, attention) = see(from: spoken, at: cells)
    let seen = language.norm(joined)
    let said = language.gru(seen, states: before)
    return Output(
      states: sideBySide(spoken, said), lookingStates: states, logits: wordLogits(norm(sum(seen, said))),
      attention: attention)
  }

  /// States `[R, D]` and what they see, added up, `[R, D]`, and where they see it, `[R, N]`.
  private func see(from states: Tensor, at cells: Cells) -> (joined: Tensor, attention: Tensor) {
    let attention = cells.keys(query.map { $0(states) } ?? states)
    softmaxRows(attention)
    return (sum(states, cells.values(attention)), attention)
  }
}
