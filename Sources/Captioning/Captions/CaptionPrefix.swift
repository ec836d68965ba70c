/// Words that a caption begins with because somebody wants it so; the network goes on from them.
public struct CaptionPrefix: Sendable, Hashable {
  /// As readers should see it.
  public let text: String
  /// At least one. The end may be the last, which leaves nothing to go on with.
  public let tokens: [Int]

  package init(text: String, tokens: [Int]) { (self.text, self.tokens) = (text, tokens) }

  /// A caption's words before one of them, and an alternative in its place.
  /// - Parameters:
  ///   - caption: whose words begin it.
  ///   - word: the place of the word that is replaced.
  ///   - alternative: what stands there instead.
  public init(_ caption: Caption, before word: Int, then alternative: WordAlternative) {
    let start = caption.sentenceStarts.last { $0 <= word } ?? 0
    let before = caption.words[start..<word]
    self.init(
      text: (before.map(\.word) + [alternative.word]).joined(separator: " "),
      tokens: before.flatMap { $0.tokens.map(\.token) } + [alternative.token])
  }
}
