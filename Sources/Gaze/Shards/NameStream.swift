import Files
import Glibc
import SystemPackage

/// Names of files from a list, read as they are asked for.
struct NameStream: Sendable {
  /// What ends a name.
  enum Ending: UInt8 {
    case newline = 0x0A
    case null = 0
  }

  private var lines: LineStream
  private let ending: Ending
  /// The next one, where that is known.
  private var ahead: FilePath?

  /// - Parameter path: of the list, which may be a pipe; `-` is standard input.
  /// - Throws: where the list cannot be opened.
  init(_ path: FilePath, ending: Ending) throws(FileError) {
    let isInput = path == "-"
    // It is open until the process ends; there is one.
    let descriptor = isInput ? STDIN_FILENO : try WholeFile.open(path)
    lines = LineStream(
      descriptor, name: isInput ? StandardInput.name : path, ending: ending.rawValue, longest: 1 << 16)
    self.ending = ending
  }

  /// All names of a list, for who needs them at once.
  static func all(_ path: FilePath, ending: Ending) throws -> [FilePath] {
    var names = try NameStream(path, ending: ending)
    var all: [FilePath] = []
    while let name = try names.next() { all.append(name) }
    return all
  }

  /// The list as it is called in errors.
  var name: FilePath { lines.name }

  /// The name that comes next.
  mutating func peek() throws -> FilePath? {
    ahead = try next()
    return ahead
  }

  /// The next name as a path, never an empty one; nil at the end.
  /// - Throws: where the list cannot be read, zeros say that it is of the other kind, or it is no list of names.
  mutating func next() throws -> FilePath? {
    if let ahead {
      self.ahead = nil
      return ahead
    }
    while let line = try lines.next()?.line {
      if ending == .newline, line.contains(0) {
        throw CommandFailure("\(name): names ended by zeros; --null reads them")
      }
      if line.isEmpty { continue }
      let path = FileName.path(FileName.text(line))
      // In a list it is a file like any other.
      return path == "-" ? "./-" : path
    }
    return nil
  }
}
