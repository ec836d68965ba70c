/// How captions are drawn from the network.
public struct DecodingSettings: Sendable, Equatable {
  public enum Mode: Sendable, Equatable {
    /// Draw from the `topK` likeliest words at `temperature`.
    case sample
    /// Always the likeliest word; the same as sampling with k = 1.
    case greedy
    /// Keep the `width` likeliest sentences, compared by log-probability / length^0.7.
    case beam(width: Int)
  }

  public var mode: Mode
  /// 1…vocabulary size.
  public var topK: Int
  /// > 0; logits are divided by it.
  public var temperature: Float
  /// The seed of the first caption; caption `i` uses `seed + i`, so that each can be drawn again alone.
  public var seed: UInt64
  /// Captions to draw, ≥ 1. Greedy and beam give one.
  public var samples: Int
  /// `<end>` is not drawn before this many words.
  public var minWords: Int
  /// 1…64.
  public var maxWords: Int
  /// What captions go on from, and are no longer told of; nil is the network's own beginning.
  public var prompt: String?
  /// What captions begin with, whatever the network would have drawn there; it is told with them.
  public var prefix: CaptionPrefix?

  public init(
    mode: Mode = .sample, topK: Int = 10, temperature: Float = 1, seed: UInt64 = 1, samples: Int = 5,
    minWords: Int = 0, maxWords: Int = 64, prompt: String? = nil, prefix: CaptionPrefix? = nil
  ) {
    self.mode = mode
    self.topK = topK
    self.temperature = temperature
    self.seed = seed
    self.samples = samples
    self.minWords = minWords
    self.maxWords = maxWords
    self.prompt = prompt
    self.prefix = prefix
  }
}

extension DecodingSettings {
  /// The notebook's limit, in words.
  public static let longestCaption = 64
  /// The most tokens a sentence may start from, a prompt's among them.
  static let longestStart = 32

  /// - Throws: `CaptioningError.badOption` naming the setting whose value cannot be.
  public func validate() throws(CaptioningError) {
    func check(_ good: Bool, _ what: String) throws(CaptioningError) {
      if !good { throw CaptioningError.badOption(what) }
    }
    try check(topK >= 1, "top-k: \(topK), expected at least 1")
    try check(temperature > 0 && temperature.isFinite, "temperature: \(temperature), expected above 0")
    try check(samples >= 1, "samples: \(samples), expected at least 1")
    try check(
      (1...Self.longestCaption).contains(maxWords), "max words: \(maxWords), expected 1 to \(Self.longestCaption)")
    try check((0...maxWords).contains(minWords), "min words: \(minWords), expected 0 to \(maxWords)")
    if case .beam(let width) = mode { try check(width >= 1, "beam: \(width), expected at least 1") }
  }
}
