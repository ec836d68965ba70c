/// How a network's tokens become words, and text becomes tokens. A word has one token or several.
public protocol TextCoding: Sendable {
  /// V: how many tokens there are.
  var count: Int { get }
  /// What a sentence starts from: at least one token. They are no part of a caption.
  var startTokens: [Int] { get }
  /// The same with a prompt of the user's at their end; nil where the network was not made for prompts.
  func startTokens(prompt: String) -> [Int]?
  /// The token after a sentence's last.
  var endToken: Int { get }
  /// Tokens that captions never hold.
  var neverEmitted: [Int] { get }
  /// The most tokens a word is given room for; 1 where every token is a word.
  var tokensPerWord: Int { get }

  /// A token as readers should see it alone.
  func piece(_ token: Int) -> String
  /// The word that some tokens are, of which the first begins a word and the others continue it.
  func word(_ tokens: ArraySlice<Int>) -> String
  /// Whether a token goes on with the word before it.
  func continuesWord(_ token: Int) -> Bool
  /// Whether a token stands for words the network does not know.
  func isUnknown(_ token: Int) -> Bool
  /// The tokens of a raw caption, those it starts from and the end around it.
  func tokens(_ caption: String) -> [Int]
}

extension TextCoding {
  /// Where the words of some tokens begin and end. A first token that continues nothing begins a word all the same.
  package func wordRanges(_ tokens: [Int]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for (index, token) in tokens.enumerated() {
      if index > 0 && continuesWord(token) {
        ranges[ranges.count - 1] = ranges.last!.lowerBound..<index + 1
      } else {
        ranges.append(index..<index + 1)
      }
    }
    return ranges
  }
}

extension Vocabulary: TextCoding {
  public var startTokens: [Int] { [startToken] }
  public func startTokens(prompt: String) -> [Int]? { nil }
  public var tokensPerWord: Int { 1 }
  public func piece(_ token: Int) -> String { words[token] }
  public func word(_ tokens: ArraySlice<Int>) -> String { tokens.map { words[$0] }.joined(separator: " ") }
  public func continuesWord(_ token: Int) -> Bool { false }
  public func isUnknown(_ token: Int) -> Bool { token == Vocabulary.unknown }
}
