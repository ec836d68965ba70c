/// A regular expression over symbols.
indirect enum SymbolPattern: Sendable {
  case one(SymbolSet)
  case sequence([SymbolPattern])
  case choice([SymbolPattern])
  /// At least `low` and at most `high` times; any number of times when `high` is nil.
  case repeated(SymbolPattern, low: Int, high: Int?)

  /// Reads a pattern in the usual notation: `|`, `( )`, `[ ]`, `*`, `+`, `?`, `{2,4}`, `\` before a sign that is
  /// meant itself, and `{name}` for what `names` holds, in brackets too where that is a set.
  ///
  /// The patterns are part of the program, so a wrong one is a failed precondition.
  /// - Parameters:
  ///   - text: the pattern, in ASCII.
  ///   - anyCase: whether letters match both of their cases.
  ///   - names: what stands for each name.
  init(_ text: String, anyCase: Bool, names: [String: SymbolPattern]) {
    var reader = PatternReader(text: Array(text.utf8), anyCase: anyCase, names: names)
    self = reader.choice()
    precondition(reader.atEnd, "\(text): not a pattern")
  }
}

private struct PatternReader {
  let text: [UInt8]
  let anyCase: Bool
  let names: [String: SymbolPattern]
  private var position = 0

  init(text: [UInt8], anyCase: Bool, names: [String: SymbolPattern]) {
    (self.text, self.anyCase, self.names) = (text, anyCase, names)
  }

  var atEnd: Bool { position == text.count }

  private func at(_ sign: Character) -> Bool { position < text.count && text[position] == sign.asciiValue! }

  mutating func choice() -> SymbolPattern {
    var options = [sequence()]
    while at("|") {
      position += 1
      options.append(sequence())
    }
    return options.count == 1 ? options[0] : .choice(options)
  }

  private mutating func sequence() -> SymbolPattern {
    var parts: [SymbolPattern] = []
    while !atEnd, !at("|"), !at(")") { parts.append(repeated()) }
    return .sequence(parts)
  }

  private mutating func repeated() -> SymbolPattern {
    var pattern = single()
    while let (low, high) = times() { pattern = .repeated(pattern, low: low, high: high) }
    return pattern
  }

  /// Reads how often what stands before may stand; nil when nothing says so.
  private mutating func times() -> (low: Int, high: Int?)? {
    let signs: [(Character, Int, Int?)] = [("*", 0, nil), ("+", 1, nil), ("?", 0, 1)]
    for (sign, low, high) in signs where at(sign) {
      position += 1
      return (low, high)
    }
    guard at("{"), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position + 1]) else { return nil }
    let bounds = name().split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    return (bounds[0]!, bounds[bounds.count - 1])
  }

  private mutating func single() -> SymbolPattern {
    if at("(") {
      position += 1
      let pattern = choice()
      precondition(at(")"), "a bracket is open")
      position += 1
      return pattern
    }
    if at("[") { return .one(set()) }
    if at("{") { return named() }
    if at("\\") { position += 1 }
    position += 1
    return .one(symbols(text[position - 1]...text[position - 1]))
  }

  /// The text between curly brackets.
  private mutating func name() -> String {
    let end = text[position...].firstIndex(of: UInt8(ascii: "}"))!
    defer { position = end + 1 }
    return String(decoding: text[position + 1..<end], as: UTF8.self)
  }

  private mutating func named() -> SymbolPattern {
    let name = name()
    guard let pattern = names[name] else { preconditionFailure("no pattern is called \(name)") }
    return pattern
  }

  private mutating func set() -> SymbolSet {
    position += 1
    let isInverted = at("^")
    if isInverted { position += 1 }
    var set = SymbolSet()
    while !at("]") {
      if at("{") {
        guard case .one(let symbols) = named() else { preconditionFailure("only sets stand in brackets") }
        set.formUnion(symbols)
        continue
      }
      if at("\\") { position += 1 }
      let first = text[position]
      position += 1
      guard at("-") else {
        set.formUnion(symbols(first...first))
        continue
      }
      set.formUnion(symbols(first...text[position + 1]))
      position += 2
    }
    position += 1
    return isInverted ? set.inverted : set
  }

  private func symbols(_ range: ClosedRange<UInt8>) -> SymbolSet {
    var set = SymbolSet(range)
    for symbol in range where anyCase && Unicode.Scalar(symbol).properties.isAlphabetic { set.insert(symbol ^ 32) }
    return set
  }
}
