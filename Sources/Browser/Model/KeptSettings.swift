import Raster
import Terminal

/// Settings kept for later runs, called as the flags that win over them; nil where nothing is kept.
package struct KeptSettings: Sendable, Equatable {
  /// A theme's name, or the path of its file.
  package var theme: String?
  /// 1…`Captions.largestTopK`.
  package var topK: Int?
  /// Within `Captions.temperatures`.
  package var temperature: Float?
  package var symbols: SymbolSet?

  package init(theme: String? = nil, topK: Int? = nil, temperature: Float? = nil, symbols: SymbolSet? = nil) {
    (self.theme, self.topK, self.temperature, self.symbols) = (theme, topK, temperature, symbols)
  }

  /// Why a line is not understood.
  package typealias Problem = TOMLDocument.Problem

  /// Reads a settings file's text. Lines that are wrong are left out and told; a text that is no TOML keeps nothing.
  package static func read(_ text: String) -> (settings: KeptSettings, problems: [Problem]) {
    let document: TOMLDocument
    do {
      document = try TOMLDocument(text)
    } catch {
      return (KeptSettings(), [error])
    }
    var settings = KeptSettings()
    var problems: [Problem] = []
    for table in document.tables {
      if let name = table.name {
        problems.append(Problem(line: table.line, key: name, problem: unknown))
        continue
      }
      for entry in table.entries {
        if let problem = settings.take(entry) {
          problems.append(Problem(line: entry.line, key: entry.key, problem: problem))
        }
      }
    }
    return (settings, problems)
  }

  static let keys = ["theme", "top-k", "temperature", "symbols"]
  private static let unknown = "is unknown: expected theme, top-k, temperature or symbols"

  /// - Returns: why it is wrong; nil where it is not.
  private mutating func take(_ entry: TOMLDocument.Entry) -> String? {
    switch (entry.key, entry.value) {
    case ("theme", .string(let name)) where !name.isEmpty: theme = name
    case ("theme", _): return "must be a theme's name or path in quotes"
    case ("top-k", .integer(let count)) where (1...Captions.largestTopK).contains(count): topK = count
    case ("top-k", _): return "must be a whole number from 1 to \(Captions.largestTopK)"
    case ("temperature", .integer(let value)) where Captions.temperatures.contains(Float(value)):
      temperature = Float(value)
    case ("temperature", .number(let value)) where Captions.temperatures.contains(Float(value)):
      temperature = Float(value)
    case ("temperature", _): return "must be a number from 0.1 to 5"
    case ("symbols", .string(let name)):
      guard let set = SymbolSet(rawValue: name) else { return Self.symbolsExpected }
      symbols = set
    case ("symbols", _): return Self.symbolsExpected
    default: return Self.unknown
    }
    return nil
  }

  private static let symbolsExpected =
    "must be one of " + SymbolSet.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")

  /// The lines that keep them, by their keys.
  var lines: [(key: String, line: String)] {
    [
      theme.map { ("theme", "theme = \(Self.quoted($0))") }, topK.map { ("top-k", "top-k = \($0)") },
      temperature.map { ("temperature", "temperature = \($0)") },
      symbols.map { ("symbols", "symbols = \"\($0.rawValue)\"") },
    ].compactMap { $0 }
  }

  private static func quoted(_ text: String) -> String {
    "\""
      + text.unicodeScalars.map { scalar in
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F:
          "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
            + String(scalar.value, radix: 16)
        default: String(scalar)
        }
      }.joined() + "\""
  }

  /// `theme light, k 50, T 0.8`, for people.
  var inWords: String {
    [
      theme.map { "theme \($0)" }, topK.map { "k \($0)" }, temperature.map { "T \(StatusText.number($0))" },
      symbols.map(\.rawValue),
    ].compactMap { $0 }.joined(separator: ", ")
  }
}
