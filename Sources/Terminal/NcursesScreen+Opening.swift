import CNcurses
import Files
import Foundation
import Raster

/// How ncurses is started.
extension NcursesScreen {
  /// Opens the terminal with an entry that ncurses alone sees, in a form it takes from TERMINFO itself (ncurses(3x),
  /// "TERMINFO"); the variable is as before for child processes.
  static func openTerminal(_ entry: TerminfoEntry, environment: [String: String]) -> OpaquePointer? {
    var own = entry
    own.names = Array("gaze".utf8)
    setenv("TERMINFO", "b64:" + Data(own.serialized()).base64EncodedString(), 1)
    defer {
      if let before = environment["TERMINFO"] {
        setenv("TERMINFO", FileName.cString(before), 1)
      } else {
        unsetenv("TERMINFO")
      }
    }
    return gaze_newterm("gaze")
  }

  static func setUp() {
    cbreak()
    noecho()
    nonl()
    keypad(gaze_stdscr(), true)
    typeahead(-1)
    leaveok(gaze_stdscr(), false)
    scrollok(gaze_stdscr(), false)
    curs_set(0)
  }

  /// What was decided may be more than ncurses can do with this entry.
  static func startColors(_ wanted: ColorDepth) -> (ColorDepth, PairTable) {
    guard wanted != .mono, has_colors(), start_color() == OK else { return (.mono, PairTable(capacity: 1)) }
    use_default_colors()
    let possible: ColorDepth =
      switch gaze_colors() {
      case 0x100_0000...: .truecolor
      case 256...: .ansi256
      default: .ansi16
      }
    return (min(wanted, possible), PairTable(capacity: Int(gaze_color_pairs()) - 1))
  }
}
