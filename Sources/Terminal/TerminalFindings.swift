import Raster

/// What is known about a terminal beyond its colours, in words for people who wonder why gaze looks as it does.
public struct TerminalFindings: Sendable {
  /// Where the terminal's description is and how it is used.
  public let terminfo: String
  /// How presses and the wheel are reported.
  public let mouse: String

  public init(environment: [String: String], decision: ColorDecision) {
    do {
      let description = try TerminalDescription.find(environment: environment)
      let source =
        description.path?.description ?? "none installed for '\(environment["TERM"] ?? "")': gaze's own, like xterm's"
      let colors = description.colors.colors > 0 ? "\(description.colors.colors) colours" : "no colours"
      let own = decision.depth == .truecolor ? "; for 24-bit colours gaze numbers them all, for itself alone" : ""
      terminfo = "\(source), \(colors)\(own)"
      mouse = Self.mouse(description.entry)
    } catch {
      terminfo = "gaze cannot draw here: \(error)"
      mouse = "unknown without a terminfo entry"
    }
  }

  private static func mouse(_ entry: TerminfoEntry) -> String {
    guard entry[.mouseReport] != nil else { return "off: the terminfo entry has no mouse" }
    return "on, reported in SGR's form where the terminal knows it, else up to column 223; "
      + "M turns it off, which gives the terminal's own selection back"
  }
}

extension GlyphSupport {
  /// Which preview characters can be drawn and which are used unless others are asked for.
  public func symbolsReason(in depth: ColorDepth) -> String {
    let chosen = usable(.quadrant, in: depth).rawValue
    guard unicode else { return "\(chosen): block characters need a UTF-8 locale (set LC_ALL or LANG)" }
    let blocks = sextants ? "half, quadrant, sextant" : "half, quadrant"
    let sets = blocks + (depth > .mono ? ", space or ascii" : " or ascii")
    return "\(chosen) unless a theme or --symbols asks for another of \(sets)"
  }
}
