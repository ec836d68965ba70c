import Files
import Glibc
import SystemPackage

/// Files that come with the program: `Weights/`, `Themes/` and the like.
enum ProgramFiles {
  /// The folder called `name` that belongs to this program.
  ///
  /// Looked for in each folder above the executable, nearest first, which finds it in a checkout and beside a copied
  /// binary, and in `../share/gaze` as an installation has it. Symbolic links to the executable are followed.
  static func folder(_ name: String) -> FilePath? {
    candidates(name, executable: executable).first(where: \.isFolder)
  }

  /// The weights to run: those of `--weights`, else of `$GAZE_WEIGHTS`, else the ones that came with the program.
  /// - Parameter flag: what the user gave; nil when nothing.
  /// - Throws: what was looked for and where, when there is no such file.
  static func weights(flag: FilePath?) throws(CommandFailure) -> FilePath {
    let variable = getenv("GAZE_WEIGHTS").map { FilePath(platformString: $0) } ?? ""
    return try weights(flag: flag, variable: variable, folder: folder("Weights"))
  }

  /// A file, or a captioner's folder as `huggingface-cli download` leaves it.
  private static func isWeights(_ path: FilePath) -> Bool { isFile(path) || isFile(path.appending("config.json")) }

  /// As `weights(flag:)`, with the surroundings given.
  static func weights(
    flag: FilePath?, variable: FilePath, folder: FilePath?
  ) throws(CommandFailure) -> FilePath {
    if let flag {
      guard isWeights(flag) else { throw CommandFailure("\(flag): no such weights file (from --weights)") }
      return flag
    }
    if !variable.isEmpty {
      guard isWeights(variable) else { throw CommandFailure("\(variable): no such weights file (from $GAZE_WEIGHTS)") }
      return variable
    }
    let shipped = (folder ?? "Weights").appending("default.safetensors")
    guard folder != nil, isFile(shipped) else {
      throw CommandFailure(
        "no weights found: neither --weights nor $GAZE_WEIGHTS is given, and there is no \(shipped)")
    }
    return shipped
  }

  /// The real path of the running program.
  static var executable: FilePath {
    guard let path = realpath("/proc/self/exe", nil) else { return FilePath(CommandLine.arguments.first ?? "gaze") }
    defer { free(path) }
    return FilePath(platformString: path)
  }

  /// Where a folder called `name` may be, likeliest first.
  static func candidates(_ name: String, executable: FilePath) -> [FilePath] {
    var result: [FilePath] = []
    var folder = executable
    while folder.removeLastComponent() {
      result.append(folder.appending(name))
      if result.count == 1 { result.append(folder.removingLastComponent().appending("share/gaze/\(name)")) }
    }
    return result
  }

  /// Pipes and the like are let through, to be refused where they are opened.
  private static func isFile(_ path: FilePath) -> Bool { path.exists && !path.isFolder }
}
