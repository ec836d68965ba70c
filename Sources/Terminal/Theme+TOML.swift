import Files
import Raster
import SystemPackage

/// Themes as files:
///
///     name = "dark"
///     [colors]            # FOREGROUND [on BACKGROUND] [bold] [dim] [underline] [reverse]
///     text = "#c9cfd9 on #12151b"
///     [attention]
///     colormap = "viridis"
///     opacity = 0.6
///     smooth = true
///     [preview]
///     symbols = "auto"    # or half, quadrant, sextant, space, ascii
extension Theme {
  /// Reads a theme.
  /// - Parameters:
  ///   - text: the file's.
  ///   - path: the file's name, for errors.
  ///   - colormaps: the names `attention.colormap` may have.
  public init(toml text: String, path: FilePath, colormaps: [String]) throws(TerminalError) {
    let document: TOMLDocument
    do {
      document = try TOMLDocument(text)
    } catch {
      throw .badTheme(path: path, line: error.line, key: error.key, problem: error.problem)
    }
    self = Theme.builtIn
    name = path.lastComponent.map { String(FileName.text($0).prefix { $0 != "." }) } ?? "theme"
    styles = [:]
    try ThemeReader(path: path, colormaps: colormaps).read(document, into: &self)
  }
}

/// Checks a theme's keys and values.
private struct ThemeReader {
  let path: FilePath
  let colormaps: [String]

  func read(_ document: TOMLDocument, into theme: inout Theme) throws(TerminalError) {
    for table in document.tables {
      if let name = table.name, !Self.sections.contains(name) {
        throw .badTheme(path: path, line: table.line, key: name, problem: Self.unknownAtTop)
      }
      for entry in table.entries {
        switch table.name {
        case nil: try readTop(entry, into: &theme)
        case "colors"?: try readColor(entry, into: &theme)
        case "attention"?: try readHeat(entry, into: &theme)
        default: try readPreview(entry, into: &theme)
        }
      }
    }
    inheritBackground(&theme)
  }

  private static let sections = ["colors", "attention", "preview"]
  private static let unknownAtTop = "is unknown: expected name, colors, attention or preview"

  private func readTop(_ entry: TOMLDocument.Entry, into theme: inout Theme) throws(TerminalError) {
    switch entry.key {
    case "name": theme.name = try string(entry, in: nil)
    case _ where Self.sections.contains(entry.key): throw failure(entry, nil, "must be a section: [\(entry.key)]")
    default: throw failure(entry, nil, Self.unknownAtTop)
    }
  }

  private func readColor(_ entry: TOMLDocument.Entry, into theme: inout Theme) throws(TerminalError) {
    guard let role = Theme.Role(rawValue: entry.key) else {
      let roles = Theme.Role.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure(entry, "colors", "is unknown: expected one of \(roles)")
    }
    let value = try string(entry, in: "colors")
    guard let style = StyleText.parse(value) else {
      throw failure(entry, "colors", "is '\(value)': expected e.g. \"#c9cfd9 on #12151b bold\"")
    }
    theme.styles[role] = style
  }

  /// Styles that name no background stand on the text's; roles left out look like text.
  private func inheritBackground(_ theme: inout Theme) {
    let text = theme.styles[.text] ?? .plain
    for role in Theme.Role.allCases {
      var style = theme.styles[role] ?? text
      if style.background == .standard { style.background = text.background }
      theme.styles[role] = style
    }
  }

  private func readHeat(_ entry: TOMLDocument.Entry, into theme: inout Theme) throws(TerminalError) {
    switch (entry.key, entry.value) {
    case ("colormap", _):
      theme.colormap = try string(entry, in: "attention")
      guard colormaps.contains(theme.colormap) else {
        let known = colormaps.joined(separator: ", ")
        throw failure(entry, "attention", "is '\(theme.colormap)': expected one of \(known)")
      }
    case ("opacity", .integer(let value)) where (0...1).contains(value): theme.opacity = Float(value)
    case ("opacity", .number(let value)) where (0...1).contains(value): theme.opacity = Float(value)
    case ("opacity", _): throw failure(entry, "attention", "must be a number from 0 to 1")
    case ("smooth", .boolean(let value)): theme.smooth = value
    case ("smooth", _): throw failure(entry, "attention", "must be true or false")
    default: throw failure(entry, "attention", "is unknown: expected colormap, opacity or smooth")
    }
  }

  private func readPreview(_ entry: TOMLDocument.Entry, into theme: inout Theme) throws(TerminalError) {
    guard entry.key == "symbols" else { throw failure(entry, "preview", "is unknown: expected symbols") }
    let value = try string(entry, in: "preview")
    theme.symbols = SymbolSet(rawValue: value)
    guard value == "auto" || theme.symbols != nil else {
      throw failure(entry, "preview", "is '\(value)': expected auto, half, quadrant, sextant, space or ascii")
    }
  }

  private func string(_ entry: TOMLDocument.Entry, in section: String?) throws(TerminalError) -> String {
    guard case .string(let value) = entry.value else { throw failure(entry, section, "must be text in quotes") }
    return value
  }

  private func failure(_ entry: TOMLDocument.Entry, _ section: String?, _ problem: String) -> TerminalError {
    let key = section.map { "\($0).\(entry.key)" } ?? entry.key
    return .badTheme(path: path, line: entry.line, key: key, problem: problem)
  }
}
