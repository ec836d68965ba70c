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
  init(_ files: FolderFiles, kind: Kind, size: Int) throws {
    self.kind = kind
    pieces = (0..<size).map { "[unused \($0)]" }
    if files.has("tokenizer.json") {
      try read(files, "tokenizer.json")
    } else {
      if kind == .wordPiece {
        try readLines(files, "vocab.txt")
      } else {
        try readVocabulary(files, "vocab.json")
        merges = try Self.lines(files, "merges.txt").filter { !$0.hasPrefix("#version") && !$0.isEmpty }
      }
      if files.has("added_tokens.json") { try readVocabulary(files, "added_tokens.json") }
    }
    try check(files)
    if files.has("tokenizer_config.json") {
      lowercases = try ConfigurationFile(files, "tokenizer_config.json").boolean("do_lower_case", default: lowercases)
    }
  }

  /// What words of letters nobody foresaw become has to be there.
  private func check(_ files: FolderFiles) throws {
    guard kind == .bytePairs || pieces.contains("[UNK]") else {
      throw CaptioningError.malformed(
        path: files.place(files.has("tokenizer.json") ? "tokenizer.json" : "vocab.txt"), place: "the pieces",
        expected: "[UNK] among them", found: "none")
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

  private mutating func read(_ files: FolderFiles, _ name: String) throws {
    let path = files.place(name)
    try files.readJSON(name) { scanner in
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

  private mutating func readLines(_ files: FolderFiles, _ file: String) throws {
    for (token, line) in try Self.lines(files, file).enumerated() { try name(token, line, files.place(file)) }
  }

  private mutating func readVocabulary(_ files: FolderFiles, _ file: String) throws {
    let path = files.place(file)
    try files.readJSON(file) { scanner in try scanner.object { try name($0.integer(), $1, path) } }
  }

  private static func lines(_ files: FolderFiles, _ name: String) throws -> [String] {
    var lines = try files.text(name).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.last == "\r" ? line.dropLast() : line)
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
