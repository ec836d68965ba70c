/// A settings file in the part of TOML that settings need: comments, `[tables]`, and keys with text, numbers and
/// booleans, each on a line of its own.
///
/// Everything else of TOML (dates, arrays, inline and nested tables, dotted keys, text of several lines) is refused with
/// its line, never misread.
public struct TOMLDocument: Sendable, Equatable {
  /// What a key may have.
  public enum Value: Sendable, Equatable {
    case string(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
  }

  /// A key with its value.
  public struct Entry: Sendable, Equatable {
    public let key: String
    public let value: Value
    /// Counted from 1.
    public let line: Int
  }

  /// What stands under one heading, or before the first.
  public struct Table: Sendable, Equatable {
    /// Nil before the first heading.
    public let name: String?
    /// The heading's line, counted from 1; 1 where there is none.
    public let line: Int
    /// In the file's order, each key once.
    public fileprivate(set) var entries: [Entry] = []
  }

  /// Why a text cannot be read.
  public struct Problem: Error, Sendable, Equatable {
    /// Counted from 1.
    public let line: Int
    /// The key it is about, after its table's name and a point; nil when the line has none.
    public let key: String?
    public let problem: String

    public init(line: Int, key: String?, problem: String) {
      (self.line, self.key, self.problem) = (line, key, problem)
    }
  }

  /// The keys before the first heading, then every table in the file's order, each name once.
  public private(set) var tables: [Table] = [Table(name: nil, line: 1)]

  /// Reads a text.
  public init(_ text: String) throws(Problem) {
    // Scalars, not characters: a line end made of two scalars is one character.
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      var line = line
      if index == 0, line.first == "\u{FEFF}" { line.removeFirst() }
      if line.last == "\r" { line.removeLast() }
      try read(TOMLLine(line, number: index + 1, table: tables.last?.name))
    }
  }

  private mutating func read(_ line: TOMLLine) throws(Problem) {
    var line = line
    switch try line.read() {
    case .nothing: break
    case .heading(let name):
      guard !tables.contains(where: { $0.name == name }) else {
        throw line.problem("the table [\(name)] is there twice")
      }
      tables.append(Table(name: name, line: line.number))
    case .entry(let entry):
      guard !tables[tables.count - 1].entries.contains(where: { $0.key == entry.key }) else {
        throw line.problem("is there twice")
      }
      tables[tables.count - 1].entries.append(entry)
    }
  }
}
