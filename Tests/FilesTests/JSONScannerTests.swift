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
}
