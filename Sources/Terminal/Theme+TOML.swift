import Raster
import TOMLKit

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
///     symbols = "auto"    # or half, quadrant, sextant, ascii
extension Theme {
  /// Reads a theme.
  /// - Parameters:
  ///   - path: the file's name, for errors.
  ///   - colormaps: the names `attention.colormap` may have.
  public init(toml text: String, path: String, colormaps: [String]) throws(TerminalError) {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw .badTheme(path: path, line: error.source.begin.line, key: nil, problem: error.description)
    } catch {
      throw .badTheme(path: path, line: nil, key: nil, problem: "\(error)")
    }
    var reader = ThemeReader(text: text, path: path)
    self = Theme.builtIn
    name = path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? "theme"
    styles = [:]
    try reader.read(table, into: &self, colormaps: colormaps)
  }
}

/// Checks a theme's keys and values and knows where each stands.
private struct ThemeReader {
  let text: String
  let path: String

  mutating func read(_ table: TOMLTable, into theme: inout Theme, colormaps: [String]) throws(TerminalError) {
    for key in table.keys {
      switch key {
      case "name": theme.name = try string(table, key, in: nil)
      case "colors": try readColors(try section(table, key), into: &theme)
      case "attention": try readAttention(try section(table, key), into: &theme, colormaps: colormaps)
      case "preview": try readPreview(try section(table, key), into: &theme)
      default: throw failure(nil, key, "is unknown: expected name, colors, attention or preview")
      }
    }
  }

  private func readColors(_ table: TOMLTable, into theme: inout Theme) throws(TerminalError) {
    for key in table.keys {
      guard let role = Theme.Role(rawValue: key) else {
        let roles = Theme.Role.allCases.map(\.rawValue).joined(separator: ", ")
        throw failure("colors", key, "is unknown: expected one of \(roles)")
      }
      let value = try string(table, key, in: "colors")
      guard let style = StyleText.parse(value) else {
        throw failure("colors", key, "is '\(value)': expected e.g. \"#c9cfd9 on #12151b bold\"")
      }
      theme.styles[role] = style
    }
    inheritBackground(&theme)
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

  private func readAttention(_ table: TOMLTable, into theme: inout Theme, colormaps: [String]) throws(TerminalError) {
    for key in table.keys {
      switch key {
      case "colormap":
        theme.colormap = try string(table, key, in: "attention")
        guard colormaps.contains(theme.colormap) else {
          let known = colormaps.joined(separator: ", ")
          throw failure("attention", key, "is '\(theme.colormap)': expected one of \(known)")
        }
      case "opacity":
        guard let value = table[key]?.double ?? table[key]?.int.map(Double.init), (0...1).contains(value) else {
          throw failure("attention", key, "must be a number from 0 to 1")
        }
        theme.opacity = Float(value)
      case "smooth":
        guard let value = table[key]?.bool else { throw failure("attention", key, "must be true or false") }
        theme.smooth = value
      default: throw failure("attention", key, "is unknown: expected colormap, opacity or smooth")
      }
    }
  }

  private func readPreview(_ table: TOMLTable, into theme: inout Theme) throws(TerminalError) {
    for key in table.keys {
      guard key == "symbols" else { throw failure("preview", key, "is unknown: expected symbols") }
      let value = try string(table, key, in: "preview")
      theme.symbols = SymbolSet(rawValue: value)
      guard value == "auto" || theme.symbols != nil else {
        throw failure("preview", key, "is '\(value)': expected auto, half, quadrant, sextant or ascii")
      }
    }
  }

  private func section(_ table: TOMLTable, _ key: String) throws(TerminalError) -> TOMLTable {
    guard let section = table[key]?.table else { throw failure(nil, key, "must be a section: [\(key)]") }
    return section
  }

  private func string(_ table: TOMLTable, _ key: String, in section: String?) throws(TerminalError) -> String {
    guard let value = table[key]?.string else { throw failure(section, key, "must be text in quotes") }
    return value
  }

  private func failure(_ section: String?, _ key: String, _ problem: String) -> TerminalError {
    let full = section.map { "\($0).\(key)" } ?? key
    return .badTheme(path: path, line: line(of: key, in: section), key: full, problem: problem)
  }

  /// The line a key stands on, counted from 1; TOMLKit keeps no places after parsing.
  private func line(of key: String, in section: String?) -> Int? {
    var current: String?
    for (number, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = raw.drop { $0 == " " || $0 == "\t" }
      if line.hasPrefix("[") {
        current = String(line.dropFirst().prefix { $0 != "]" })
        if section == nil, current == key { return number + 1 }
      } else if current == section, line.prefix(while: { $0 != "=" && $0 != " " }) == key {
        return number + 1
      }
    }
    return nil
  }
}
