/// The attention-GRU decoder's form. An option is a line here (and a flag of `gaze train`); what files do with those that
/// are not the notebook's stands beside them.
public struct DecoderDescription: StoredOptions {
  /// What the GRU's state is before the first word.
  public enum InitialState: String, Sendable, Codable, CaseIterable {
    /// Zeros, as in the notebook.
    case zeros
    /// tanh of a linear layer over the mean region, so that the GRU knows the picture.
    case pooledGrid = "pooled_grid"
  }

  /// What attention compares with the regions.
  public enum Query: String, Sendable, Codable, CaseIterable {
    /// The GRU's state itself, as in the notebook.
    case state
    /// A linear layer over the state, so that a word need not be looked for with what it is read from.
    case projected
  }

  /// D: embedding, GRU and attention width.
  @Stored(.required) public var width = 0
  @Stored(.required) public var initialState = InitialState.zeros
  @Stored(.omitted(.state)) public var query = Query.state
  /// Whether a second GRU goes over what was attended to, word by word, before the next word is chosen: the language
  /// layer of Anderson et al. 2018, *Bottom-Up and Top-Down Attention*. The notebook has none.
  @Stored(.omitted(false)) public var languageGRU = false
  /// Whether every projected region is brought to one length by a layer normalisation. Without it attention also decides
  /// how much of the picture comes through, since regions differ in length; the notebook has none.
  @Stored(.omitted(false)) public var normalizesCells = false

  public init() {}

  public init(
    width: Int, initialState: InitialState, query: Query = .state, languageGRU: Bool = false,
    normalizesCells: Bool = false
  ) {
    self.width = width
    self.initialState = initialState
    self.query = query
    self.languageGRU = languageGRU
    self.normalizesCells = normalizesCells
  }
}
