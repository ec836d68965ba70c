import Foundation

/// BERT's text coding (Devlin et al. 2019): text is cleaned, put into lower case without accents and cut at spaces and
/// punctuation; words the vocabulary does not hold are cut into the longest pieces that it does, those after the first
/// marked by `##`.
struct WordPiece: TextCoding {
  /// By token.
  let pieces: [String]
  let startTokens: [Int]
  let endToken: Int
  let tokensPerWord: Int
  /// By UTF-8: two spellings that Unicode calls equal are two pieces.
  private let tokenOf: [[UInt8]: Int]
  private let unknown: Int
  private let lowercases: Bool

  /// - Parameters:
  ///   - pieces: by token; where two are equal the first counts.
  ///   - lowercases: also whether accents are taken off, as BERT does where nothing else is said.
  /// - Throws: `CaptioningError.vocabulary` where `[UNK]` is missing.
  init(pieces: [String], start: Int, end: Int, lowercases: Bool, tokensPerWord: Int) throws(CaptioningError) {
    self.pieces = pieces
    (startTokens, endToken, self.lowercases, self.tokensPerWord) = ([start], end, lowercases, tokensPerWord)
    tokenOf = Dictionary(pieces.enumerated().map { (Array($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    guard let unknown = tokenOf[Array("[UNK]".utf8)] else {
      throw .vocabulary(reason: "expected a piece [UNK], found none")
    }
    self.unknown = unknown
  }

  var count: Int { pieces.count }
  var neverEmitted: [Int] { [] }
  func startTokens(prompt: String) -> [Int]? { startTokens + encode(prompt) }
  func tokens(_ caption: String) -> [Int] { startTokens + encode(caption) + [endToken] }
  func piece(_ token: Int) -> String { pieces[token] }
  func isUnknown(_ token: Int) -> Bool { token == unknown }

  /// Pieces after a word's first, and the marks that the Hugging Face decoder joins to the word before.
  func continuesWord(_ token: Int) -> Bool {
    pieces[token].hasPrefix("##") || [".", "?", "!", ","].contains(pieces[token])
  }

  func word(_ tokens: ArraySlice<Int>) -> String {
    tokens.enumerated().map { index, token in
      let piece = pieces[token]
      return index > 0 && piece.hasPrefix("##") ? String(piece.dropFirst(2)) : piece
    }.joined()
  }

  // MARK: From text

  /// A word longer than this is unknown.
  private static let longestWord = 100

  func encode(_ text: String) -> [Int] { words(normalized(text)).flatMap(pieces(of:)) }

  /// Without control characters, Chinese characters as words of their own.
  private func normalized(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.value == 0 || scalar.value == 0xFFFD || Self.isControl(scalar) { continue }
      if Self.isSpace(scalar) {
        result.append(" ")
      } else if Self.isChinese(scalar.value) {
        result.append(contentsOf: [" ", scalar, " "])
      } else {
        result.append(scalar)
      }
    }
    guard lowercases else { return String(result) }
    var plain = String.UnicodeScalarView()
    for scalar in String(result).decomposedStringWithCanonicalMapping.unicodeScalars
    where scalar.properties.generalCategory != .nonspacingMark {
      // Letter by letter, so that the end of a word makes no difference to a sigma.
      plain.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
    return String(plain)
  }

  /// Cut at spaces; every mark a word of its own.
  private func words(_ text: String) -> [[Unicode.Scalar]] {
    var words: [[Unicode.Scalar]] = []
    var word: [Unicode.Scalar] = []
    func close() {
      if !word.isEmpty { words.append(word) }
      word = []
    }
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        close()
      } else if Self.isPunctuation(scalar) {
        close()
        words.append([scalar])
      } else {
        word.append(scalar)
      }
    }
    close()
    return words
  }

  /// The longest piece first, then on from its end.
  private func pieces(of word: [Unicode.Scalar]) -> [Int] {
    guard word.count <= Self.longestWord else { return [unknown] }
    var tokens: [Int] = []
    var start = 0
    while start < word.count {
      var end = word.count
      var found: Int?
      while found == nil && end > start {
        var piece = String.UnicodeScalarView(word[start..<end])
        if start > 0 { piece.insert(contentsOf: "##".unicodeScalars, at: piece.startIndex) }
        found = tokenOf[Array(String(piece).utf8)]
        if found == nil { end -= 1 }
      }
      guard let found else { return [unknown] }
      tokens.append(found)
      start = end
    }
    return tokens
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar.properties.isWhitespace
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\t" || scalar == "\n" || scalar == "\r" { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .surrogate: return true
    default: return false
    }
  }

  /// BERT counts all of ASCII that is no letter, digit or space.
  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 33...47, 58...64, 91...96, 123...126: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// The blocks that BERT names, which are those of Chinese characters and not of Japanese syllables or Korean.
  private static func isChinese(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }
}
