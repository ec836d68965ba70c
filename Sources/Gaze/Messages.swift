import ArgumentParser
import Glibc

/// Why a command gave up, in one line: what, which file, what was expected.
struct CommandFailure: Error, CustomStringConvertible, Equatable {
  let description: String

  init(_ description: String) { self.description = description }
}

/// What the program says on standard error.
enum Messages {
  /// Prints `gaze: ` and a line.
  static func say(_ text: String) {
    var standardError = StandardError()
    standardError.write("gaze: \(printable(text))\n")
  }

  /// `text` in one line that is safe on a terminal: file names may hold control characters.
  static func printable(_ text: String) -> String {
    let safe = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
    return String(String.UnicodeScalarView(safe))
  }

  static var errorsGoToATerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
