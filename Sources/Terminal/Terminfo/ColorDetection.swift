import Raster

/// How many colours to use, and why.
public struct ColorDecision: Sendable, Equatable {
  public let depth: ColorDepth
  public let reason: String

  /// What a terminal's terminfo entry says.
  public struct Entry: Sendable, Equatable {
    /// `colors`; 0 or less for none.
    public var colors: Int
    /// Whether the entry itself takes 24-bit colours (`RGB`, or a `-direct` name).
    public var direct: Bool
    /// Whether it says that 24-bit sequences are understood (`Tc`).
    public var truecolor: Bool

    public init(colors: Int, direct: Bool = false, truecolor: Bool = false) {
      self.colors = colors
      self.direct = direct
      self.truecolor = truecolor
    }
  }

  /// Decides from what is known, in this order: the flag, NO_COLOR, a terminfo entry without colours, COLORTERM,
  /// terminfo's own word on 24-bit colours, a table of terminals, terminfo's number of colours. COLORTERM seldom crosses SSH, so the table matters;
  /// inside GNU screen it is the outer terminal's and not believed.
  /// - Parameters:
  ///   - flag: what `--color` asks for.
  ///   - environment: the process's variables.
  ///   - entry: the terminfo entry of TERM; nil where there is none.
  public static func decide(flag: ColorDepth?, environment: [String: String], entry: Entry?) -> ColorDecision {
    let term = environment["TERM"] ?? ""
    let program = environment["TERM_PROGRAM"] ?? ""
    if let flag { return ColorDecision(depth: flag, reason: "--color \(flag.rawValue)") }
    if let value = environment["NO_COLOR"], !value.isEmpty {
      return ColorDecision(depth: .mono, reason: "NO_COLOR is set")
    }
    if let entry, entry.colors <= 0, !entry.direct, !entry.truecolor {
      return ColorDecision(depth: .mono, reason: "the terminfo entry '\(term)' has no colours")
    }
    let insideScreen = term.hasPrefix("screen") && environment["TMUX"] == nil && program != "tmux"
    if let value = environment["COLORTERM"], ["truecolor", "24bit"].contains(value.lowercased()), !insideScreen {
      return ColorDecision(depth: .truecolor, reason: "COLORTERM is \(value)")
    }
    if let entry, entry.direct || entry.truecolor {
      return ColorDecision(depth: .truecolor, reason: "the terminfo entry '\(term)' has 24-bit colours")
    }
    if let known = known(term: term, program: program, environment: environment, insideScreen: insideScreen) {
      return known
    }
    return fromCount(entry?.colors ?? 0, term: term)
  }

  private static let truecolorPrograms = [
    "iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "mintty", "tmux",
  ]

  private static func known(
    term: String, program: String, environment: [String: String], insideScreen: Bool
  ) -> ColorDecision? {
    if program == "Apple_Terminal" {
      let version = Int(environment["TERM_PROGRAM_VERSION"]?.prefix(while: \.isNumber) ?? "") ?? 0
      // 24-bit colours came with macOS 26's Terminal.
      return ColorDecision(
        depth: version >= 460 ? .truecolor : .ansi256, reason: "TERM_PROGRAM is Apple_Terminal \(version)")
    }
    if truecolorPrograms.contains(program) {
      return ColorDecision(depth: .truecolor, reason: "TERM_PROGRAM is \(program)")
    }
    if !insideScreen, KnownTerminals.haveTruecolor(term) {
      return ColorDecision(depth: .truecolor, reason: "TERM is \(term)")
    }
    if term.hasPrefix("tmux") { return ColorDecision(depth: .truecolor, reason: "TERM is \(term)") }
    if !insideScreen, environment["WT_SESSION"] != nil {
      return ColorDecision(depth: .truecolor, reason: "WT_SESSION is set")
    }
    if !insideScreen, let vte = environment["VTE_VERSION"].flatMap({ Int($0) }), vte >= 3600 {
      return ColorDecision(depth: .truecolor, reason: "VTE_VERSION is \(vte)")
    }
    return nil
  }

  private static func fromCount(_ colors: Int, term: String) -> ColorDecision {
    let source = term.isEmpty ? "TERM is not set" : "the terminfo entry '\(term)' has \(max(0, colors)) colours"
    switch colors {
    case 256...: return ColorDecision(depth: .ansi256, reason: source)
    case 8...: return ColorDecision(depth: .ansi16, reason: source)
    default: return ColorDecision(depth: .mono, reason: source)
    }
  }
}
