import Files
import Glibc
import SystemPackage

/// Files that are read from their beginning to their end, pipes among them.
enum WholeFile {
  /// - Throws: where it cannot be opened or read. A pipe that nobody writes to is empty, and not waited for.
  static func read(_ path: FilePath) throws(FileError) -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    return try read(descriptor, name: path)
  }

  /// - Parameter name: of the file, in errors.
  static func read(_ descriptor: Int32, name: FilePath) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let block = try readBlock(descriptor, name: name)
      if block.isEmpty { return bytes }
      bytes += block
    }
  }

  /// Opens a file to be read by `readBlock`.
  static func open(_ path: FilePath) throws(FileError) -> Int32 {
    let descriptor = path.withPlatformString { Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw .fromErrno(path, "read") }
    return descriptor
  }

  /// The next bytes, at most 64 KiB, waited for; none at the end.
  static func readBlock(_ descriptor: Int32, name: FilePath) throws(FileError) -> [UInt8] {
    let size = 1 << 16
    while true {
      var failure: Int32 = 0
      let block = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        let read = Glibc.read(descriptor, buffer.baseAddress, size)
        if read < 0 { failure = errno }
        count = max(read, 0)
      }
      switch failure {
      case 0: return block
      case EINTR: continue
      case EAGAIN:
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&wanted, 1, -1)
      default: throw .fromErrno(name, "read", code: failure)
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
