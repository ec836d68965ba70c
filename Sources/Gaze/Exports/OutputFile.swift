import Raster
import WeightFiles

/// Where a command puts a file it was asked for.
enum OutputFile {
  /// Writes all of it or nothing; `-` is standard output.
  static func write(_ bytes: [UInt8], to path: String) throws {
    if path == "-" { return try StandardOutput.write(bytes) }
    try write(bytes, toFile: path)
  }

  /// Writes all of it or nothing.
  static func write(_ bytes: [UInt8], toFile path: String) throws(WeightFileError) {
    let file = try AtomicFile(path: path, systemPath: FileName.systemPath(path))
    try file.write(bytes)
    try file.commit()
  }
}
