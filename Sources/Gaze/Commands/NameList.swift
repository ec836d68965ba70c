import Files
import Glibc
import SystemPackage

/// Names of files from a list.
enum NameList {
  /// What ends a name.
  enum Ending: UInt8 {
    case newline = 0x0A
    case null = 0
  }

  /// - Parameter path: of the list, which may be a pipe; `-` is standard input.
  /// - Returns: the names as paths, in their order; none is empty.
  /// - Throws: where the list cannot be read, or zeros say that it is of the other kind.
  static func read(_ path: FilePath, ending: Ending) throws -> [FilePath] {
    let bytes = try path == "-" ? StandardInput.read() : WholeFile.read(path)
    if ending == .newline, bytes.contains(0) {
      throw CommandFailure("\(path == "-" ? StandardInput.name : path): names ended by zeros; --null reads them")
    }
    return bytes.split(separator: ending.rawValue).map { name in
      let name = FileName.path(FileName.text(name))
      // In a list it is a file like any other.
      return name == "-" ? "./-" : name
    }
  }
}
