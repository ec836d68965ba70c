/// Reads JSON from memory in one pass, strictly (RFC 8259), handing values to the caller as they come.
///
/// It exists because the headers and annotation files read here run to a hundred thousand entries, and because a
/// dictionary made by a general decoder no longer knows that a key was there twice.
/// The memory must outlive the scanner.
package struct JSONScanner {
  package enum Kind: String { case object, array, string, number, boolean, null }

  /// What broke the rules, and where, in bytes from the start.
  package struct Problem: Error, Equatable {
    package let offset: Int
    package let expected: String
    package let found: String

    package init(offset: Int, expected: String, found: String) {
      self.offset = offset
      self.expected = expected
      self.found = found
    }
  }

  /// Deeper nesting than any file read here has; a limit keeps hostile files from exhausting the stack.
  private static let deepest = 64

  let bytes: UnsafeRawBufferPointer
  package internal(set) var offset = 0
  private var depth = 0

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The kind of the value that comes next.
  package mutating func kind() throws(Problem) -> Kind {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw problem("a value")
    }
  }

  /// Reads an object; `member` must read or skip the value of the key it is given.
  package mutating func object<E: Error>(_ member: (inout JSONScanner, String) throws(E) -> Void) throws {
    try enter(UInt8(ascii: "{"), "an object")
    if !take(UInt8(ascii: "}")) {
      repeat {
        let key = try string()
        try expect(UInt8(ascii: ":"), "a colon")
        try member(&self, key)
      } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "}"), "a comma or a closing brace")
    }
    depth -= 1
  }

  /// Reads an array; `element` must read or skip one value.
  package mutating func array<E: Error>(_ element: (inout JSONScanner) throws(E) -> Void) throws {
    try enter(UInt8(ascii: "["), "an array")
    if !take(UInt8(ascii: "]")) {
      repeat { try element(&self) } while take(UInt8(ascii: ","))
      try expect(UInt8(ascii: "]"), "a comma or a closing bracket")
    }
    depth -= 1
  }

  /// Reads a string.
  package mutating func string() throws(Problem) -> String {
    try expect(UInt8(ascii: "\""), "a string")
    let start = offset
    while peek >= 0x20, peek != UInt8(ascii: "\""), peek != UInt8(ascii: "\\") { offset += 1 }
    if peek == UInt8(ascii: "\\") { return try escapedString(from: start) }
    defer { offset += 1 }
    return try text(bytes[start..<offset], closedBy: peek)
  }

  /// Reads past one value of any kind.
  package mutating func skip() throws {
    switch try kind() {
    case .object: try object { scanner, _ in try scanner.skip() }
    case .array: try array { scanner in try scanner.skip() }
    case .string: _ = try string()
    case .number: try skipNumber()
    case .boolean: try word(peek == UInt8(ascii: "t") ? "true" : "false")
    case .null: try word("null")
    }
  }

  /// Checks that nothing but white space follows.
  package mutating func end() throws(Problem) {
    skipSpace()
    if offset < bytes.count { throw problem("the end") }
  }

  // MARK: - Pieces

  /// The byte that comes next; 0, which JSON nowhere allows, at the end.
  var peek: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  func problem(_ expected: String) -> Problem {
    let printable = peek > 0x20 && peek < 0x7f
    let byte = printable ? "\"\(Character(Unicode.Scalar(peek)))\"" : "byte \(peek)"
    return Problem(offset: offset, expected: expected, found: offset < bytes.count ? byte : "the end")
  }

  private mutating func skipSpace() {
    while peek == 0x20 || peek == 0x0a || peek == 0x0d || peek == 0x09 { offset += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ byte: UInt8, _ expected: String) throws(Problem) {
    if !take(byte) { throw problem(expected) }
  }

  private mutating func enter(_ byte: UInt8, _ expected: String) throws(Problem) {
    try expect(byte, expected)
    depth += 1
    if depth > JSONScanner.deepest {
      throw Problem(offset: offset, expected: "nesting of at most \(JSONScanner.deepest) levels", found: "more")
    }
  }

  private mutating func word(_ word: StaticString) throws(Problem) {
    for index in 0..<word.utf8CodeUnitCount {
      guard peek == word.utf8Start[index] else { throw problem("\(word)") }
      offset += 1
    }
  }
}

// MARK: - Strings

extension JSONScanner {
  private func text(_ utf8: some Sequence<UInt8>, closedBy byte: UInt8) throws(Problem) -> String {
    guard byte == UInt8(ascii: "\"") else { throw problem("a closing quote") }
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw Problem(offset: offset, expected: "a string in UTF-8", found: "other bytes")
    }
    return text
  }

  /// Finishes a string that holds escapes; `start` is its first byte.
  private mutating func escapedString(from start: Int) throws(Problem) -> String {
    var utf8 = Array(bytes[start..<offset])
    while peek >= 0x20, peek != UInt8(ascii: "\"") {
      let byte = peek
      offset += 1
      if byte == UInt8(ascii: "\\") { utf8 += try escape() } else { utf8.append(byte) }
    }
    defer { offset += 1 }
    return try text(utf8, closedBy: peek)
  }

  /// Reads what follows a backslash.
  private mutating func escape() throws(Problem) -> [UInt8] {
    let simple: UInt8
    switch peek {
    case UInt8(ascii: "n"): simple = 0x0a
    case UInt8(ascii: "t"): simple = 0x09
    case UInt8(ascii: "r"): simple = 0x0d
    case UInt8(ascii: "b"): simple = 0x08
    case UInt8(ascii: "f"): simple = 0x0c
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): simple = peek
    case UInt8(ascii: "u"):
      offset += 1
      return Array(String(Character(try unicodeEscape())).utf8)
    default: throw problem("an escape")
    }
    offset += 1
    return [simple]
  }

  /// Reads the digits of `\uXXXX`, and of the second half when that was the first of a surrogate pair.
  private mutating func unicodeEscape() throws(Problem) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let start = offset
    if first < 0xdc00, peek == UInt8(ascii: "\\") {
      offset += 1
      if peek == UInt8(ascii: "u") {
        offset += 1
        let second = try fourHexDigits()
        if second >= 0xdc00, second < 0xe000 {
          return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))!
        }
      }
    }
    throw Problem(offset: start, expected: "the second half of a surrogate pair", found: "something else")
  }

  private mutating func fourHexDigits() throws(Problem) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard peek < 0x80, let digit = Character(Unicode.Scalar(peek)).hexDigitValue else {
        throw problem("a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
