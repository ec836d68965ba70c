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

  public init(
    mode: Mode = .sample, topK: Int = 10, temperature: Float = 1, seed: UInt64 = 1, samples: Int = 5,
    minWords: Int = 0, maxWords: Int = 64
  ) {
    self.mode = mode
    self.topK = topK
    self.temperature = temperature
    self.seed = seed
    self.samples = samples
    self.minWords = minWords
    self.maxWords = maxWords
  }
}

/// Where the network looked for one word: weights over the cells of the encoder's grid.
public struct AttentionMap: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// `rows × columns` numbers, row-major, each in [0, 1], summing to 1.
  public let values: [Float]

  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }
}

/// A word that could have been drawn at a step.
public struct WordAlternative: Sendable, Equatable {
  public let word: String
  public let token: Int
  /// Under the distribution actually drawn from.
  public let probability: Float

  public init(word: String, token: Int, probability: Float) {
    self.word = word
    self.token = token
    self.probability = probability
  }
}

/// One generated word with what led to it.
public struct CaptionWord: Sendable, Equatable {
  public let word: String
  /// Index in the vocabulary.
  public let token: Int
  /// Under the distribution actually drawn from (top-k and temperature applied).
  public let probability: Float
  /// Natural logarithm, under the full softmax at temperature 1.
  public let logProbability: Float
  public let attention: AttentionMap
  /// The likeliest words of this step, best first, at most ten, the drawn word among them when it is one of these.
  public let alternatives: [WordAlternative]

  public init(
    word: String, token: Int, probability: Float, logProbability: Float, attention: AttentionMap,
    alternatives: [WordAlternative]
  ) {
    self.word = word
    self.token = token
    self.probability = probability
    self.logProbability = logProbability
    self.attention = attention
    self.alternatives = alternatives
  }
}

/// A generated sentence and everything needed to draw it again.
public struct Caption: Sendable, Equatable {
  /// The words, joined by spaces.
  public var text: String { words.map(\.word).joined(separator: " ") }
  public let words: [CaptionWord]
  /// Sum over the words and, when `finished`, `<end>`; under the full softmax at temperature 1.
  public let logProbability: Float
  /// Whether the network ended the sentence itself, within `maxWords`.
  public let finished: Bool
  /// The settings it was drawn with; `seed` is this caption's own and `samples` is 1.
  public let settings: DecodingSettings

  public init(words: [CaptionWord], logProbability: Float, finished: Bool, settings: DecodingSettings) {
    self.words = words
    self.logProbability = logProbability
    self.finished = finished
    self.settings = settings
  }
}
