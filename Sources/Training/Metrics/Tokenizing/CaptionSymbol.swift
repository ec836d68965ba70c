/// What the tokenizer tells apart: ASCII characters by their code, all others by their kind.
///
/// The kinds, and the ranges below, are what was seen of CoreNLP 3.4.1 when every code point stood alone, between
/// letters, between digits and beside punctuation. It knows Unicode 6.2.
enum CaptionSymbol: UInt8, CaseIterable {
  /// A letter that is not an ASCII one.
  case foreignLetter = 128
  /// What goes on a word that began with a letter, or begins one; never after a digit.
  case mark
  /// A digit that is not an ASCII one.
  case foreignDigit
  /// A sign that is a word alone.
  case sign
  /// A raised or lowered digit: those that stand together are one word.
  case raised
  /// A quotation mark at the line: `„`.
  case lowQuote
  /// U+2010 and its like: part of a word between letters, nothing elsewhere.
  case hyphen
  /// An Arabic comma of numbers.
  case separator
  /// A soft hyphen, left out of words.
  case softHyphen
  case openingQuote, closingQuote, openingQuotes, closingQuotes, angleQuote
  case dash, ellipsis, currency, fraction, fractionSlash
  case noBreakSpace, space
  /// What the tokenizer does not know and leaves out: emoji, zero-width spaces, all beyond U+FFFF.
  case unknown
  /// The end of all captions, the one symbol that no inverted set holds.
  case end = 191

  /// The symbol of a character.
  static func symbol(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.isASCII ? UInt8(scalar.value) : kind(scalar).rawValue
  }

  private static func kind(_ scalar: Unicode.Scalar) -> CaptionSymbol {
    if scalar.value > 0xffff { return .unknown }
    if let kind = single[scalar.value] { return kind }
    if scalar.properties.generalCategory == .spaceSeparator { return .space }
    if isOld(scalar) {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        // Marks when Unicode was at 6.2.
        if !contains(scalar, [0x19b0...0x19c0, 0x19c8...0x19c9, 0x1cf2...0x1cf3]) { return .foreignLetter }
      case .decimalNumber: return .foreignDigit
      default: break
      }
    }
    if contains(scalar, signs) { return .sign }
    return contains(scalar, marks) ? .mark : .unknown
  }

  /// Whether Unicode 6.2 knew a character.
  private static func isOld(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major < 6 || age.major == 6 && age.minor <= 2
  }

  private static func contains(_ scalar: Unicode.Scalar, _ ranges: [ClosedRange<UInt32>]) -> Bool {
    ranges.contains { $0.contains(scalar.value) }
  }

  /// The characters of kinds that few have. Those from U+0080 to U+009F are quotation marks and the like of Windows.
  private static let single: [UInt32: CaptionSymbol] = {
    let kinds: [(CaptionSymbol, [UInt32])] = [
      (.softHyphen, [0xad]), (.noBreakSpace, [0xa0]), (.hyphen, [0x58a, 0x2010, 0x2011]), (.separator, [0x66b, 0x66c]),
      (.openingQuote, [0x91, 0x2018, 0x201b]), (.closingQuote, [0x92, 0x2019]), (.angleQuote, [0x2039, 0x203a]),
      (.openingQuotes, [0x93, 0x201c, 0xab]), (.closingQuotes, [0x94, 0x201d, 0xbb]),
      (.lowQuote, [0x201a, 0x201e, 0x201f]),
      (.dash, [0x96, 0x97, 0x2013, 0x2014, 0x2015]),
      (.ellipsis, [0x85, 0x2026]),
      (.currency, [0x80, 0xa2, 0xa3, 0xa4, 0x20a0, 0x20ac]), (.fraction, [0xbc, 0xbd, 0xbe, 0x2153, 0x2154]),
      (.fractionSlash, [0x2044]),
      (.raised, [0xb2, 0xb3, 0xb9, 0x2070] + Array(0x2074...0x2079) + Array(0x2080...0x2089)),
      (.foreignLetter, [0x1885, 0x1886]),
    ]
    return Dictionary(uniqueKeysWithValues: kinds.flatMap { kind, values in values.map { ($0, kind) } })
  }()

  private static let signs: [ClosedRange<UInt32>] = [
    0xa1...0xf7, 0x37e...0x37e, 0x387...0x387, 0x589...0x589, 0x5be...0x5be, 0x5c0...0x5c0, 0x5c3...0x5c3,
    0x5c6...0x5c6, 0x5f3...0x5f4, 0x600...0x603, 0x606...0x60c, 0x614...0x614, 0x61b...0x61b, 0x61e...0x61f,
    0x66a...0x66d, 0x6d4...0x6d4, 0x700...0x70d, 0x7f6...0x7f8, 0x964...0x965, 0xe3f...0xe3f, 0xe4f...0xe4f,
    0x1fbd...0x1fbd, 0x2016...0x2023, 0x2030...0x203b, 0x203e...0x2042, 0x207a...0x208e, 0x20a4...0x20a4,
    0x2100...0x214f, 0x2155...0x215e, 0x2190...0x2bff, 0x3001...0x3002, 0x3012...0x3012, 0x30fb...0x30fb,
    0xff01...0xff65, 0xffe0...0xffe1, 0xffe5...0xffe6,
  ]

  private static let marks: [ClosedRange<UInt32>] = [
    0x2c2...0x379, 0x384...0x385, 0x3f6...0x3f6, 0x483...0x487, 0x55a...0x55f, 0x591...0x5bd, 0x5bf...0x5bf,
    0x5c1...0x5c2, 0x5c4...0x5c5, 0x5c7...0x5c7, 0x615...0x61a, 0x64b...0x65e, 0x670...0x670, 0x6d6...0x6fe,
    0x70f...0x7b0, 0x7eb...0x7f3, 0x900...0x903, 0x93c...0x94e, 0x951...0x955, 0x962...0x963, 0x981...0x983,
    0x9bc...0x9c4, 0x9c7...0x9c8, 0x9cb...0x9cd, 0x9d7...0x9d7, 0x9e2...0x9e3, 0xa01...0xa03, 0xa3c...0xa3c,
    0xa3e...0xa4f, 0xa81...0xa83, 0xabc...0xacf, 0xb82...0xb82, 0xbbe...0xbc2, 0xbc6...0xbc8, 0xbca...0xbcd,
    0xc01...0xc03, 0xc3e...0xc56, 0xd3e...0xd44, 0xd46...0xd48, 0xe31...0xe3a, 0xe47...0xe4e, 0xeb1...0xebc,
    0xec8...0xecd,
  ]
}
