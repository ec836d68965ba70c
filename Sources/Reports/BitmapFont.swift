/// Letters for pictures, all of one size.
enum BitmapFont {
  static let width = 10
  static let height = 20

  /// The rows of a character from the top, the leftmost pixel in bit 9; a box for one the font does not have.
  static func rows(of character: Character) -> [UInt16] { glyphs[character] ?? glyphs["□"]! }

  private static let glyphs: [Character: [UInt16]] = {
    var glyphs: [Character: [UInt16]] = [" ": [UInt16](repeating: 0, count: height)]
    for line in table.split(separator: "\n") {
      let digits = Array(line.suffix(3 * height))
      glyphs[line.first!] = stride(from: 0, to: digits.count, by: 3).map { start in
        UInt16(String(digits[start..<start + 3]), radix: 16)!
      }
    }
    return glyphs
  }()

  /// `text` cut to `count` characters, the last of them `…` when it was longer.
  static func fitted(_ text: String, to count: Int) -> String {
    text.count <= count ? text : String(text.prefix(max(0, count - 1))) + (count > 0 ? "…" : "")
  }

  /// `text` broken between words into lines of at most `count` characters; longer words are cut.
  static func wrapped(_ text: String, to count: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let line = lines.last, line.count + 1 + word.count <= count {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(fitted(String(word), to: count))
      }
    }
    return lines
  }
}
