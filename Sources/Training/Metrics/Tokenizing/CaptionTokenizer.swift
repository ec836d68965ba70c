import Synchronization

/// Splits captions for the metrics the way pycocoevalcap does: Stanford's Penn Treebank tokenizer (CoreNLP 3.4.1,
/// `-preserveLines -lowerCase`), then lone punctuation removed.
///
/// Odd habits included: "isn't" is "is" and "n't", "(" is "-lrb-" and stays, "!!" stays where "!" goes, and whether
/// "no." keeps its stop at the end of a caption depends on how the next caption begins.
public enum CaptionTokenizer {
  /// The words of one caption. A word may hold no-break spaces ("1 1/2", "<a b>").
  public static func words(_ caption: String) -> [String] { words(of: [caption])[0] }

  /// The words of each of several captions, which stand in one file, one a line, as the scorers see them.
  public static func words(of captions: [String]) -> [[String]] {
    if captions.isEmpty { return [] }
    var text: [Unicode.Scalar] = []
    for (index, caption) in captions.enumerated() {
      if index > 0 { text.append("\n") }
      text += caption.unicodeScalars.lazy.map { $0 == "\n" || breaks.contains($0) ? " " : $0 }
    }
    return lexer.withLock { $0.lines(of: text) }
  }

  /// Whether the scorers take a caption for more than one line, and so give all later captions to the wrong photos.
  /// `words` takes the break for a space.
  public static func breaksLines(_ caption: String) -> Bool { caption.unicodeScalars.contains(where: breaks.contains) }

  private static let breaks: Set<Unicode.Scalar> = ["\r", "\u{b}", "\u{c}", "\u{2028}", "\u{2029}"]

  private static let lexer = Mutex(CaptionLexer())
}

extension String {
  /// Parted wherever Python's `str.split()` parts it.
  var partedAtSpace: [String] {
    unicodeScalars.split { $0.properties.isWhitespace || ("\u{1c}"..."\u{1f}").contains($0) }
      .map { String(String.UnicodeScalarView($0)) }
  }
}
