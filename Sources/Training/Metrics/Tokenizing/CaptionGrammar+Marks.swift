extension CaptionGrammar {
  /// Words made of several: with hyphens, slashes and low lines, fractions, dates, telephone numbers.
  static let compounds: [CaptionRule] = [
    CaptionRule(.word, #"{stopped}(-{plain})*-[A-Za-z](\.[A-Za-z])+\."#),
    CaptionRule(.word, "{stopped}(-{plain})+|{hyphened}"),
    CaptionRule(.ascii, #"({digit}{1,4}[\- {noBreakSpace}])?{digit}{1,4}[/{fractionSlash}]{digit}{1,4}"#),
    CaptionRule(.word, "{slashed}(/{slashed}){1,2}"),
    CaptionRule(.verbatim, #"{digit}{1,2}[\-/]{digit}{1,2}[\-/]{digit}{2,4}"#),
    CaptionRule(
      .word,
      #"({word}|{digit}+|{dotted}|{alphanumeric}+([_.,]*{alphanumeric}+)*[.,]*(-{alphanumeric}+(_{alphanumeric}+)*)+"#
        + #"|{segment}|{hyphened})\."#, before: "[,;:]"),
    CaptionRule(.word, "{prefix}?{alphanumeric}+(_{prefix}?{alphanumeric}+)+"),
    CaptionRule(
      .ascii,
      #"(\([0-9]{2,3}\)[ {noBreakSpace}]?|(\+\+?)?[0-9]{2,4}[\- {noBreakSpace}])"#
        + #"[0-9]{3,4}[\- {noBreakSpace}]?[0-9]{3,9}"#),
  ]

  /// Quotation marks, and words that begin with an apostrophe.
  static let quotes: [CaptionRule] = [
    CaptionRule(.verbatim, "'em|'till?|'cause|'n'|'[2-9]0s", anyCase: true),
    CaptionRule(.verbatim, "'n", before: "{space}|{end}", anyCase: true),
    CaptionRule(.verbatim, "['{closingQuote}][0-9][0-9]", before: "{space}"),
    CaptionRule(.verbatim, "{closingQuote}n|['{closingQuote}]n['{closingQuote}]", anyCase: true),
    CaptionRule(.ascii, "'{1,2}"),
    CaptionRule(.ascii, "[`{openingQuote}{closingQuote}{openingQuotes}{closingQuotes}{angleQuote}{lowQuote}]{1,2}"),
    CaptionRule(.text("''"), #""|&quot;"#),
    CaptionRule(.text("'"), "&apos;"),
  ]

  /// Punctuation, faces, tags, and all single signs.
  static let marks: [CaptionRule] = [
    CaptionRule(.verbatim, "[?!]+"),
    CaptionRule(.verbatim, #"\."#),
    CaptionRule(.text("..."), #"\.{3,5}|{ellipsis}"#),
    CaptionRule(.text("--"), "-{2,4}|{dash}"),
    CaptionRule(.verbatim, "-{5,}"),
    CaptionRule(.ascii, #"[<>]?[:;=]['\-o*]?[()\[\]\{\}DPdpO\\@|]"#, before: "[^A-Za-z0-9]"),
    CaptionRule(
      .ascii,
      #"[\-^=~<>'x]_[\-^=~<>'x]|\([\-^=~<>'x]([\-^=~<>'x]|[\-._][\-^=~<>'x`])\)"#),
    CaptionRule(.verbatim, #"\\?\*+|_+|<{1,2}|>{1,2}|@+|#+"#),
    CaptionRule(.verbatim, "#({letter}|{accented})({letter}|{accented}|{mark}|{softHyphen})*|@[A-Za-z_][A-Za-z0-9_]*"),
    CaptionRule(.verbatim, "{raised}+"),
    CaptionRule(.ascii, "{tag}"),
    CaptionRule(.ascii, #"[()\[\]\{\}{fraction}{currency}]|[A-Z]+$"#),
    CaptionRule(.word, "[!-~{sign}{fractionSlash}{softHyphen}]"),
  ]

  /// Character entities, and "AT&T" with and without one.
  static let entities: [CaptionRule] = [
    CaptionRule(.text("&"), "&amp;", anyCase: true),
    CaptionRule(.text("<"), "&lt;", anyCase: true),
    CaptionRule(.text(">"), "&gt;", anyCase: true),
    CaptionRule(.text("--"), "&[mn]dash;|&MD;", anyCase: true),
    CaptionRule(.dropped, "&nbsp;", anyCase: true),
    CaptionRule(.verbatim, "&(HT|LR|QC|QL|QR|UR|odq|cdq|quot|apos|#[0-9]+);", anyCase: true),
    CaptionRule(.ascii, #"[A-Z]+((&|&amp;|&AMP;|\+)[A-Z]+)+"#),
  ]

  /// Names of files, and addresses in the web.
  static let places: [CaptionRule] = [
    CaptionRule(.word, #"{part}+(\.{part}+)*\.{fileType}"#, before: "{space}|[.?!,]|{end}", anyCase: true),
    CaptionRule(.verbatim, #"https?://{webSign}+(\.{webSign}+)*{webEnd}"#, anyCase: true),
    CaptionRule(.verbatim, #"www\.({hostSign}+\.)+[a-z]{2,4}{path}?"#, anyCase: true),
    CaptionRule(.verbatim, #"({bareHostSign}+\.)+{domain}{path}?"#),
  ]
}
