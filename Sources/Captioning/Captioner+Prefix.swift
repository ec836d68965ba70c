import Files

extension Captioner {
  /// A text for captions to begin with.
  /// - Parameters:
  ///   - prefix: words the network knows.
  ///   - maxWords: that a caption may have.
  /// - Throws: `CaptioningError.badOption` where there are no words in it, too many, or some the network does not know.
  public func prefix(
    _ prefix: String, maxWords: Int = DecodingSettings.longestCaption
  ) throws(CaptioningError) -> CaptionPrefix {
    let tokens = Array(text.tokens(prefix).dropFirst(text.startTokens.count).dropLast())
    let words = prefix.split(whereSeparator: \.isWhitespace).map(String.init)
    guard !tokens.isEmpty else { throw .badOption("prefix: no words the network could read") }
    if let unknown = words.first(where: { text.tokens($0).contains(where: text.isUnknown) }) {
      throw .badOption("prefix: \(PrintableText.line(unknown)), expected words the network knows")
    }
    let read = text.wordRanges(tokens).map { text.word(tokens[$0]) }.joined(separator: " ")
    let result = CaptionPrefix(text: PrintableText.line(read), tokens: tokens)
    try check(result, maxWords: maxWords)
    return result
  }

  /// - Throws: `CaptioningError.badOption` where captions of so many words cannot begin with a prefix.
  func check(_ prefix: CaptionPrefix, maxWords: Int) throws(CaptioningError) {
    let words = text.wordRanges(prefix.tokens.filter { $0 != text.endToken }).count
    guard words <= maxWords, prefix.tokens.count <= maxWords * text.tokensPerWord + 1 else {
      throw .badOption("prefix: \(words) words, expected at most \(maxWords)")
    }
    let inner = prefix.tokens.last == text.endToken ? prefix.tokens.dropLast() : prefix.tokens[...]
    let isGood = inner.allSatisfy {
      (0..<text.count).contains($0) && $0 != text.endToken && !text.neverEmitted.contains($0) && !text.isUnknown($0)
    }
    guard isGood, !prefix.tokens.isEmpty else {
      throw .badOption("prefix: \(PrintableText.line(prefix.text)), expected words the network knows")
    }
  }
}
