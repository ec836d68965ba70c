/// A rule of the tokenizer: what a word looks like, and how it is written.
///
/// Of all rules that match at a place, the one that sees furthest counts, what has to follow included; the earlier
/// one of those that see as far.
struct CaptionRule: Sendable {
  enum Writing: Sendable {
    /// Left out.
    case dropped
    /// As it stands.
    case verbatim
    /// Without soft hyphens.
    case word
    /// Without soft hyphens, typographic characters and brackets as the Penn Treebank writes them.
    case ascii
    /// This text instead.
    case text(String)
    /// Cut in two after this many characters.
    case cut(Int)
  }

  let writing: Writing
  /// What the word looks like (`SymbolPattern`).
  let pattern: String
  /// What has to follow it; nothing has to when nil.
  let following: String?
  let anyCase: Bool

  init(_ writing: Writing, _ pattern: String, before following: String? = nil, anyCase: Bool = false) {
    (self.writing, self.pattern, self.following, self.anyCase) = (writing, pattern, following, anyCase)
  }
}
