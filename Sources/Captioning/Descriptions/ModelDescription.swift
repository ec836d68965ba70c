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
  /// Of a Hugging Face folder; nil for gaze's own networks.
  public var transformer: TransformerDescription?

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
