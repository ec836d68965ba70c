/// What can go wrong between the program and the terminal.
public enum TerminalError: Error, CustomStringConvertible, Equatable {
  /// Standard input or output is not a terminal.
  case notATerminal(String)
  /// ncurses could not open the terminal.
  case cannotOpen(term: String)
  /// A theme's text cannot be used.
  case badTheme(path: String, line: Int?, key: String?, problem: String)
  /// No theme has that name.
  case unknownTheme(name: String, known: [String])

  public var description: String {
    switch self {
    case .notATerminal(let stream):
      return "\(stream) is not a terminal: browsing needs one; use 'gaze caption' or 'gaze preview' in scripts"
    case .cannotOpen(let term):
      return "cannot open a terminal of type '\(term)': expected TERM to name an entry of the terminfo database"
    case .badTheme(let path, let line, let key, let problem):
      let place = line.map { ":\($0)" } ?? ""
      return "\(path)\(place): \(key.map { "'\($0)' " } ?? "")\(problem)"
    case .unknownTheme(let name, let known):
      return "no theme is called '\(name)': expected one of \(known.joined(separator: ", "))"
    }
  }
}
