/// Splits captions for the metrics the way the COCO scorers do: Stanford's Penn Treebank tokenizer (CoreNLP 3.4.1,
/// `-preserveLines -lowerCase`), then lone punctuation removed.
///
/// The rules that captions exercise are followed, odd ones included: "isn't" is "is" and "n't", "(" is "-lrb-" and
/// stays, "!!" stays where "!" goes. Telephone numbers in brackets and the like are not.
public enum CaptionTokenizer {
  /// The words of one caption.
  public static func words(_ caption: String) -> [String] {
    let text = caption.lowercased().unicodeScalars.flatMap { replacements[$0].map(Array.init) ?? [$0] }
    var lexer = Lexer(text: text)
    return lexer.run().filter { !removed.contains($0) }
  }

  /// The words of each of several captions.
  public static func words(of captions: [String]) -> [[String]] { captions.map { words($0) } }

  /// Whether the scorers take a caption for more than one line, and so give all later captions to the wrong photos.
  /// `words` takes the break for a space.
  public static func breaksLines(_ caption: String) -> Bool {
    caption.unicodeScalars.contains { ["\r", "\u{b}", "\u{c}", "\u{2028}", "\u{2029}"].contains($0) }
  }

  /// What the scorers leave out.
  private static let removed: Set = [
    "''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";", "\"",
  ]

  /// Typographic characters in ASCII, as the tokenizer writes them.
  private static let replacements: [Unicode.Scalar: String.UnicodeScalarView] = [
    "\u{2018}": "'", "\u{2019}": "'", "\u{201c}": "\"", "\u{201d}": "\"", "\u{2013}": " -- ", "\u{2014}": " -- ",
    "\u{2026}": " ... ", "\u{bd}": "1/2", "\u{bc}": "1/4", "\u{be}": "3/4", "\u{20ac}": "$", "\u{a3}": "#",
  ].mapValues(\.unicodeScalars)

  fileprivate static let brackets: [Unicode.Scalar: String] = [
    "(": "-lrb-", ")": "-rrb-", "[": "-lsb-", "]": "-rsb-", "{": "-lcb-", "}": "-rcb-",
  ]

  /// Words that keep their full stop.
  fileprivate static let abbreviations: Set = [
    "mr", "mrs", "ms", "dr", "st", "jr", "sr", "vs", "etc", "inc", "ltd", "co", "corp", "prof", "rev", "gen", "sen",
    "rep", "gov", "capt", "col", "lt", "sgt", "mt", "ave", "blvd", "ft",
  ]

  /// Words written as one and split in two, with the length of the first part.
  fileprivate static let joined = ["cannot": 3, "gonna": 3, "gotta": 3, "wanna": 3, "gimme": 3, "lemme": 3]
}

/// One caption being split. Works on lower-case scalars.
private struct Lexer {
  let text: [Unicode.Scalar]
  private var position = 0
  private var tokens: [String] = []

  init(text: [Unicode.Scalar]) { self.text = text }

  mutating func run() -> [String] {
    while position < text.count {
      let scalar = text[position]
      if scalar.properties.isWhitespace {
        position += 1
      } else if isWordPart(scalar) || (scalar == "." && at(1).map(isDigit) == true) {
        word()
      } else {
        punctuation(scalar)
      }
    }
    return tokens
  }

  // MARK: - Words

  private mutating func word() {
    let start = position
    while position < text.count, isWordPart(text[position]) || joins(text[position], since: start) { position += 1 }
    let word = string(start..<position)
    if position < text.count, text[position] == ".", keepsStop(start) {
      position += 1
      tokens.append(word + ".")
    } else if position < text.count, text[position] == "'" {
      apostrophe(after: word)
    } else if let length = CaptionTokenizer.joined[word] {
      tokens += [String(word.prefix(length)), String(word.dropFirst(length))]
    } else {
      tokens.append(word)
    }
  }

  /// Whether a mark inside a word, with the like on both sides, belongs to it.
  private func joins(_ mark: Unicode.Scalar, since start: Int) -> Bool {
    guard let next = at(1) else { return false }
    switch mark {
    case "-", "/": return isWordPart(next)
    case "&": return position > start && isLetter(text[position - 1]) && isLetter(next)
    case ".": return position == start ? isDigit(next) : joinsStop(next)
    case ",", ":": return position > start && isDigit(text[position - 1]) && isDigit(next)
    case "?", "!", "@": return position > start && isWordPart(text[position - 1]) && isLetter(next)
    default: return false
    }
  }

