import Files
import Glibc
import SystemPackage

/// Files that are read from their beginning to their end, pipes among them.
enum WholeFile {
  /// - Throws: where it cannot be opened or read. A pipe that nobody writes to is empty, and not waited for.
  static func read(_ path: FilePath) throws(FileError) -> [UInt8] {
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw .fromErrno(path, "read") }
    defer { close(descriptor) }
    return try read(descriptor, name: path)
  }

  /// - Parameter name: of the file, in errors.
  static func read(_ descriptor: Int32, name: FilePath) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes += block[..<count]
      } else if errno == EAGAIN {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&wanted, 1, -1)
      } else if errno != EINTR {
        throw .fromErrno(name, "read")
      }
    }
  }
}

/// The data a command is given.
enum StandardInput {
  /// As it is called in errors.
  static let name: FilePath = "standard input"

  /// All of it.
  static func read() throws(FileError) -> [UInt8] { try WholeFile.read(STDIN_FILENO, name: name) }
}
