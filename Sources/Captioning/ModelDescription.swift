/// What a weights file says of itself: everything needed to run the network it holds.
///
/// It is stored in the safetensors `__metadata__` map (see `ModelDescription+Metadata.swift`).
public struct ModelDescription: Sendable, Equatable {
  public var encoder: EncoderDescription
  /// Nil where the file holds an encoder alone, which gives features and no captions.
  public var decoder: DecoderDescription?
  /// Words by token: `""` (padding) is 0, `[UNK]` is 1, then by falling count in the training captions. Empty without
  /// a decoder.
  public var vocabulary: [String]
  /// How the weights came to be, in free keys: `data`, `command`, `epochs`, `validation_loss`, `license` …
  public var provenance: [String: String]

  public init(
    encoder: EncoderDescription, decoder: DecoderDescription, vocabulary: [String], provenance: [String: String] = [:]
  ) {
    self.encoder = encoder
    self.decoder = decoder
    self.vocabulary = vocabulary
    self.provenance = provenance
  }

  /// An encoder alone.
  public init(encoder: EncoderDescription, provenance: [String: String] = [:]) {
    self.encoder = encoder
    vocabulary = []
    self.provenance = provenance
  }
}

/// The network from pixels to the grid, and the pixels it wants.
public struct EncoderDescription: Sendable, Equatable, Codable {
  public enum Architecture: String, Sendable, Codable {
    /// gaze's own residual network, see `CompactEncoder`.
    case compact
    /// InceptionResNetV2 without its top, as published by Keras.
    case inceptionResNetV2 = "inception_resnet_v2"
  }

  /// How 8-bit levels become numbers.
  public enum PixelScaling: String, Sendable, Codable {
    /// level / 255, in [0, 1].
    case unit
    /// level / 127.5 − 1, in [−1, 1].
    case symmetric
  }

  public var architecture: Architecture
  /// The layers' sizes of a compact encoder; nil for every other.
  public var compact: CompactShape?
  /// Input size in pixels; photos are squashed to it, bilinear with half-pixel centres and no antialiasing.
  public var height: Int
  public var width: Int
  public var scaling: PixelScaling
  /// The grid: rows × columns cells of `channels` numbers.
  public var rows: Int
  public var columns: Int
  public var channels: Int

  public init(
    architecture: Architecture, compact: CompactShape? = nil, height: Int, width: Int, scaling: PixelScaling,
    rows: Int, columns: Int, channels: Int
  ) {
    self.architecture = architecture
    self.compact = compact
    self.height = height
    self.width = width
    self.scaling = scaling
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }
}

/// The attention-GRU decoder.
public struct DecoderDescription: Sendable, Equatable, Codable {
  /// What the GRU's state is before the first word.
  public enum InitialState: String, Sendable, Codable, CaseIterable {
    /// Zeros, as in the seed notebook.
    case zeros
    /// tanh of a linear layer over the mean of the projected cells, so that the GRU knows the picture.
    case pooledGrid = "pooled_grid"
  }

  /// What attention compares with the cells.
  public enum Query: String, Sendable, Codable, CaseIterable {
    /// The GRU's state itself, as in the seed notebook.
    case state
    /// A linear layer over the state, so that a word need not be looked for with what it is said from.
    case projected
  }

  /// D: embedding, GRU and attention width.
  public var width: Int
  public var initialState: InitialState
  public var query: Query
  /// Whether a second GRU goes over what was said and seen, word by word, before the next word is chosen: the language
  /// layer of Anderson et al. 2018, *Bottom-Up and Top-Down Attention*. The seed notebook has none.
  public var languageGRU: Bool
  /// Whether every projected cell is brought to one length by a layer normalisation. Without it attention also decides
  /// how much of the picture comes through, since cells differ in length; the seed notebook has none.
  public var normalizesCells: Bool

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

  private enum CodingKeys: String, CodingKey { case width, initialState, query, languageGRU, normalizesCells }

  /// All but the first two may be missing: then they are as the seed has them.
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      width: try stored.decode(Int.self, forKey: .width),
      initialState: try stored.decode(InitialState.self, forKey: .initialState))
    try stored.read(.query, into: &query)
    try stored.read(.languageGRU, into: &languageGRU)
    try stored.read(.normalizesCells, into: &normalizesCells)
  }

  /// Says only what is not as the seed has it, so that other programs meet keys they know.
  public func encode(to encoder: any Encoder) throws {
    var stored = encoder.container(keyedBy: CodingKeys.self)
    try stored.encode(width, forKey: .width)
    try stored.encode(initialState, forKey: .initialState)
    if query != .state { try stored.encode(query, forKey: .query) }
    if languageGRU { try stored.encode(languageGRU, forKey: .languageGRU) }
    if normalizesCells { try stored.encode(normalizesCells, forKey: .normalizesCells) }
  }
}
