/// Reads one line of a `TOMLDocument`.
struct TOMLLine {
  enum Content {
    /// Blank, or a comment.
    case nothing
    case heading(String)
    case entry(TOMLDocument.Entry)
  }

  typealias Problem = TOMLDocument.Problem

  let number: Int
  private let table: String?
  private var key: String?
  private var rest: Substring.UnicodeScalarView

  /// - Parameter table: the heading the line stands under, for errors.
  init(_ text: Substring.UnicodeScalarView, number: Int, table: String?) {
    (self.number, self.table, rest) = (number, table, text)
  }

  func problem(_ text: String) -> Problem {
    Problem(line: number, key: key.map { key in table.map { "\($0).\(key)" } ?? key }, problem: text)
  }

  mutating func read() throws(Problem) -> Content {
    if let control = rest.first(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }) {
      throw problem("holds the control character U+\(Self.hexadecimal(control))")
    }
    skipBlanks()
    if isAtEnd { return .nothing }
    if take("[") { return .heading(try heading()) }
    let key = try name()
    self.key = key
    skipBlanks()
    guard take("=") else { throw problem("expected = and a value after the key") }
    skipBlanks()
    let value = try value()
    try expectEnd()
    return .entry(TOMLDocument.Entry(key: key, value: value, line: number))
  }

  private mutating func heading() throws(Problem) -> String {
    skipBlanks()
    let name = try name()
    skipBlanks()
    guard take("]") else { throw problem("expected ] after the table's name") }
    try expectEnd()
    return name
  }

  /// A key or a table's name: letters, digits, - and _, or anything in quotes.
  private mutating func name() throws(Problem) -> String {
    if rest.first == "\"" || rest.first == "'" { return try string() }
    let name = rest.prefix { Self.isBare($0) }
    guard !name.isEmpty else { throw problem("expected a key, a [table] or a # comment") }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  private mutating func value() throws(Problem) -> TOMLDocument.Value {
    guard let first = rest.first, first != "#" else { throw problem("has no value") }
    if first == "\"" || first == "'" { return .string(try string()) }
    let word = String(rest.prefix { $0 != " " && $0 != "\t" && $0 != "#" })
    rest = rest.dropFirst(word.unicodeScalars.count)
    if word == "true" { return .boolean(true) }
    if word == "false" { return .boolean(false) }
    guard let number = Self.number(word) else {
      throw problem("is \(word): expected text in quotes, a number, true or false")
    }
    return number
  }

  private mutating func string() throws(Problem) -> String {
    let quote = rest.removeFirst()
    if rest.starts(with: [quote, quote]) { throw problem("text of several lines is not understood") }
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == quote { return String(text) }
      text.append(scalar == "\\" && quote == "\"" ? try escaped() : scalar)
    }
    throw problem("the text in quotes does not end")
  }

  /// What follows a backslash.
  private mutating func escaped() throws(Problem) -> Unicode.Scalar {
    let plain: [Unicode.Scalar: Unicode.Scalar] = [
      "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "\"": "\"", "\\": "\\",
    ]
    guard let letter = rest.popFirst() else { throw problem("the text in quotes does not end") }
    if let scalar = plain[letter] { return scalar }
    guard letter == "u" || letter == "U" else { throw problem("\\\(letter) is not understood") }
    let digits = rest.prefix(letter == "u" ? 4 : 8)
    guard digits.count == (letter == "u" ? 4 : 8), digits.allSatisfy(\.properties.isASCIIHexDigit),
      let scalar = UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init)
    else { throw problem("\\\(letter)\(String(digits)) is no character") }
    rest = rest.dropFirst(digits.count)
    return scalar
  }

  /// Only blanks and a comment may follow.
  private mutating func expectEnd() throws(Problem) {
    skipBlanks()
    guard isAtEnd else { throw problem("expected nothing more on the line, not \(String(rest))") }
  }

  private var isAtEnd: Bool { rest.isEmpty || rest.first == "#" }

  private mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" } }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || isDigit(scalar)) || scalar == "-" || scalar == "_"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// A decimal number as TOML writes it: no leading zeros, digits on both sides of a point, _ between digits.
  private static func number(_ word: String) -> TOMLDocument.Value? {
    var rest = Substring(word).unicodeScalars
    if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
    let startsWithZero = rest.first == "0"
    guard let whole = skipDigits(&rest), whole == 1 || !startsWithZero else { return nil }
    let isWhole = rest.isEmpty
    if rest.first == "." {
      rest.removeFirst()
      guard skipDigits(&rest) != nil else { return nil }
    }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
      guard skipDigits(&rest) != nil else { return nil }
    }
    guard rest.isEmpty else { return nil }
    let digits = word.filter { $0 != "_" }
    if isWhole { return Int(digits).map { .integer($0) } }
    return Double(digits).flatMap { $0.isFinite ? .number($0) : nil }
  }

  /// Skips digits with single _ between them.
  /// - Returns: how many characters; nil where there are no digits, or a _ has none on one side.
  private static func skipDigits(_ rest: inout Substring.UnicodeScalarView) -> Int? {
    let digits = rest.prefix { isDigit($0) || $0 == "_" }
    let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty }) else { return nil }
    rest = rest.dropFirst(digits.count)
    return digits.count
  }
}
