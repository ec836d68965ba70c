extension JSONScanner {
  /// Reads a whole number that `Int` can hold.
  package mutating func integer() throws(Problem) -> Int {
    let start = try numberStart("a whole number")
    try skipNumber()
    let literal = literal(from: start)
    guard let value = Int(literal) else { throw Problem(offset: start, expected: "a whole number", found: literal) }
    return value
  }

  /// Reads any number, rounded to the nearest `Double`; what is too large for one is infinite.
  package mutating func double() throws(Problem) -> Double {
    let start = try numberStart("a number")
    if let value = try shortDecimal() { return value }
    offset = start
    try skipNumber()
    // Every number JSON allows is one that Swift reads.
    return Double(literal(from: start))!
  }

  /// Reads past a number: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
  mutating func skipNumber() throws(Problem) {
    if peek == UInt8(ascii: "-") { offset += 1 }
    if peek == UInt8(ascii: "0") { offset += 1 } else { try digits() }
    if peek == UInt8(ascii: ".") {
      offset += 1
      try digits()
    }
    if peek | 0x20 == UInt8(ascii: "e") { try exponent() }
  }

  private mutating func numberStart(_ expected: String) throws(Problem) -> Int {
    guard try kind() == .number else { throw problem(expected) }
    return offset
  }

  private func literal(from start: Int) -> String { String(decoding: bytes[start..<offset], as: UTF8.self) }

  private mutating func digits() throws(Problem) {
    let start = offset
    while peek >= UInt8(ascii: "0"), peek <= UInt8(ascii: "9") { offset += 1 }
    if offset == start { throw problem("a digit") }
  }

  private mutating func exponent() throws(Problem) {
    offset += 1
    if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
    try digits()
  }

  /// Powers of ten that a `Double` holds exactly.
  private static let exactPowers: [Double] = (0...22).map { (0..<$0).reduce(1.0) { power, _ in power * 10 } }

  /// Reads a number whose digits and power of ten a `Double` holds exactly: one division then rounds once, as it should
  /// (Clinger 1990). Nil, somewhere in the number, for any other.
  private mutating func shortDecimal() throws(Problem) -> Double? {
    let isNegative = peek == UInt8(ascii: "-")
    if isNegative { offset += 1 }
    var (mantissa, places, start) = (UInt64(0), 0, offset)
    if peek == UInt8(ascii: "0") {
      offset += 1
    } else {
      try digits()
      if offset - start > 15 { return nil }
      for place in start..<offset { mantissa = mantissa * 10 + UInt64(bytes[place] - 48) }
    }
    if peek == UInt8(ascii: ".") {
      offset += 1
      start = offset
      try digits()
      places = offset - start
      if places > 22 { return nil }
      for place in start..<offset {
        mantissa = mantissa * 10 + UInt64(bytes[place] - 48)
        if mantissa >= 1 << 53 { return nil }
      }
    }
    if peek | 0x20 == UInt8(ascii: "e") { return nil }
    let value = Double(mantissa) / Self.exactPowers[places]
    return isNegative ? -value : value
  }
}
