/// Splits a text by the rules of `CaptionGrammar`.
struct CaptionLexer {
  private let rules = CaptionGrammar.rules
  private var automaton: SymbolAutomaton
  /// Of each rule that asks for what follows, what the word and what follows look like.
  private var sides: [Int: (word: SymbolAutomaton, following: SymbolAutomaton)] = [:]

  init() {
    var whole: [SymbolPattern] = []
    for (number, rule) in rules.enumerated() {
      let pattern = SymbolPattern(rule.pattern, anyCase: rule.anyCase, names: CaptionGrammar.names)
      guard let text = rule.following else {
        whole.append(pattern)
        continue
      }
      let following = SymbolPattern(text, anyCase: rule.anyCase, names: CaptionGrammar.names)
      whole.append(.sequence([pattern, following]))
      sides[number] = (SymbolAutomaton([pattern]), SymbolAutomaton([following]))
    }
    automaton = SymbolAutomaton(whole)
  }

  /// The words of each line, in lower case and without punctuation.
  mutating func lines(of text: [Unicode.Scalar]) -> [[String]] {
    let symbols = text.map(CaptionSymbol.symbol) + [CaptionSymbol.end.rawValue]
    var lines: [[String]] = [[]]
    var position = 0
    while position < text.count {
      guard let match = automaton.longestMatch(in: symbols, from: position) else {
        // A character no rule knows: U+0000.
        position += 1
        continue
      }
      if text[position] == "\n" { lines.append([]) }
      let end = wordEnd(match, in: symbols, from: position)
      lines[lines.count - 1] += Self.write(text[position..<end], rules[match.pattern].writing)
      position = end
    }
    return lines
  }

  /// Where the word of a match ends: as far back as leaves what has to follow it.
  private mutating func wordEnd(
    _ match: (pattern: Int, end: Int), in symbols: [UInt8], from start: Int
  ) -> Int {
    guard var (word, following) = sides[match.pattern] else { return match.end }
    defer { sides[match.pattern] = (word, following) }
    let ends = word.ends(in: symbols, from: start, limit: match.end)
    return ends.last { following.ends(in: symbols, from: $0, limit: match.end).last == match.end }!
  }

  // MARK: - Writing

  /// What the scorers leave out, as bytes: to strings, the Greek question mark is a semicolon.
  private static let removed = Set(
    ["", "''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";"].map { Array($0.utf8) })

  private static func write(_ text: ArraySlice<Unicode.Scalar>, _ writing: CaptionRule.Writing) -> [String] {
    let words: [String]
    switch writing {
    case .dropped: return []
    case .verbatim: words = [string(text)]
    case .word: words = [string(text.filter { $0 != softHyphen })]
    case .ascii: words = [ascii(text)]
    case .text(let word): words = [word]
    case .cut(let length): words = [string(text.prefix(length)), string(text.dropFirst(length))]
    }
    return words.map(lowercased).filter { !removed.contains(Array($0.utf8)) }
  }

  private static let softHyphen: Unicode.Scalar = "\u{ad}"

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static func ascii(_ text: ArraySlice<Unicode.Scalar>) -> String {
    let word = text.map { asciiForms[$0] ?? String($0) }.joined()
    if !word.contains("&") { return word }
    return word.replacing("&amp;", with: "&").replacing("&AMP;", with: "&").replacing("&apos;", with: "'")
  }

  /// Typographic characters, money and brackets as the Penn Treebank writes them; a space within a word does not part
  /// it.
  private static let asciiForms: [Unicode.Scalar: String] = [
    "\u{91}": "`", "\u{2018}": "`", "\u{201b}": "`", "\u{2039}": "`",
    "\u{92}": "'", "\u{2019}": "'", "\u{203a}": "'",
    "\u{93}": "``", "\u{201c}": "``", "\u{ab}": "``", "\u{94}": "''", "\u{201d}": "''", "\u{bb}": "''",
    "\u{80}": "$", "\u{a4}": "$", "\u{20a0}": "$", "\u{20ac}": "$", "\u{a2}": "cents", "\u{a3}": "#",
    "\u{bc}": "1/4", "\u{bd}": "1/2", "\u{be}": "3/4", "\u{2153}": "1/3", "\u{2154}": "2/3",
    "(": "-lrb-", ")": "-rrb-", "[": "-lsb-", "]": "-rsb-", "{": "-lcb-", "}": "-rcb-",
    " ": "\u{a0}", softHyphen: "",
  ]

  /// A word in lower case as Java writes it: a sigma after a letter has a form of its own, unless a letter comes after
  /// it, one mark between them or none.
  private static func lowercased(_ word: String) -> String {
    if !word.unicodeScalars.contains(sigma) { return word.lowercased() }
    let scalars = Array(word.unicodeScalars)
    func isLetter(_ index: Int) -> Bool { scalars.indices.contains(index) && scalars[index].properties.isCased }
    return scalars.indices.map { index in
      if scalars[index] != sigma { return scalars[index].properties.lowercaseMapping }
      let next = index + 1 < scalars.count && joiners.contains(scalars[index + 1]) ? index + 2 : index + 1
      return isLetter(index - 1) && !isLetter(next) ? "\u{3c2}" : "\u{3c3}"
    }.joined()
  }

  private static let sigma: Unicode.Scalar = "\u{3a3}"
  private static let joiners: Set<Unicode.Scalar> = [".", "'", "_", "-", "\u{2010}", "\u{2011}"]
}
