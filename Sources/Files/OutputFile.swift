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
    try AppendedFile.write(bytes, to: STDOUT_FILENO, of: "standard output")
  }

  public static func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }
}
