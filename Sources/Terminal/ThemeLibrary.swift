import Files
import SystemPackage

/// The themes that can be chosen: the user's, then those shipped with the program, then the built-in one.
public struct ThemeLibrary: Sendable {
  /// Searched in order; a theme hides those of its name in later folders.
  public let folders: [FilePath]
  private let colormaps: [String]

  /// - Parameters:
  ///   - shipped: the program's `Themes` folder, where it was found.
  ///   - environment: for `$XDG_CONFIG_HOME` and `$HOME`.
  ///   - colormaps: the names of heat colormaps that themes may use.
  public init(shipped: FilePath?, environment: [String: String], colormaps: [String]) {
    let config =
      environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : FileName.path($0) }
      ?? environment["HOME"].map { FileName.path($0).appending(".config") }
    folders = [config?.appending("gaze/themes"), shipped].compactMap { $0 }
    self.colormaps = colormaps
  }

  /// Every theme's name once, sorted.
  public var names: [String] {
    var names: Set<String> = [Theme.builtIn.name]
    for folder in folders {
      let files = folder.names?.map { FileName.text($0) } ?? []
      names.formUnion(files.filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) })
    }
    return names.sorted()
  }

  /// Loads a theme by its name, or from a file when the name is a path.
  public func theme(named name: String) throws(TerminalError) -> Theme {
    let candidates =
      name.contains("/")
      ? [FileName.path(name)] : folders.map { $0.appending(FileName.path(name + ".toml").components) }
    for path in candidates {
      guard path.exists else { continue }
      guard let bytes = SmallFile.read(path, limit: 1 << 20) else {
        throw .badTheme(path: path, line: nil, key: nil, problem: "cannot be read: expected a file of at most 1 MiB")
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .badTheme(path: path, line: nil, key: nil, problem: "is not UTF-8 text")
      }
      return try Theme(toml: text, path: path, colormaps: colormaps)
    }
    guard name == Theme.builtIn.name else { throw .unknownTheme(name: name, known: names) }
    return .builtIn
  }
}
