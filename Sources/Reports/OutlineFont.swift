/// Letters for pictures as outlines, of any size: Latin with its accents, figures and the marks of typography, in
/// Roboto. Lengths are in pixels; `size` is that of the em square.
enum OutlineFont {
  struct Glyph {
    /// How far the next letter is, in ems.
    let advance: Float
    let outline: Outline
  }

  /// The side of the square on which the outlines are told.
  static let em: Float = 1024
  /// From one baseline to the next, in ems.
  private static let lineHeight: Float = 1.25
  /// From the top of a line to its baseline, in ems.
  private static let baseline: Float = 1

  static func lineHeight(_ size: Float) -> Int { Int((size * lineHeight).rounded()) }
  static func baseline(_ size: Float) -> Int { Int((size * baseline).rounded()) }

  /// A box for a letter that the font does not have.
  static func glyph(of character: Character) -> Glyph { glyphs[character] ?? box }

  static func has(_ character: Character) -> Bool { glyphs[character] != nil }

  static func width(of text: String, _ size: Float) -> Float {
    text.reduce(0) { $0 + glyph(of: $1).advance } * size
  }

  /// `text` cut to a width, with `…` at its end when it was longer.
  static func fitted(_ text: String, to width: Float, _ size: Float) -> String {
    guard self.width(of: text, size) > width else { return text }
    var text = text
    while !text.isEmpty, self.width(of: text + "…", size) > width { text.removeLast() }
    return text.isEmpty ? "" : text + "…"
  }

  /// `text` broken between words into lines no wider than `width`; longer words are cut.
  static func wrapped(_ text: String, to width: Float, _ size: Float) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let line = lines.last, self.width(of: line + " " + word, size) <= width {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(fitted(String(word), to: width, size))
      }
    }
    return lines
  }

  // MARK: - The table

  private static let box = Glyph(
    advance: 540 / em, outline: Outline(path: "m60 0l0 700 420 0 0-700m-360 60l300 0 0 580-300 0", em: em))

  private static let glyphs: [Character: Glyph] = {
    var glyphs: [Character: Glyph] = [:]
    for line in outlines.split(separator: "\n") {
      // By scalars: an accent by itself would be one character with what stands before it.
      let fields = line.unicodeScalars.dropFirst(2).split(separator: " ", maxSplits: 1).map(Substring.init)
      glyphs[Character(line.unicodeScalars.first!)] = Glyph(
        advance: Float(fields[0])! / em, outline: Outline(path: fields.count > 1 ? fields[1] : "", em: em))
    }
    for letter in composed.unicodeScalars.split(whereSeparator: \.properties.isWhitespace) {
      let fields = letter.dropFirst().split(separator: "|")
      var outline = Outline()
      for part in stride(from: 1, to: fields.count, by: 2) {
        let offset = SIMD2(Float(Substring(fields[part].dropFirst()))!, Float(Substring(fields[part + 1]))!) / em
        outline.add(glyphs[Character(fields[part].first!)]!.outline, at: offset)
      }
      glyphs[Character(letter.first!)] = Glyph(advance: Float(Substring(fields[0]))! / em, outline: outline)
    }
    return glyphs
  }()
}
