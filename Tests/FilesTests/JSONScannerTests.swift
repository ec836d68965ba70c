import Testing

@testable import Files

@Suite("JSON is read strictly")
struct JSONScannerTests {
  private func skips(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      do {
        try scanner.skip()
        try scanner.end()
        return true
      } catch { return false }
    }
  }

  @Test(
    "what RFC 8259 allows is read",
    arguments: [
      "0", "-0", "1.5e+10", "-12E-3", "\"\"", "\" \\u00e9\\ud83e\\udd8a\\/ \"", "true", "false", "null", "[]", "{}",
      " [ 1 , {} ] ",
      #"{"a":[null,true,{"b":"c"}],"a":1}"#, String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
    ]) func allowed(_ text: String)
  { #expect(skips(text)) }

  @Test(
    "what it does not is refused",
    arguments: [
      "", " ", "01", "+1", ".5", "1.", "1e", "--1", "tru", "nul", "True", "[1,]", "[,]", "[1 2]", "{\"a\"}", "{\"a\":}",
      "{a:1}", "'a'",
      "\"\\u12g4\"", "\"\\ud800x\"", "\"\\udc00\"", "\"a", "\"\t\"", "1 1", "[", "{", "\u{b}1", "NaN",
      String(repeating: "[", count: 65) + String(repeating: "]", count: 65), String(repeating: "[", count: 1_000_000),
    ]) func refused(_ text: String)
  { #expect(!skips(text)) }

  @Test("quoted text reads back as it was and holds no control character") func quoting() throws {
    let text = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init))) + "🦊\u{2028}"
    let quoted = JSONText.quoted(text)
    #expect(!quoted.unicodeScalars.contains { $0.properties.generalCategory == .control })
    let back = try Array(quoted.utf8).withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      return Result { try scanner.string() }
    }.get()
    #expect(back == text)
  }

  @Test(
    "numbers are read as Swift reads them, to the last bit",
    arguments: [
      "0", "-0", "-0.0", "7", "-12.5", "0.1", "0.30000000000000004", "123456789012345", "1234567890123456",
      "9007199254740993", "9007199254740.993", "0.0000000000000000000001", "0.00000000000000000000001", "1e22",
      "1E-300",
      "2.5e+3", "1e999", "0.015625", "-4.9406564584124654e-324", "900719925474099.2", "900719925474099.3",
    ]) func doubles(_ text: String) throws
  {
    let value = try Array((text + ",").utf8).withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      return Result { (try scanner.double(), scanner.offset) }
    }.get()
    #expect(value.0.bitPattern == Double(text)!.bitPattern && value.1 == text.utf8.count, "\(value)")
  }

  @Test("any short decimal is read as Swift reads it") func manyDoubles() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let text = "\(Float.random(in: -1...1, using: &random))"
      let value = try Array(text.utf8).withUnsafeBytes { bytes in
        var scanner = JSONScanner(bytes)
        return Result { try scanner.double() }
      }.get()
      #expect(value == Double(text)!, "\(text)")
    }
  }

  @Test("what is no number is not read as one", arguments: ["", "-", "1.", "1.e", "1e", ".5", "x", "\"1\"", "01x"])
  func noDoubles(_ text: String) {
    let read = Array(text.utf8).withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      return Result { () -> Double in
        let value = try scanner.double()
        try scanner.end()
        return value
      }
    }
    #expect(throws: JSONScanner.Problem.self) { try read.get() }
  }
}
