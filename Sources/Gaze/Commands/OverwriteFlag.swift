import ArgumentParser
import Files
import Glibc
import SystemPackage

/// Leave to replace files, for the commands that write files that an option names.
struct OverwriteFlag: ParsableArguments {
  @Flag(help: "Replace files that are there already.")
  var overwrite = false

  /// Asked before any work is done.
  /// - Parameters:
  ///   - option: the option that names the file.
  ///   - path: nil where it was not given; `-` is standard output, where nothing is replaced.
  /// - Throws: where there is such a file and it may not be replaced.
  func check(_ option: String, _ path: FilePath?) throws(CommandFailure) {
    guard !overwrite, let path, path != "-", Self.isFile(path) else { return }
    throw CommandFailure("\(option): \(path) is there already; --overwrite replaces it")
  }

  /// - Throws: where leave is given and none of the options that name files are.
  func checkUse(_ paths: [FilePath?], of options: String) throws {
    if overwrite, paths.allSatisfy({ $0 == nil || $0 == "-" }) {
      throw ValidationError("--overwrite: expected with \(options) and a file")
    }
  }

  /// What is no file, such as a folder, cannot be written and is told by who tries.
  static func isFile(_ path: FilePath) -> Bool {
    path.status.map { $0.st_mode & S_IFMT == S_IFREG } ?? false
  }
}
