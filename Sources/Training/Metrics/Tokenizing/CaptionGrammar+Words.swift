extension CaptionGrammar {
  /// "it's", "don't", "ma'am", "y'all", and words that are cut though nothing shows it.
  static let apostrophes: [CaptionRule] = [
    CaptionRule(.ascii, "{lettered}", before: "{apostrophe}{tail}", anyCase: true),
    CaptionRule(.word, "{letter}+[AEIOUYaeiouy]{anyApostrophe}[aeiouA-Z]{letter}*"),
    CaptionRule(.word, "[A-HJ-XZn]{anyApostrophe}{letter}{2,}|[DdOoLl]{anyApostrophe}{alphanumeric}{2,}"),
    CaptionRule(.word, "{letter}*e{anyApostrophe}er", anyCase: true),
    CaptionRule(.word, "y{apostrophe}", before: "{letter}", anyCase: true),
    CaptionRule(.word, "[dlj]{apostrophe}", anyCase: true),
    CaptionRule(
      .verbatim, #"ol'|nat'l|(hors-)?d'oeuvre|jusqu'{letter}+|s'mores?|h'm|o'o|c\+\+|c#|f#"#, anyCase: true),
    CaptionRule(.cut(3), "cannot|gonna|gotta|wanna|lemme|gimme", anyCase: true),
    CaptionRule(.verbatim, "'t", before: "is|was", anyCase: true),
    CaptionRule(.ascii, "[a-z{softHyphen}]*[a-mo-z]{softHyphen}?", before: "n{anyApostrophe}t", anyCase: true),
    CaptionRule(.ascii, "'{tail}", before: "[^A-Za-z]|{end}", anyCase: true),
    CaptionRule(.ascii, "({closingQuote}|&apos;){tail}", anyCase: true),
    CaptionRule(.ascii, "n{anyApostrophe}t", anyCase: true),
  ]

  /// Words and numbers, also with stops in them, and addresses of mail, which only abbreviations come after.
  static let plain: [CaptionRule] = [
    CaptionRule(.word, "{word}"),
    CaptionRule(.word, #"[+\-]?({softHyphen}?{number}|({softHyphen}?{number})?([.,:{separator}]{number})+)"#),
    CaptionRule(.word, "{dotted}"),
    CaptionRule(
      .verbatim, #"(<|&[Ll][Tt];)?[A-Za-z0-9]{mailSign}*@({mailPart}+\.)*{mailPart}+(>|&[Gg][Tt];)?"#),
  ]

  /// Words that keep their full stop.
  static let stops: [CaptionRule] = [
    // Two characters more than the word decide between this and "etc.xy".
    CaptionRule(.verbatim, "(\(any(abbreviations))|\(capitalized))\\.", before: "{any}{any}"),
    CaptionRule(.verbatim, "(\(any(abbreviations))|\(capitalized))\\."),
    CaptionRule(.verbatim, "(\(titles))\\.", anyCase: true),
    CaptionRule(.verbatim, #"[Mm][ft]g\."#),
    CaptionRule(.verbatim, #"(art|ca|figs?|nos?|op|pp|prop)\."#, before: "{space}?{digit}", anyCase: true),
    // An initial, unless a word that opens sentences comes after it.
    CaptionRule(.verbatim, "[A-Za-z]", before: "\\.{space}+(\(openers)|{tag}){space}"),
    CaptionRule(.verbatim, #"[A-Za-z](\.[A-Za-z])*\."#),
  ]

  private static let abbreviations = """
    al ala apr ariz assn aug bldg blvd bros calif co colo conn corp cos ct dak dec ed\\.d esq est etc ext feb fla fri ga \
    inc ind jan jr jul jun kan kans ky ltd mar md mich minn mo mon mont neb nev nov oct okla penn ph\\.d plc rd rt sep \
    sept seq sq sr sys tel tenn thu thurs tue tues univ va vt wed wis wisc wyo
    """

  private static let titles = """
    adj adm adv alex assoc asst atty ave brig capt cf cie cmdr col comdr cpl dept det dr drs ens ft gen gov govs hon \
    insp invt jos lieut lt maj mlle mme mr mrs ms msgr mt natl pfc ph pres prof profs pvt rep reps rev sen sens sfc sgt \
    spc st ste supt treas vs wm
    """.split(separator: " ").joined(separator: "|")

  /// Abbreviations that are words of their own when they begin with a small letter.
  private static let capitalized =
    "Ark Az Del Ill La Mass Miss Ore Pa Tex Wash".split(separator: " ").map(firstAsIs).joined(separator: "|")
    + "|[Pp]t[ey]|[Bb]hd"

  private static let openers = """
    A About According Additionally After An As At But Earlier He Her Here However If In It Last Many More Now Once One \
    Other Our She Since So Some Such That The Their Then There These They This We What When While Yet You
    """.split(separator: " ").map(firstAsIs).joined(separator: "|") + "|M[RrSs]\\."

  /// A pattern of several words in any case.
  private static func any(_ list: String) -> String {
    list.split(separator: " ").map { $0.map(eitherCase).joined() }.joined(separator: "|")
  }

  /// A pattern of a word that begins as written and goes on in any case.
  private static func firstAsIs(_ word: Substring) -> String {
    word.prefix(1) + word.dropFirst().map(eitherCase).joined()
  }

  private static func eitherCase(_ letter: Character) -> String {
    letter.isLetter ? "[\(letter.uppercased())\(letter.lowercased())]" : String(letter)
  }
}
