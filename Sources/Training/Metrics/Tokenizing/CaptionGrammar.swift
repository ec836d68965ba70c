/// The rules of the tokenizer, and the named parts of their patterns.
///
/// They say what CoreNLP 3.4.1's `PTBTokenizer -preserveLines -lowerCase` was seen to do with strings made for the
/// purpose, each rule by comparing thousands of short ones (`Tests/Fixtures/metrics/make_captions.py` says how to do it again).
enum CaptionGrammar {
  /// The parts of patterns that have names.
  static let names: [String: SymbolPattern] = {
    var names = sets.mapValues { SymbolPattern.one($0) }
    for (name, pattern, anyCase) in words + segments + addresses {
      names[name] = SymbolPattern("(\(pattern))", anyCase: anyCase, names: names)
    }
    return names
  }()

  static let rules: [CaptionRule] =
    [CaptionRule(.dropped, #"[{space}{unknown}{control}{hyphen}{separator}]"#)] + apostrophes + plain + stops
    + compounds + quotes + marks + entities + places

  private static let sets: [String: SymbolSet] = {
    var sets: [String: SymbolSet] = [:]
    for symbol in CaptionSymbol.allCases { sets["\(symbol)"] = SymbolSet([symbol.rawValue]) }
    sets["any"] = SymbolSet().inverted
    sets["tab"] = SymbolSet([9])
    sets["newline"] = SymbolSet([10])
    sets["control"] = SymbolSet(Array(1..<32) + [127])
    sets["space"] = SymbolSet([9, 10, 32, CaptionSymbol.space.rawValue, CaptionSymbol.noBreakSpace.rawValue])
    for (name, pattern) in [
      ("letter", "[A-Za-z{foreignLetter}]"), ("digit", "[0-9{foreignDigit}]"),
      ("alphanumeric", "[A-Za-z{foreignLetter}0-9{foreignDigit}]"),
      ("part", "[A-Za-z{foreignLetter}0-9{foreignDigit}{mark}{softHyphen}]"),
    ] {
      let names = sets.mapValues { SymbolPattern.one($0) }
      guard case .sequence(let parts) = SymbolPattern(pattern, anyCase: false, names: names),
        case .one(let set) = parts[0]
      else { preconditionFailure("\(name) is no set") }
      sets[name] = set
    }
    return sets
  }()

  /// Parts of words: name, pattern, and whether the case of letters matters not.
  private static let words: [(String, String, Bool)] = [
    ("apostrophe", "['{closingQuote}]|&apos;", false),
    ("anyApostrophe", "['`{openingQuote}{closingQuote}]|&apos;", false),
    ("tail", "s|d|m|re|ve|ll", true),
    ("accented", "&[aeiou](acute|grave|uml);", true),
    ("lettered", "([A-Za-z{foreignLetter}{softHyphen}{mark}]|{accented})({part}|{accented})*", false),
    ("dotted", "{lettered}([.?!]{lettered})+", false),
    ("word", "{lettered}|{digit}+{letter}{alphanumeric}*", false),
    ("number", "{digit}+({softHyphen}{digit}+)*", false),
  ]

  /// Words with hyphens and low lines, which may begin as "d'Artagnan" does.
  private static let segments: [(String, String, Bool)] = [
    ("prefix", "[DdOoLl]{anyApostrophe}{alphanumeric}", false),
    ("segment", "{prefix}?{alphanumeric}+(_{prefix}?{alphanumeric}+)*", false),
    ("soft", "[A-Za-z{foreignLetter}0-9{foreignDigit}{softHyphen}]+", false),
    ("hyphened", #"{alphanumeric}{soft}?(-{soft})+|{segment}([\-{hyphen}]{segment})+"#, false),
    ("plain", "[A-Za-z0-9{softHyphen}]+", false),
    ("stopped", "[A-Za-z0-9]{plain}?([.,]*{plain})*[.,]*", false),
    ("slashed", "[A-Za-z0-9]+(-[A-Za-z]+){0,2}", false),
  ]

  /// Tags, and parts of addresses.
  private static let addresses: [(String, String, Bool)] = [
    ("name", #"[A-Za-z][A-Za-z0-9_:.\-]*"#, false),
    ("value", #"( *= *("[^">{newline}]*"|'[^'>{newline}]*'))"#, false),
    ("tag", #"</{name}>|<{name}( +{name}{value}?)* */? *>|<[!?][A-Za-z\-][^>{newline}]*>"#, false),
    ("mailSign", #"[^ {tab}{newline}{noBreakSpace}<>"()|\{\}]"#, false),
    ("mailPart", #"[^ {tab}{newline}{noBreakSpace}<>"()|\{\}.]"#, false),
    ("webSign", #"[^ {tab}{newline}<>"()|\{\}]"#, false),
    ("webEnd", #"[^ {tab}{newline}<>"()|\{\}.!?,\-]"#, false),
    ("path", #"/[^ {tab}{newline}<>"()|]+{webEnd}"#, false),
    ("hostSign", #"[^ {tab}{newline}<>"()|\{\}.!?,]"#, false),
    ("bareHostSign", #"[^A-Z0-9 {tab}{newline}$\\^|<>`!?;=,\-./:@()\[\]\{\}"'_]"#, false),
    ("domain", "com|net|org|edu", true),
    (
      "fileType",
      "bat|bmp|c|cgi|class|cpp|dll|docx?|exe|gif|gz|h|html?|jar|java|jpe?g|mov|mp3|pdf|php|pl|png|ppt|ps|py|sql|tar|"
        + "txt|wav|x|xml|zip", true
    ),
  ]
}
