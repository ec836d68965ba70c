import Glibc
import SystemPackage

/// Why a file could not be opened, read or written. The description is one line: what was tried, which file, and why.
public struct FileError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The file; "standard output" stands for what has no path.
  public let path: FilePath
  /// What was tried: "open", "read", "write" …
  public let action: String
  /// The system's own words, or ours where the system would have gone on.
  public let reason: String

  public init(path: FilePath, action: String, reason: String) {
    self.path = path
    self.action = action
    self.reason = reason
  }

  /// The system call that just failed on `path`, from `errno`.
  public static func fromErrno(_ path: FilePath, _ action: String, code: Int32 = errno) -> FileError {
    FileError(path: path, action: action, reason: String(cString: strerror(code)))
  }

  public var description: String { "cannot \(action) \(path): \(reason)" }
}
