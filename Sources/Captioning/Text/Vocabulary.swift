/// The words a network knows, by token.
public struct Vocabulary: Sendable, Equatable {
  /// Fills sentences up to a common length; word `""`.
  public static let padding = 0
  /// Stands for every word that is not in the vocabulary; word `[UNK]`.
  public static let unknown = 1
  static let unknownWord = "[UNK]"
  static let startWord = "<start>"
  static let endWord = "<end>"

  /// How large one may be: the four special words and a word to say, up to more than any language needs.
  package static let sizes = 5...1_000_000

  /// `words[token]`; `""` and `[UNK]` come first.
  public let words: [String]
  /// The token before a sentence's first word.
  public let startToken: Int
  /// The token after its last.
  public let endToken: Int
  private let tokenOfWord: [ExactWord: Int]

  /// - Parameter words: by token: `""`, `[UNK]`, then distinct words, `<start>` and `<end>` among them.
  public init(words: [String]) throws(CaptioningError) {
    guard words.count >= 4, words[0] == "", words[1] == Vocabulary.unknownWord else {
      let start = words.prefix(2).map { "\"\($0)\"" }.joined(separator: ", ")
      throw .vocabulary(reason: "expected \"\" and \"[UNK]\" as its first two words, found \(start)")
    }
    var tokens: [ExactWord: Int] = [:]
    tokens.reserveCapacity(words.count)
    for (token, word) in words.enumerated() {
      if let first = tokens.updateValue(token, forKey: ExactWord(word)) {
        throw .vocabulary(reason: "the word \"\(word)\" is there twice, as \(first) and \(token)")
      }
    }
    guard let start = tokens[ExactWord(Vocabulary.startWord)], let end = tokens[ExactWord(Vocabulary.endWord)] else {
      throw .vocabulary(reason: "<start> or <end> is missing")
    }
    self.words = words
    startToken = start
    endToken = end
    tokenOfWord = tokens
  }

  /// Counts the words of raw captions and keeps the most frequent.
  ///
  /// Order: falling count; equal counts by the words' UTF-8 bytes, highest first, as Keras does.
  /// - Parameters:
  ///   - captions: raw text; each is standardised and put between `<start>` and `<end>` here.
  ///   - maximumSize: the most words to keep, `""` and `[UNK]` included; at least 4.
  ///   - minimumCount: words seen fewer times are left out; 1 keeps all.
  public static func build(
    captions: some Sequence<String>, maximumSize: Int, minimumCount: Int = 1
  ) -> Vocabulary {
    precondition(maximumSize >= 4, "a vocabulary needs room for its four special words")
    var counts: [ExactWord: Int] = [:]
    for caption in captions {
      for word in CaptionStandardization.sentence(caption) { counts[ExactWord(word), default: 0] += 1 }
    }
    let special = [startWord, endWord].map { word in
      (word: word, count: counts.removeValue(forKey: ExactWord(word)) ?? 0)
    }
    let frequent = counts.filter { $0.value >= minimumCount }.map { (word: $0.key.word, count: $0.value) }
    let kept = frequent.sorted(by: precedes).prefix(maximumSize - 4)
    let ordered = (kept + special).sorted(by: precedes)
    // Distinct keys of a dictionary and the four special words: this cannot fail.
    return try! Vocabulary(words: ["", unknownWord] + ordered.map(\.word))
  }

  private static func precedes(_ one: (word: String, count: Int), _ other: (word: String, count: Int)) -> Bool {
    if one.count != other.count { return one.count > other.count }
    return other.word.utf8.lexicographicallyPrecedes(one.word.utf8)
  }

  /// How many tokens there are.
  public var count: Int { words.count }

  /// A word's token, `unknown` when there is none.
  public subscript(word: String) -> Int { tokenOfWord[ExactWord(word)] ?? Vocabulary.unknown }

  /// Tokens that are never emitted: padding, `[UNK]` and `<start>`.
  public var neverEmitted: [Int] { [Vocabulary.padding, Vocabulary.unknown, startToken] }

  /// The tokens of a raw caption, `<start>` and `<end>` around it, not padded.
  public func tokens(_ caption: String) -> [Int] {
    CaptionStandardization.sentence(caption).map { self[$0] }
  }

  /// The words of `tokens` joined by spaces, up to `<end>`; `<start>` and padding are left out.
  public func text(_ tokens: some Sequence<Int>) -> String {
    tokens.prefix { $0 != endToken }.filter { $0 != startToken && $0 != Vocabulary.padding }
      .map { words[$0] }.joined(separator: " ")
  }

  public static func == (one: Vocabulary, other: Vocabulary) -> Bool {
    one.words.elementsEqual(other.words) { $0.utf8.elementsEqual($1.utf8) }
  }
}

/// A word compared byte by byte. Swift's own strings take "é" and "e" with a combining accent for equal; a vocabulary
/// made elsewhere may hold both.
private struct ExactWord: Hashable, Sendable {
  let word: String

  init(_ word: String) { self.word = word }

  static func == (one: ExactWord, other: ExactWord) -> Bool { one.word.utf8.elementsEqual(other.word.utf8) }

  func hash(into hasher: inout Hasher) {
    var word = word
    word.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
