import SystemPackage

/// What can go wrong between the program and the terminal.
public enum TerminalError: Error, CustomStringConvertible, Equatable {
  /// Standard input or output is not a terminal.
  case notATerminal(String)
  /// TERM is not set.
  case noTerminalType
  /// TERM names a terminal that nothing is known of.
  case unknownTerminalType(term: String)
  /// The only terminfo entry of TERM is damaged.
  case damagedTerminalType(term: String, path: FilePath)
  /// TERM names a terminal that text can only be appended to.
  case cannotMoveCursor(term: String)
  /// ncurses could not open the terminal.
  case cannotOpen(term: String)
  /// A theme's text cannot be used.
  case badTheme(path: FilePath, line: Int?, key: String?, problem: String)
  /// No theme has that name.
  case unknownTheme(name: String, known: [String])

  public var description: String {
    switch self {
    case .notATerminal(let stream):
      return "\(stream) is not a terminal, which the screen needs; \(Self.withoutScreen)"
    case .noTerminalType:
      return "TERM is not set: set it to the terminal's type (\(Self.usualType)), or \(Self.withoutScreen)"
    case .unknownTerminalType(let term):
      return "no terminfo entry for TERM '\(term)': install it, set TERM to a type that is known "
        + "(\(Self.usualType)), or \(Self.withoutScreen)"
    case .damagedTerminalType(let term, let path):
      return "\(path): the terminfo entry for TERM '\(term)' is damaged: install it anew, set TERM to another type "
        + "(\(Self.usualType)), or \(Self.withoutScreen)"
    case .cannotMoveCursor(let term):
      return "TERM is '\(term)', a terminal that cannot move its cursor: set TERM to what it really is "
        + "(\(Self.usualType)), or \(Self.withoutScreen)"
    case .cannotOpen(let term):
      return "cannot open the terminal (TERM is '\(term)'); \(Self.withoutScreen)"
    case .badTheme(let path, let line, let key, let problem):
      let place = line.map { ":\($0)" } ?? ""
      return "\(path)\(place): \(key.map { "'\($0)' " } ?? "")\(problem)"
    case .unknownTheme(let name, let known):
      return "no theme is called '\(name)': expected one of \(known.joined(separator: ", "))"
    }
  }

  private static let usualType = "xterm-256color suits most"
  private static let withoutScreen = "use gaze --plain for lines of text"
}
