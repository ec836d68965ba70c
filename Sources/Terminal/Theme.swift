import Raster

/// How the interface looks: a style for each role, and how heat is laid over pictures.
public struct Theme: Sendable, Equatable {
  /// What a piece of the interface is for, called as in theme files. A theme may leave any out; the built-in one has all.
  public enum Role: String, Sendable, CaseIterable {
    /// Everything not said otherwise; its background fills the screen.
    case text
    /// What can be overlooked: hints, counts, numbers beside words.
    case muted
    /// Lines between panes.
    case rule
    /// The names of panes; of the one in use, `accent`.
    case title
    /// The one colour that draws the eye.
    case accent
    /// The selected row of a list.
    case selection
    /// The piece of a text that the picture beside it is about.
    case highlight = "word"
    /// Text found by a search.
    case match
    /// The status line.
    case status
    /// Parts of bars that stand for probabilities.
    case bar
    case good, warning, error
  }

  public var name: String
  public var styles: [Role: Style]
  /// The name of a `Colormap`.
  public var colormap: String
  /// 0…1: how much of the heat shows over the picture.
  public var opacity: Float
  /// Whether heat is shown smoothed, not as the numbers it is made from.
  public var smooth: Bool
  /// The preview's characters; nil leaves the choice to the terminal.
  public var symbols: SymbolSet?

  /// The style of a role.
  public subscript(role: Role) -> Style { styles[role] ?? .plain }

  /// The theme in the colours a terminal has. Without colours, attributes tell the roles apart.
  public func reduced(to depth: ColorDepth) -> Theme {
    var theme = self
    theme.styles = Dictionary(
      uniqueKeysWithValues: Role.allCases.map { role in
        if depth == .mono { return (role, Style(.standard, on: .standard, Self.monochrome(role))) }
        var style = self[role]
        style.foreground = ColorReduction.reduce(style.foreground, to: depth)
        style.background = ColorReduction.reduce(style.background, to: depth)
        if depth == .ansi16, style.background != .standard, style.foreground == .standard {
          // The terminal's own text may not stand out from a colour; black or white does.
          style.foreground = .indexed(ColorReduction.isDark(self[role].foreground) ? 0 : 15)
        }
        if depth == .ansi16, Self.monochrome(role).contains(.reverse), style.background == .standard {
          style.attributes.insert(.reverse)
        }
        return (role, style)
      })
    return theme
  }

  private static func monochrome(_ role: Role) -> Style.Attributes {
    switch role {
    case .text, .bar, .status: []
    case .muted, .rule: .dim
    case .title, .accent, .good: .bold
    case .selection: .reverse
    case .highlight: [.bold, .reverse]
    case .match: .underline
    case .warning, .error: .bold
    }
  }

  /// The theme used when none is asked for and no file can be found.
  public static let builtIn: Theme = {
    let back = Cell.Color.rgb(RGB(0x12, 0x15, 0x1B))
    func style(_ red: UInt8, _ green: UInt8, _ blue: UInt8, _ attributes: Style.Attributes = []) -> Style {
      Style(.rgb(RGB(red, green, blue)), on: back, attributes)
    }
    return Theme(
      name: "dark",
      styles: [
        .text: style(0xC9, 0xCF, 0xD9), .muted: style(0x74, 0x7D, 0x8C), .rule: style(0x31, 0x38, 0x44),
        .title: style(0x9A, 0xA4, 0xB3), .accent: style(0xF0, 0xA8, 0x4A, .bold),
        .selection: Style(.rgb(RGB(0xFF, 0xFF, 0xFF)), on: .rgb(RGB(0x2A, 0x33, 0x41))),
        .highlight: Style(.rgb(RGB(0x12, 0x15, 0x1B)), on: .rgb(RGB(0xF0, 0xA8, 0x4A)), .bold),
        .match: style(0xF0, 0xA8, 0x4A, .underline),
        .status: Style(.rgb(RGB(0xC9, 0xCF, 0xD9)), on: .rgb(RGB(0x1C, 0x21, 0x2A))),
        .bar: style(0x5F, 0x8F, 0xC7), .good: style(0x8C, 0xBF, 0x7F), .warning: style(0xE5, 0xC0, 0x7B),
        .error: style(0xEE, 0x81, 0x81),
      ],
      colormap: "inferno", opacity: 0.7, smooth: true, symbols: nil)
  }()
}
