/// GPT-2's text coding (Radford et al. 2019): bytes of UTF-8, of which pairs are merged in the order they were found to
/// be frequent. A piece that begins a word begins with its space.
struct BytePairCoding: TextCoding {
  /// By token, each byte written as the letter that GPT-2 has for it.
  let pieces: [String]
  let startTokens: [Int]
  let endToken: Int
  let tokensPerWord: Int
  private let bytes: [[UInt8]]
  private let tokenOf: [String: Int]
  /// Of two pieces joined by a space.
  private let ranks: [String: Int]

  /// - Parameters:
  ///   - pieces: by token.
  ///   - merges: pairs, most frequent first, each two pieces with a space between.
  ///   - start: what sentences begin from.
  init(pieces: [String], merges: [String], start: Int, end: Int, tokensPerWord: Int) {
    self.pieces = pieces
    (startTokens, endToken, self.tokensPerWord) = ([start], end, tokensPerWord)
    tokenOf = Dictionary(pieces.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    ranks = Dictionary(merges.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    bytes = pieces.map { piece in
      let all = piece.unicodeScalars.map { Self.byteOf[$0] }
      // Special tokens are written as they are.
      return all.contains(nil) ? Array(piece.utf8) : all.map { $0! }
    }
  }

  var count: Int { pieces.count }
  var neverEmitted: [Int] { [] }
  func startTokens(prompt: String) -> [Int]? { startTokens + encode(prompt) }
  func tokens(_ caption: String) -> [Int] { startTokens + encode(caption) + [endToken] }
  func isUnknown(_ token: Int) -> Bool { false }

  /// Bytes that are no character alone stand as U+FFFD.
  func piece(_ token: Int) -> String { word([token]) }

  func word(_ tokens: ArraySlice<Int>) -> String {
    var all = tokens.flatMap { bytes[$0] }[...]
    if all.first == UInt8(ascii: " ") { all = all.dropFirst() }
    return String(decoding: all, as: UTF8.self)
  }

  /// What does not begin with a space goes on with the word before.
  func continuesWord(_ token: Int) -> Bool {
    token != endToken && !startTokens.contains(token) && bytes[token].first.map { !Self.isSpace($0) } ?? true
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  // MARK: From text

  func encode(_ text: String) -> [Int] {
    Self.parts(Array(text.unicodeScalars)).flatMap { part -> [Int] in
      var letters: [String] = []
      for scalar in part { letters += UTF8.encode(scalar)!.map { Self.letters[Int($0)] } }
      return merged(letters).compactMap { tokenOf[$0] }
    }
  }

  /// The most frequent pair is merged first, everywhere in the part, until none is left.
  private func merged(_ letters: [String]) -> [String] {
    var pieces = letters
    while pieces.count > 1 {
      let pairs = zip(pieces, pieces.dropFirst()).map { ranks["\($0) \($1)"] ?? Int.max }
      guard let best = pairs.min(), best < Int.max else { break }
      var next: [String] = []
      var index = 0
      while index < pieces.count {
        if index < pairs.count && pairs[index] == best {
          next.append(pieces[index] + pieces[index + 1])
          index += 2
        } else {
          next.append(pieces[index])
          index += 1
        }
      }
      pieces = next
    }
    return pieces
  }

  /// GPT-2's pattern: endings of English contractions; letters, digits or other marks, each with the space before them;
  /// spaces, of which the last goes with what follows.
  static func parts(_ text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    enum Kind { case letter, number, space, other }
    func kind(_ scalar: Unicode.Scalar) -> Kind {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
      case .decimalNumber, .letterNumber, .otherNumber: .number
      default: scalar.properties.isWhitespace ? .space : .other
      }
    }
    func run(_ start: Int, _ wanted: Kind) -> Int {
      var end = start
      while end < text.count && kind(text[end]) == wanted { end += 1 }
      return end
    }
    var parts: [ArraySlice<Unicode.Scalar>] = []
    var start = 0
    while start < text.count {
      var end = contraction(text, start)
      if end == start {
        let first = text[start] == " " && start + 1 < text.count && kind(text[start + 1]) != .space ? start + 1 : start
        let wanted = kind(text[first])
        end = run(first, wanted)
        if wanted == .space && end < text.count && end - start > 1 { end -= 1 }
      }
      parts.append(text[start..<end])
      start = end
    }
    return parts
  }

  /// The end of 's, 't, 're, 've, 'm, 'll or 'd at `start`, or `start`.
  private static func contraction(_ text: [Unicode.Scalar], _ start: Int) -> Int {
    guard text[start] == "'" else { return start }
    for ending in ["s", "t", "re", "ve", "m", "ll", "d"] {
      let scalars = Array(ending.unicodeScalars)
      if text.dropFirst(start + 1).starts(with: scalars) { return start + 1 + scalars.count }
    }
    return start
  }

  /// The letter of each byte: itself where it can be seen, else one from U+0100 on.
  private static let letters: [String] = {
    var next: UInt32 = 256
    return (0..<256).map { (byte: UInt32) in
      switch byte {
      case 33...126, 161...172, 174...255: return String(Unicode.Scalar(byte)!)
      default:
        defer { next += 1 }
        return String(Unicode.Scalar(next)!)
      }
    }
  }()

  private static let byteOf: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: letters.enumerated().map { ($1.unicodeScalars.first!, UInt8($0)) })
}
