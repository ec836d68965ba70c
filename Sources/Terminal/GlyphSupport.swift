import CNcurses
import Raster

/// Which characters the terminal can be trusted with.
public struct GlyphSupport: Sendable, Equatable {
  /// Characters beyond ASCII: needs a UTF-8 locale.
  public var unicode: Bool
  /// Sextants (U+1FB00…): needs a C library that knows them as one column wide.
  public var sextants: Bool
  /// Why, in a sentence.
  public var reason: String

  public init(unicode: Bool, sextants: Bool, reason: String) {
    self.unicode = unicode
    self.sextants = sextants
    self.reason = reason
  }

  /// What the process's locale allows. Call after `setlocale(LC_ALL, "")`.
  public static func detect() -> GlyphSupport {
    let codeset = String(cString: gaze_codeset())
    guard codeset.uppercased() == "UTF-8" else {
      return GlyphSupport(unicode: false, sextants: false, reason: "the locale's characters are \(codeset), not UTF-8")
    }
    let blocks = gaze_width(0x2584) == 1
    let sextants = gaze_width(0x1FB00) == 1
    return GlyphSupport(
      unicode: blocks, sextants: blocks && sextants,
      reason: "the locale is UTF-8"
        + (sextants ? "" : "; its C library does not know sextants") + (blocks ? "" : " without block characters"))
  }

  /// Sets the process's locale from its environment, which drawing wide characters needs.
  public static func enterLocale() { setlocale(LC_ALL, "") }

  /// The set nearest to the wanted one that can be drawn in so many colours: without block characters spaces in colour,
  /// without colours too the ASCII ramp.
  public func usable(_ wanted: SymbolSet, in depth: ColorDepth) -> SymbolSet {
    if wanted == .ascii || (depth == .mono && (wanted == .space || !unicode)) { return .ascii }
    guard unicode else { return .space }
    return wanted == .sextant && !sextants ? .quadrant : wanted
  }

  /// Lines and marks of the interface in the characters that can be drawn.
  public var marks: Marks { unicode ? .unicode : .ascii }

  /// Lines and marks of the interface.
  public struct Marks: Sendable {
    public var horizontal: Character, vertical: Character, tee: Character
    public var ellipsis: Character, pointer: Character, dot: Character, check: Character, cross: Character
    public var bar: Character, halfBar: Character, track: Character, pen: Character, pin: Character,
      star: Character, separator: Character, branch: Character
    public var minus: String
    public var arrows: (up: String, down: String, left: String, right: String)

    static let unicode = Marks(
      horizontal: "─", vertical: "│", tee: "┬", ellipsis: "…", pointer: "▸", dot: "•", check: "✓", cross: "×",
      bar: "━", halfBar: "╸", track: "─", pen: "✎", pin: "◆", star: "★", separator: "·", branch: "└", minus: "−",
      arrows: ("↑", "↓", "←", "→"))
    static let ascii = Marks(
      horizontal: "-", vertical: "|", tee: "-", ellipsis: "~", pointer: ">", dot: "*", check: "+", cross: "!",
      bar: "=", halfBar: "-", track: " ", pen: "#", pin: "*", star: "&", separator: "-", branch: "`", minus: "-",
      arrows: ("Up", "Down", "Left", "Right"))
  }
}
