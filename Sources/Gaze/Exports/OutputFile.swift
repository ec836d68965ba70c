import WeightFiles

/// Where a command puts a file it was asked for.
enum OutputFile {
  /// Writes all of it or nothing; `-` is standard output.
  static func write(_ bytes: [UInt8], to path: String) throws {
    if path == "-" { return try StandardOutput.write(bytes) }
    try AtomicFile.write(bytes, to: path)
  }
}
