/// Terminals known by their names, for where terminfo does not know them.
enum KnownTerminals {
  private static let truecolor = [
    "xterm-kitty", "kitty", "alacritty", "foot", "wezterm", "xterm-ghostty", "ghostty", "contour", "rio", "konsole",
    "iterm", "mintty", "st-256color", "vte",
  ]
  private static let others = [
    "xterm", "screen", "tmux", "st", "putty", "rxvt", "gnome", "konsole", "nsterm", "ms-terminal",
  ]

  /// Whether a terminal of that name has 24-bit colours.
  static func haveTruecolor(_ term: String) -> Bool { truecolor.contains { begins(term, with: $0) } }

  /// Whether a terminal of that name acts on what xterm acts on.
  static func areLikeXterm(_ term: String) -> Bool {
    haveTruecolor(term) || others.contains { begins(term, with: $0) }
  }

  /// Whether the name is the terminal's or a variant's: `iterm2`, `screen.xterm`, `tmux-direct`, but not `stx`.
  private static func begins(_ term: String, with name: String) -> Bool {
    guard term.hasPrefix(name) else { return false }
    return term.dropFirst(name.count).first.map { !$0.isLetter } ?? true
  }
}