  /// "no.5" and "a.b." are parted and kept, "3.5" and "site.com" kept.
  private func joinsStop(_ next: Unicode.Scalar) -> Bool {
    let previous = text[position - 1]
    return isDigit(previous) && isDigit(next) || isLetter(previous) && isLetter(next)
  }

  /// Whether the word since `start` keeps the full stop it is followed by.
  private func keepsStop(_ start: Int) -> Bool {
    let word = text[start..<position]
    // Initials: single letters with stops between them.
    if word.split(separator: ".").allSatisfy({ $0.count == 1 && isLetter($0.first!) }) { return true }
    let name = string(start..<position)
    if name == "no" { return text[(position + 1)...].first { !$0.properties.isWhitespace }.map(isDigit) == true }
    return CaptionTokenizer.abbreviations.contains(name)
  }

  /// Splits what an apostrophe joins to `word`: "it's", "isn't", "y'all", "o'clock".
  private mutating func apostrophe(after word: String) {
    let start = position + 1
    var end = start
    while end < text.count, isWordPart(text[end]) { end += 1 }
    let rest = string(start..<end)
    if rest == "t", word.hasSuffix("n") {
      if word.count > 1 { tokens.append(String(word.dropLast())) }
      tokens.append("n't")
    } else if ["s", "m", "d", "re", "ve", "ll"].contains(rest) {
      tokens += [word, "'" + rest]
    } else if word == "y", !rest.isEmpty {
      tokens += ["y'", rest]
    } else if rest == "clock" || word + rest == "maam"
      || word.count == 1 && word != "i" && rest.count > 1 && isLetter(text[start])
    {
      tokens.append("\(word)'\(rest)")
    } else {
      tokens.append(word)
      end = start
    }
    position = end
  }

  // MARK: - Marks

  private mutating func punctuation(_ mark: Unicode.Scalar) {
    if let bracket = CaptionTokenizer.brackets[mark] {
      position += 1
      tokens.append(bracket)
    } else if mark == "<", let end = tagEnd() {
      tokens.append(string(position..<end))
      position = end
    } else if mark == "'", let end = leadingApostropheEnd() {
      tokens.append(string(position..<end))
      position = end
    } else if "?!".unicodeScalars.contains(mark) {
      run { "?!".unicodeScalars.contains($0) }
    } else if mark == "." {
      stops()
    } else if "-'`".unicodeScalars.contains(mark) {
      // However many there are, nothing of them is counted.
      while position < text.count, text[position] == mark { position += 1 }
    } else {
      position += 1
      tokens.append(String(mark))
    }
  }

  private mutating func run(_ belongs: (Unicode.Scalar) -> Bool) {
    let start = position
    while position < text.count, belongs(text[position]) { position += 1 }
    tokens.append(string(start..<position))
  }

  /// Stops, alone or in a row, are never counted.
  private mutating func stops() {
    while position < text.count, text[position] == "." { position += 1 }
  }

  /// The end of "<start>" and the like, which are one word.
  private func tagEnd() -> Int? {
    guard let first = at(1), isLetter(first) || first == "/" else { return nil }
    return text[position...].firstIndex(of: ">").map { $0 + 1 }
  }

  /// The end of a word that begins with an apostrophe and keeps it: "'s", "'n'", "'90s".
  private func leadingApostropheEnd() -> Int? {
    var end = position + 1
    while end < text.count, isWordPart(text[end]) { end += 1 }
    let word = string(position + 1..<end)
    if word == "n", end < text.count, text[end] == "'" { return end + 1 }
    if ["s", "m", "d", "re", "ve", "ll", "n", "em"].contains(word) { return end }
    let digits = word.unicodeScalars.prefix(while: isDigit).count
    return digits == 2 && ["", "s"].contains(word.dropFirst(2)) ? end : nil
  }

  // MARK: - Characters

  private func at(_ distance: Int) -> Unicode.Scalar? {
    position + distance < text.count ? text[position + distance] : nil
  }

  private func string(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text[range])
    return String(view)
  }

  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

  private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar >= "a" && scalar <= "z" || scalar.value > 0x7f && scalar.properties.isAlphabetic
  }

  private func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    isLetter(scalar) || isDigit(scalar) || scalar == "_" || scalar.properties.generalCategory == .nonspacingMark
  }
}

extension String {
  /// Parted wherever Python's `str.split()` parts it.
  var partedAtSpace: [String] {
    unicodeScalars.split { $0.properties.isWhitespace || ("\u{1c}"..."\u{1f}").contains($0) }
      .map { String(String.UnicodeScalarView($0)) }
  }
}
