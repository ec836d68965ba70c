import ArgumentParser
import Files
import Glibc
import Raster

/// Why a command gave up, in one line: what, which file, what was expected.
struct CommandFailure: Error, CustomStringConvertible, Equatable {
  let description: String

  init(_ description: String) { self.description = description }
}

/// What the program says on standard error.
enum Diagnostics {
  /// Prints `gaze: ` and a line.
  static func say(_ text: String) {
    var standardError = StandardError()
    standardError.write("gaze: \(PrintableText.line(text))\n")
  }

  static var errorsGoToATerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Unbuffered text to standard error.
struct StandardError: TextOutputStream {
  mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
