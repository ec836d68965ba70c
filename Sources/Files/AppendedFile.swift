import Glibc
import SystemPackage

/// A file that lines are added to, such as the log of a training run. Used from one thread at a time.
public final class AppendedFile {
  private let path: FilePath
  private let descriptor: Int32

  /// Opens the file, or makes it where there is none.
  /// - Throws: when it cannot be written, told before any work is done.
  public init(path: FilePath) throws(FileError) {
    self.path = path
    // Non-blocking, so that a named pipe that nobody reads is refused rather than waited for.
    descriptor = path.withPlatformString {
      open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o666)
    }
    guard descriptor >= 0 else { throw .fromErrno(path, "write") }
  }

  deinit { close(descriptor) }

  /// Adds a line and its end.
  /// - Throws: when the disk is full and the like; part of the line may then be there.
  public func append(line: String) throws(FileError) {
    try Self.write(Array((line + "\n").utf8), to: descriptor, of: path)
  }

  /// Writes all of some bytes to an open file.
  /// - Parameter path: of the file, in errors.
  /// - Throws: when the disk is full and the like; some of the bytes may then be there.
  package static func write(_ bytes: [UInt8], to descriptor: Int32, of path: FilePath) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .fromErrno(path, "write")
      }
      done += count
    }
  }
}
