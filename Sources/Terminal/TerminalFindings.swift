import Raster

/// What is known about a terminal beyond its colours, in words for people who wonder why gaze looks as it does.
public struct TerminalFindings: Sendable {
  /// Where the terminal's description is and how it is used.
  public let terminfo: String
  /// How presses and the wheel are reported.
  public let mouse: String

  public init(environment: [String: String], decision: ColorDecision) {
    let term = environment["TERM"] ?? ""
    guard let (entry, path) = TerminfoEntry.locate(term: term, environment: environment) else {
      terminfo =
        term.isEmpty ? "TERM is not set: gaze needs it to draw" : "no entry for '\(term)' found: gaze cannot draw here"
      mouse = "unknown without a terminfo entry"
      return
    }
    let colors = entry.colors > 0 ? "\(entry.colors) colours" : "no colours"
    let own =
      decision.depth == .truecolor
      ? "; for 24-bit colours gaze makes a copy that numbers them all, seen by nobody else" : ""
    terminfo = "\(path), \(colors)\(own)"
    mouse = Self.mouse(decision.depth == .truecolor ? entry.withDirectColors() : entry)
  }

  private static func mouse(_ entry: TerminfoEntry) -> String {
    let toggle = "M turns it off, which gives the terminal's own selection back"
    switch entry.mouseReport {
    case "\u{1B}[<"?: return "on, reported in SGR's form; \(toggle)"
    case .some: return "on, reported in the old form, up to column 223; \(toggle)"
    case nil: return "off: the terminfo entry has no mouse"
    }
  }
}

extension GlyphSupport {
  /// Which preview characters can be drawn and which are used unless others are asked for.
  public var symbolsReason: String {
    guard unicode else { return "ascii: the other sets need a UTF-8 locale (set LC_ALL or LANG)" }
    let sets = sextants ? "half, quadrant, sextant or ascii" : "half, quadrant or ascii"
    return "\(usable(.quadrant).rawValue) unless a theme or --symbols asks for another of \(sets)"
  }
}
