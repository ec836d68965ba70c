import Files
import Glibc

/// Files that come with the program: `Weights/`, `Themes/` and the like.
enum ProgramFiles {
  /// The folder called `name` that belongs to this program.
  ///
  /// Looked for in each folder above the executable, nearest first, which finds it in a checkout and beside a copied
  /// binary; then in `../share/gaze` as an installation has it. Symbolic links to the executable are followed.
  static func folder(_ name: String) -> String? {
    candidates(name, executable: executable).first(where: FileKind.isFolder)
  }

  /// The weights to run: those of `--weights`, else of `$GAZE_WEIGHTS`, else the ones that came with the program.
  /// - Parameter flag: what the user gave; nil when nothing.
  /// - Throws: what was looked for and where, when there is no such file.
  static func weights(flag: String?) throws(CommandFailure) -> String {
    let variable = getenv("GAZE_WEIGHTS").map { String(cString: $0) } ?? ""
    return try weights(flag: flag, variable: variable, folder: folder("Weights"))
  }

  /// A file, or a captioner's folder as `huggingface-cli download` leaves it.
  private static func isWeights(_ path: String) -> Bool { isFile(path) || isFile("\(path)/config.json") }

  /// As `weights(flag:)`, with the surroundings given.
  static func weights(flag: String?, variable: String, folder: String?) throws(CommandFailure) -> String {
    if let flag {
      guard isWeights(flag) else { throw CommandFailure("\(flag): no such weights file (from --weights)") }
      return flag
    }
    if !variable.isEmpty {
      guard isWeights(variable) else { throw CommandFailure("\(variable): no such weights file (from $GAZE_WEIGHTS)") }
      return variable
    }
    let shipped = (folder ?? "Weights") + "/default.safetensors"
    guard folder != nil, isFile(shipped) else {
      throw CommandFailure(
        "no weights found: neither --weights nor $GAZE_WEIGHTS is given, and there is no \(shipped)")
    }
    return shipped
  }

  /// The real path of the running program.
  static var executable: String {
    guard let path = realpath("/proc/self/exe", nil) else { return CommandLine.arguments.first ?? "gaze" }
    defer { free(path) }
    return FileName.text(cString: path)
  }

  /// Where a folder called `name` may be, likeliest first.
  static func candidates(_ name: String, executable: String) -> [String] {
    var result: [String] = []
    var folder = executable[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      result.append("\(folder)/\(name)")
      if result.count == 1 { result.append("\(folder)/../share/gaze/\(name)") }
    }
    return result
  }

  /// Pipes and the like are let through, to be refused where they are opened.
  private static func isFile(_ path: String) -> Bool { FileName.exists(path) && !FileKind.isFolder(path) }
}
