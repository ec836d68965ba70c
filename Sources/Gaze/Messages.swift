import ArgumentParser
import Glibc
import Raster

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
    let safe = text.unicodeScalars.map {
      $0.properties.generalCategory == .control || FileName.isEscape($0) ? "\u{FFFD}" : $0
    }
    return String(String.UnicodeScalarView(safe))
  }

  static var errorsGoToATerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// The data a command produces.
enum StandardOutput {
  /// Writes `bytes` at once.
  /// - Throws: when the disk behind it is full and the like.
  static func write(_ bytes: [UInt8]) throws(CommandFailure) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw CommandFailure("cannot write standard output: \(String(cString: strerror(errno)))")
      }
      done += count
    }
  }

  static func write(_ text: String) throws(CommandFailure) { try write(Array(text.utf8)) }
}

/// Unbuffered text to standard error.
struct StandardError: TextOutputStream {
  mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
