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
  /// Its place among the tokens that captions may hold, the likeliest being 1; nil where nobody counted.
  public let rank: Int?
  /// Whether it stands for something the network does not know.
  public let isUnknown: Bool
  /// Whether the network was given it instead of drawing it; its probability is then of all tokens.
  public let isGiven: Bool

  public init(
    text: String, token: Int, probability: Float, logProbability: Float, rank: Int? = nil, isUnknown: Bool = false,
    isGiven: Bool = false
  ) {
    (self.text, self.token, self.probability, self.logProbability) = (text, token, probability, logProbability)
    (self.rank, self.isUnknown, self.isGiven) = (rank, isUnknown, isGiven)
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
  /// That of its first token, in whose place the alternatives are.
  public var rank: Int? { tokens[0].rank }
  /// Whether the network does not know it, or a part of it.
  public var isUnknown: Bool { tokens.contains(where: \.isUnknown) }
  /// Whether the network was given how it begins.
  public var isGiven: Bool { tokens[0].isGiven }
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
  public private(set) var words: [CaptionWord]
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
  public private(set) var maps: CaptionMaps
  /// What the network could not look at; nil where it saw the whole photo.
  public private(set) var hidden: HiddenRegions?
  /// Where sentences begin among the words; a text that is recited may have several.
  let sentenceStarts: [Int]

  public init(
    words: [CaptionWord], logProbability: Float, finished: Bool, settings: DecodingSettings, isRecited: Bool = false,
    maps: CaptionMaps = CaptionMaps(), hidden: HiddenRegions? = nil, sentenceStarts: [Int] = [0]
  ) {
    (self.maps, self.hidden, self.sentenceStarts) = (maps, hidden, sentenceStarts)
    self.words = words
    self.logProbability = logProbability
    self.finished = finished
    self.settings = settings
    self.isRecited = isRecited
  }

  /// The same with other maps.
  /// - Parameter attention: of each word; nil keeps what there is.
  func telling(_ maps: CaptionMaps, _ attention: [AttentionMap]? = nil) -> Caption {
    var told = self
    told.maps = maps
    if let attention {
      told.words = zip(words, attention).map { word, map in
        CaptionWord(word: word.word, tokens: word.tokens, attention: map, alternatives: word.alternatives)
      }
    }
    return told
  }

  /// The same, of a photo with regions hidden.
  func telling(_ hidden: HiddenRegions?) -> Caption {
    var told = self
    told.hidden = hidden
    return told
  }
}
