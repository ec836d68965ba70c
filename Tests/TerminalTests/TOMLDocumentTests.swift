import Foundation
import Testing

@testable import Terminal

/// The settings files' reader.
@Suite struct TOMLDocumentTests {
  private func problem(_ text: String) -> TOMLDocument.Problem? {
    do throws(TOMLDocument.Problem) {
      _ = try TOMLDocument(text)
      return nil
    } catch { return error }
  }

  @Test func everyKindOfValueIsReadWithItsLine() throws {
    let document = try TOMLDocument(
      "\u{FEFF}# a comment\r\nname = \"x\\t\\u00e9\\\"\" # more\r\n\n[ 'a b' ]\nraw='c:\\n'\n\"q k\" = -1_000\nz = 0\n"
        + "half = +0.5\nbig=6e2\nyes = true\n\tno = false")
    #expect(document.tables.map(\.name) == [nil, "a b"])
    #expect(document.tables.map(\.line) == [1, 4])
    #expect(document.tables[0].entries == [TOMLDocument.Entry(key: "name", value: .string("x\té\""), line: 2)])
    let entries = document.tables[1].entries
    #expect(entries.map(\.key) == ["raw", "q k", "z", "half", "big", "yes", "no"])
    #expect(
      entries.map(\.value) == [
        .string("c:\\n"), .integer(-1000), .integer(0), .number(0.5), .number(600), .boolean(true), .boolean(false),
      ])
    #expect(entries.map(\.line) == Array(5...11))
    #expect(try TOMLDocument("").tables.map(\.entries) == [[]])
  }

  /// Wrong TOML, and TOML that is right but beyond settings.
  @Test(arguments: [
    ("[[[", 1, nil, "expected a key, a [table] or a # comment"),
    ("[[a]]", 1, nil, "expected a key, a [table] or a # comment"),
    ("\n[a", 2, nil, "expected ] after the table's name"), ("[a.b]", 1, nil, "expected ] after the table's name"),
    ("[a]\n[a]", 2, nil, "the table [a] is there twice"), ("[a] b", 1, nil, "expected nothing more on the line, not b"),
    ("a", 1, "a", "expected = and a value after the key"), ("a.b = 1", 1, "a", "expected = and a value after the key"),
    ("[t]\na = 1\na = 2", 3, "t.a", "is there twice"), ("a = # none", 1, "a", "has no value"),
    ("a = \"b", 1, "a", "the text in quotes does not end"), ("a = \"b\\", 1, "a", "the text in quotes does not end"),
    ("a = \"\"\"b", 1, "a", "text of several lines is not understood"),
    ("a = \"\\q\"", 1, "a", "\\q is not understood"),
    ("a = \"\\uD800\"", 1, "a", "\\uD800 is no character"), ("a = \"\\u00\"", 1, "a", "\\u00\" is no character"),
    ("a = 1 2", 1, "a", "expected nothing more on the line, not 2"),
    ("a = b", 1, "a", "is b: expected text in quotes, a number, true or false"),
    ("a = \u{0}", 1, nil, "holds the control character U+0000"),
    ("= 1", 1, nil, "expected a key, a [table] or a # comment"),
  ])
  func wrongTextIsRefusedWithItsLineAndKey(_ text: String, _ line: Int, _ key: String?, _ words: String) {
    #expect(problem(text) == TOMLDocument.Problem(line: line, key: key, problem: words))
  }

  @Test(arguments: [
    "01", "1_", "_1", "1__0", ".5", "1.", "1e", "+", "0x1F", "1.0.0", "9223372036854775808", "1e999", "inf", "nan",
  ])
  func numbersThatAreNoneAreRefused(_ number: String) {
    #expect(problem("a = \(number)")?.problem == "is \(number): expected text in quotes, a number, true or false")
  }

  /// A reader that aborts takes the program with it, so that this runs in a process of its own.
  @Test func noTextAbortsTheReader() async {
    await #expect(processExitsWith: .success) {
      var random = SeededRandom(seed: 1)
      let theme = Array("name = \"x\"\n[colors]\ntext = \"#c9cfd9 on 236\"\n[attention]\nopacity = 0.7 # 'a'\n".utf8)
      let pieces: [UInt8] = Array("[]\"'\\=#.\n\r\t -_+eEuU0129x\u{0}".utf8) + [0xC3, 0x80, 0xFF]
      for _ in 0..<20_000 {
        var bytes = theme
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          let at = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: bytes[at] = pieces.randomElement(using: &random)!
          case 1: bytes.insert(pieces.randomElement(using: &random)!, at: at)
          default: bytes.remove(at: at)
          }
        }
        _ = try? Theme(toml: String(decoding: bytes, as: UTF8.self), path: "t", colormaps: [])
      }
    }
  }
}

/// The same numbers for the same seed: xorshift64*, of Vigna's "An experimental exploration of Marsaglia's xorshift
/// generators, scrambled" (2016).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
