import Files
import Foundation
import SystemPackage
import Terminal

/// The file in which settings are kept, if the user asks for that.
package struct SettingsFile: Sendable {
  package let path: FilePath

  package init(path: FilePath) { self.path = path }

  /// `$XDG_CONFIG_HOME/gaze/config.toml` or `~/.config/gaze/config.toml`.
  package static func ofUser(_ environment: [String: String] = ProcessEnvironment.variables) -> SettingsFile {
    let base = environment["XDG_CONFIG_HOME"].map { FileName.path($0) }.flatMap { $0.isAbsolute ? $0 : nil }
    let home = environment["HOME"].map { FileName.path($0) } ?? .home
    return SettingsFile(path: (base ?? home.appending(".config")).appending("gaze/config.toml"))
  }

  private static let largest = 1 << 16

  /// What is kept, and what of it is wrong, one sentence each. Nothing is wrong with a file that is not there.
  package func read() -> (settings: KeptSettings, problems: [String]) {
    do {
      let (settings, problems) = try text().map(KeptSettings.read) ?? (KeptSettings(), [])
      return (settings, problems.map { "\(path):\($0.line): \(Self.describe($0))" })
    } catch {
      return (KeptSettings(), ["\(error)"])
    }
  }

  private static func describe(_ problem: KeptSettings.Problem) -> String {
    // A name may be as long as the file: the reason must not be lost behind it.
    let key = problem.key.map { $0.count > 40 ? $0.prefix(40) + "…" : $0[...] }
    return "\(key.map { "'\($0)' " } ?? "")\(problem.problem.prefix(160))"
  }

  /// Where a setting stands, such as for an error about what it names.
  package func place(of key: String) -> String {
    let document = (try? text()).flatMap { $0 }.flatMap { try? TOMLDocument($0) }
    let line = document?.tables[0].entries.first { $0.key == key }?.line
    return line.map { "\(path):\($0)" } ?? "\(path)"
  }

  /// The file's text; nil where there is none.
  private func text() throws(FileError) -> String? {
    guard path.exists else { return nil }
    guard let bytes = SmallFile.read(path, limit: Self.largest) else {
      throw FileError(path: path, action: "read", reason: "expected a file of at most 64 KiB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(path: path, action: "read", reason: "expected text in UTF-8")
    }
    return text
  }

  /// Writes settings over those kept before; every other line stays. A file that is not understood is left as it is.
  package func keep(_ settings: KeptSettings) throws(FileError) {
    let before = try text()
    if let before, let problem = KeptSettings.read(before).problems.first {
      throw FileError(path: path, action: "keep settings in", reason: "line \(problem.line): \(Self.describe(problem))")
    }
    do { try path.removingLastComponent().makeFolder() } catch {
      throw FileError(path: path, action: "write", reason: "its folder cannot be made")
    }
    try OutputFile.write(Array(Self.text(settings, in: before).utf8), toFile: path)
  }

  /// - Parameter before: what the file said; nil where there is none.
  static func text(_ settings: KeptSettings, in before: String?) -> String {
    // Scalars, not characters: a line end made of two scalars is one character.
    var lines = (before ?? "# Kept by the key C of gaze's browser; flags win over these.").unicodeScalars
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    let entries = before.flatMap { try? TOMLDocument($0) }?.tables[0].entries ?? []
    let kept = Dictionary(uniqueKeysWithValues: settings.lines.map { ($0.key, $0.line) })
    for entry in entries { if let line = kept[entry.key] { lines[entry.line - 1] = line } }
    lines += settings.lines.filter { line in !entries.contains { $0.key == line.key } }.map(\.line)
    return lines.joined(separator: "\n") + "\n"
  }

  /// Keeps settings and says where.
  /// - Parameter file: nil where there is no place for them.
  static func keep(_ settings: KeptSettings, in file: SettingsFile?) -> Message {
    guard let file else { return .file(.failed("there is no place to keep settings in")) }
    do {
      try file.keep(settings)
      return .file(.settingsKept(settings, path: file.path))
    } catch {
      return .file(.failed("\(error)"))
    }
  }
}
