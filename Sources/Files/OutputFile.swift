import Glibc
import SystemPackage

/// Where a command puts a file it was asked for.
public enum OutputFile {
  /// Writes all of it or nothing; `-` is standard output.
  public static func write(_ bytes: [UInt8], to path: FilePath) throws(FileError) {
    if path == "-" { return try StandardOutput.write(bytes) }
    try write(bytes, toFile: path)
  }

  /// Writes all of it or nothing.
  public static func write(_ bytes: [UInt8], toFile path: FilePath) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }
}

/// The data a command produces.
public enum StandardOutput {
  /// Writes `bytes` at once.
  /// - Throws: when the disk behind it is full and the like.
  public static func write(_ bytes: [UInt8]) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .fromErrno("standard output", "write")
      }
      done += count
    }
  }

  public static func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }
}
