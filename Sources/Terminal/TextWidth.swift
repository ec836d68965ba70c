import Files
import CNcurses
import Raster

/// How many columns text takes, and text made safe to draw.
///
/// A terminal shows scalars, not grapheme clusters: text is cut into units, each a scalar that takes columns with the
/// marks that combine with it. A joined emoji is therefore several units, as most terminals draw it.
public enum TextWidth {
  /// Something drawn in one place.
  public struct Unit: Sendable, Hashable {
    public let character: Character
    /// 1, or 2 for wide characters.
    public let width: Int
  }

  /// The units of a text once made safe.
  public static func units(of text: String) -> [Unit] {
    if isPlain(text) { return text.map { Unit(character: $0, width: 1) } }
    var units: [Unit] = []
    for scalar in text.unicodeScalars.lazy.map(safe) where !isJoiner(scalar) {
      let width = of(scalar)
      if width > 0 {
        units.append(Unit(character: Character(scalar), width: width))
      } else if let base = units.last, base.character.unicodeScalars.count < maximumMarks {
        var together = String(base.character)
        together.unicodeScalars.append(scalar)
        // A mark that does not combine with its base is dropped.
        if together.count == 1 { units[units.count - 1] = Unit(character: Character(together), width: base.width) }
      }
    }
    return units
  }

  /// The columns a string takes once made safe.
  public static func of(_ text: String) -> Int {
    isPlain(text) ? text.utf8.count : units(of: text).reduce(0) { $0 + $1.width }
  }

  /// The columns of one scalar: 0 for combining marks and controls, 2 for wide characters.
  public static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F ? 1 : 0 }
    return max(0, Int(gaze_width_in(locale.value, wchar_t(bitPattern: scalar.value))))
  }

  /// Text without anything a terminal would act on: control bytes (C0, DEL, C1), line and paragraph separators and
  /// bidirectional overrides become `�`, as do bytes of file names that are not UTF-8; tabs and line ends become spaces; marks without a base are dropped.
  public static func safe(_ text: String) -> String {
    isPlain(text) ? text : String(units(of: text).map(\.character))
  }

  /// The beginning of a text that fits `columns`, ended by `…` (or `~` where only ASCII can be drawn) when cut.
  public static func fit(_ text: String, columns: Int, ellipsis: Character = "…") -> String {
    guard columns > 0 else { return "" }
    let units = units(of: text)
    guard units.reduce(0, { $0 + $1.width }) > columns else { return String(units.map(\.character)) }
    var result = ""
    var used = 0
    for unit in units {
      if used + unit.width > columns - 1 { break }
      result.append(unit.character)
      used += unit.width
    }
    result.append(ellipsis)
    return result
  }

  /// Text broken into lines of at most `columns`, between words where possible.
  public static func wrap(_ text: String, columns: Int) -> [String] {
    guard columns > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    for word in safe(text).split(separator: " ", omittingEmptySubsequences: true) {
      var word = String(word)
      if !line.isEmpty, of(line) + 1 + of(word) <= columns {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line) }
      while of(word) > columns {
        let head = String(word.prefix(max(1, of(word) == word.count ? columns : columns / 2)))
        lines.append(head)
        word.removeFirst(head.count)
      }
      line = word
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// As `wrap(_:columns:)`, in no more than `count` lines; text that is cut ends in the ellipsis.
  public static func wrap(_ text: String, columns: Int, atMost count: Int, ellipsis: Character = "…") -> [String] {
    var lines = wrap(text, columns: columns)
    guard count > 0, lines.count > count else { return Array(lines.prefix(max(0, count))) }
    lines[count - 1] = fit("\(lines[count - 1]) \(lines[count])", columns: columns, ellipsis: ellipsis)
    return Array(lines.prefix(count))
  }

  /// As `wrap(_:columns:)`, in no more than `count` lines. The middle of a text that is longer is left out: errors begin
  /// with a name, however long, and end with the reason.
  public static func wrapEnds(_ text: String, columns: Int, atMost count: Int, ellipsis: Character = "…") -> [String] {
    let lines = wrap(text, columns: columns)
    guard count > 0, lines.count > count else { return Array(lines.prefix(max(0, count))) }
    let characters = units(of: text).map(\.character)
    // Lines end between words where they can, so that the most the room could hold need not fit.
    for kept in stride(from: min(characters.count, columns * count) - 1, to: 0, by: -1) {
      let head = kept / 3
      let shorter = String(characters.prefix(head)) + String(ellipsis) + String(characters.suffix(kept - head))
      let lines = wrap(shorter, columns: columns)
      if lines.count <= count { return lines }
    }
    return [String(ellipsis)]
  }

  /// ncurses keeps a character and at most this many marks together, less one for the terminator.
  private static let maximumMarks = 4

  private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

  private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
    (0x200B...0x200D).contains(scalar.value) || (0xFE00...0xFE0F).contains(scalar.value)
  }

  private static func safe(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: return " "
    case 0..<0x20, 0x7F..<0xA0: return "\u{FFFD}"
    case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFFF9...0xFFFB: return "\u{FFFD}"
    case 0xE0000...0xE007F: return "\u{FFFD}"
    case _ where FileName.isEscape(scalar): return "\u{FFFD}"
    default: return scalar
    }
  }

  /// A UTF-8 locale, opened once.
  private static let locale = UTF8Locale()

  /// Owns a `locale_t` for the life of the process. Safe to share: the C library only reads it.
  private final class UTF8Locale: @unchecked Sendable {
    let value: locale_t? = gaze_utf8_locale()
  }
}
