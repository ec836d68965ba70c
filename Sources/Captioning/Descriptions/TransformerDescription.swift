/// What a transformer captioner is made of, for people to read.
public struct TransformerDescription: Sendable, Equatable {
  /// Layers of one kind, one after another.
  public struct Stack: Sendable, Equatable {
    public let layers: Int
    public let heads: Int
    /// D.
    public let width: Int
  }

  /// How text becomes tokens.
  public enum TextCodingKind: String, Sendable { case wordPiece = "WordPiece", bytePairs = "byte pairs" }

  public let encoder: Stack
  /// Whose every layer and head has a map of its own.
  public let decoder: Stack
  /// Pixels of a patch's side.
  public let patch: Int
  /// The most tokens of a sentence.
  public let positions: Int
  public let textCoding: TextCodingKind
  /// How photos are resized, in words.
  public let resizeRule: String
  /// What is taken from each channel, in [0, 1] where levels are rescaled, and what it is then divided by.
  public let mean: SIMD3<Float>
  public let deviation: SIMD3<Float>
}
