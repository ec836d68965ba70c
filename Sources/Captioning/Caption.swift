/// A token that could have been drawn at a step.
public struct WordAlternative: Sendable, Equatable {
  /// As readers should see it alone.
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

/// One generated token. A word has one, or several where the network's vocabulary has parts of words.
public struct CaptionToken: Sendable, Equatable {
  /// As readers should see it alone.
  public let text: String
  /// Index in the vocabulary.
  public let token: Int
  /// Under the distribution actually drawn from (top-k and temperature applied).
  public let probability: Float
  /// Natural logarithm, under the full softmax at temperature 1.
  public let logProbability: Float

  public init(text: String, token: Int, probability: Float, logProbability: Float) {
    (self.text, self.token, self.probability, self.logProbability) = (text, token, probability, logProbability)
  }
}

/// One generated word with what led to it.
public struct CaptionWord: Sendable, Equatable {
  public let word: String
  /// At least one.
  public let tokens: [CaptionToken]
  /// The mean of its tokens' maps.
  public let attention: AttentionMap
  /// The likeliest tokens where the word begins, best first, at most ten, the drawn one among them when it is one of
  /// these.
  public let alternatives: [WordAlternative]

  /// Index of its first token in the vocabulary.
  public var token: Int { tokens[0].token }
  /// The product of its tokens'.
  public var probability: Float { tokens.dropFirst().reduce(tokens[0].probability) { $0 * $1.probability } }
  /// The sum of its tokens'.
  public var logProbability: Float { tokens.dropFirst().reduce(tokens[0].logProbability) { $0 + $1.logProbability } }

  public init(word: String, tokens: [CaptionToken], attention: AttentionMap, alternatives: [WordAlternative]) {
    precondition(!tokens.isEmpty, "a word without tokens")
    (self.word, self.tokens, self.attention, self.alternatives) = (word, tokens, attention, alternatives)
  }

  /// A word of one token.
  public init(
    word: String, token: Int, probability: Float, logProbability: Float, attention: AttentionMap,
    alternatives: [WordAlternative]
  ) {
    self.init(
      word: word,
      tokens: [CaptionToken(text: word, token: token, probability: probability, logProbability: logProbability)],
      attention: attention, alternatives: alternatives)
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
  /// The settings it was drawn with; `seed` is this caption's own and `samples` is 1. They mean nothing where it is
  /// recited.
  public let settings: DecodingSettings
  /// Whether nobody drew it: the network was given the text and tells its words' probabilities, under the full softmax,
  /// and maps.
  public let isRecited: Bool
  /// Which maps its words have.
  public let maps: CaptionMaps
  /// Where sentences begin among the words; a text that is recited may have several.
  let sentenceStarts: [Int]

  public init(
    words: [CaptionWord], logProbability: Float, finished: Bool, settings: DecodingSettings, isRecited: Bool = false,
    maps: CaptionMaps = CaptionMaps(), sentenceStarts: [Int] = [0]
  ) {
    (self.maps, self.sentenceStarts) = (maps, sentenceStarts)
    self.words = words
    self.logProbability = logProbability
    self.finished = finished
    self.settings = settings
    self.isRecited = isRecited
  }

  /// The same with other maps.
  /// - Parameter attention: of each word; nil keeps what there is.
  func telling(_ maps: CaptionMaps, _ attention: [AttentionMap]? = nil) -> Caption {
    let told = attention.map { attention in
      zip(words, attention).map { word, map in
        CaptionWord(word: word.word, tokens: word.tokens, attention: map, alternatives: word.alternatives)
      }
    }
    return Caption(
      words: told ?? words, logProbability: logProbability, finished: finished, settings: settings,
      isRecited: isRecited, maps: maps, sentenceStarts: sentenceStarts)
  }
}
