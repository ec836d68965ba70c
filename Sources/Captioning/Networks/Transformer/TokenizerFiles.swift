import Files
import Foundation
import SystemPackage

/// The tokenizer of a Hugging Face folder, in its new file or its old ones.
struct TokenizerFiles {
  /// How text is cut.
  enum Kind: Equatable { case wordPiece, bytePairs }

  let kind: Kind
  /// By token, `size` of them; those that no file names are called `[unused N]`.
  private(set) var pieces: [String]
  /// Pairs of pieces, most frequent first.
  private(set) var merges: [String] = []
  private(set) var lowercases = true

  /// - Parameters:
  ///   - size: V of the network.
  /// - Throws: `CaptioningError` where the files are missing, malformed, or name tokens the network does not have.
  init(folder: FilePath, kind: Kind, size: Int) throws {
    self.kind = kind
    pieces = (0..<size).map { "[unused \($0)]" }
    let whole = folder.appending("tokenizer.json")
    if whole.exists {
      try read(whole)
    } else if kind == .wordPiece {
      try readLines(folder.appending("vocab.txt"))
    } else {
      try readVocabulary(folder.appending("vocab.json"))
      try readMerges(folder.appending("merges.txt"))
    }
    let added = folder.appending("added_tokens.json")
    if !whole.exists && added.exists { try readVocabulary(added) }
    let settings = folder.appending("tokenizer_config.json")
    if settings.exists {
      lowercases = try ConfigurationFile(path: settings).boolean("do_lower_case", default: lowercases)
    }
  }

  private mutating func name(_ token: Int, _ piece: String, _ path: FilePath) throws {
    guard pieces.indices.contains(token) else {
      throw CaptioningError.malformed(
        path: path, place: "the piece \(JSONText.quoted(String(piece.prefix(40))))",
        expected: "a token below \(pieces.count), the network's vocab_size", found: "\(token)")
    }
    pieces[token] = piece
  }

  // MARK: New

  private mutating func read(_ path: FilePath) throws {
    try JSONFile(path: path).read { scanner in
      try scanner.object { scanner, key in
        switch key {
        case "model": try readModel(&scanner, path)
        case "added_tokens": try scanner.array { try readAdded(&$0, path) }
        default: try scanner.skip()
        }
      }
    }
    if kind == .bytePairs && merges.isEmpty {
      throw CaptioningError.malformed(path: path, place: "model", expected: "merges of pairs", found: "none")
    }
  }

  private mutating func readModel(_ scanner: inout JSONScanner, _ path: FilePath) throws {
    try scanner.object { scanner, key in
      switch key {
      case "type":
        let type = try scanner.string()
        let expected = kind == .wordPiece ? "WordPiece" : "BPE"
        if type != expected {
          throw CaptioningError.malformed(
            path: path, place: "model.type", expected: expected, found: JSONText.quoted(type))
        }
      case "vocab": try scanner.object { try name($0.integer(), $1, path) }
      case "merges" where kind == .bytePairs: try scanner.array { merges.append(try Self.merge(&$0)) }
      default: try scanner.skip()
      }
    }
  }

  /// A pair as one string with a space, or, in newer files, as a list of two.
  private static func merge(_ scanner: inout JSONScanner) throws -> String {
    if try scanner.kind() == .string { return try scanner.string() }
    var parts: [String] = []
    try scanner.array { parts.append(try $0.string()) }
    return parts.joined(separator: " ")
  }

  private mutating func readAdded(_ scanner: inout JSONScanner, _ path: FilePath) throws {
    var (token, content): (Int?, String?)
    try scanner.object { scanner, key in
      switch key {
      case "id": token = try scanner.integer()
      case "content": content = try scanner.string()
      default: try scanner.skip()
      }
    }
    if let token, let content { try name(token, content, path) }
  }

  // MARK: Old

  private mutating func readLines(_ path: FilePath) throws {
    let lines = try Self.lines(path)
    for (token, line) in lines.enumerated() { try name(token, line, path) }
  }

  private mutating func readMerges(_ path: FilePath) throws {
    merges = try Self.lines(path).filter { !$0.hasPrefix("#version") && !$0.isEmpty }
  }

  private mutating func readVocabulary(_ path: FilePath) throws {
    try JSONFile(path: path).read { scanner in try scanner.object { try name($0.integer(), $1, path) } }
  }

  private static func lines(_ path: FilePath) throws -> [String] {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw CaptioningError.unreadable(reason: error.description) }
    guard let text = file.withBytes({ String(validating: $0, as: UTF8.self) }) else {
      throw CaptioningError.malformed(path: path, place: "the file", expected: "UTF-8", found: "other bytes")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.last == "\r" ? line.dropLast() : line)
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
