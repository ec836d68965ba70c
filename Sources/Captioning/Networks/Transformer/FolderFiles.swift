import Files
import SystemPackage
import WeightFiles

/// The small files of a captioner's folder: on disk, or in the metadata of one safetensors file that was made of the
/// folder:
///
/// | key | value |
/// |---|---|
/// | `format` | `gaze-folder` |
/// | `format_version` | `1` |
/// | `file config.json` … | what the folder's file of that name says |
/// | `provenance` | a JSON object of strings |
struct FolderFiles: Sendable {
  static let format = "gaze-folder"
  static let formatVersion = "1"

  /// The folder, or the one file.
  let path: FilePath
  /// By their names; nil where they are on disk.
  private let kept: [String: String]?

  init(folder: FilePath) { (path, kept) = (folder, nil) }

  /// Nil where the file is none that was made of a folder, or of a later version.
  init?(keptIn file: SafetensorsFile) {
    let metadata = file.metadata
    guard metadata["format"] == Self.format, metadata["format_version"] == Self.formatVersion else { return nil }
    (path, kept) = (file.path, metadata)
  }

  /// The one file's metadata.
  /// - Parameter provenance: how it came to be.
  /// - Throws: `CaptioningError` where a file is not text.
  func metadata(provenance: [String: String]) throws -> [String: String] {
    // Older spellings of the tokenizer say nothing beside the new one.
    let tokenizer =
      has("tokenizer.json") ? ["tokenizer.json"] : ["vocab.txt", "vocab.json", "merges.txt", "added_tokens.json"]
    let others = ["config.json", "preprocessor_config.json", "processor_config.json", "tokenizer_config.json"]
    var map = ["format": Self.format, "format_version": Self.formatVersion]
    for name in others + tokenizer where has(name) { map[Self.key(name)] = try text(name) }
    let pairs = provenance.sorted { $0.key < $1.key }.map { ($0.key, OrderedJSON.string($0.value)) }
    map["provenance"] = OrderedJSON.object(pairs).text
    return map
  }

  /// What a file made of a folder says of how it came to be; empty in a folder.
  var provenance: [String: String] {
    var pairs: [String: String] = [:]
    try? Array((kept?["provenance"] ?? "{}").utf8).withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      try scanner.object { pairs[$1] = try $0.string() }
    }
    return pairs
  }

  private static func key(_ name: String) -> String { "file \(name)" }

  func has(_ name: String) -> Bool { kept.map { $0[Self.key(name)] != nil } ?? path.appending(name).exists }

  /// What a file is called in messages.
  func place(_ name: String) -> FilePath { path.appending(name) }

  /// Hands a file's bytes to `body`.
  /// - Throws: `CaptioningError.unreadable` where there is no such file.
  func read<Result>(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    if let kept {
      guard let text = kept[Self.key(name)] else {
        throw CaptioningError.unreadable(reason: "\(path): its metadata has no \(name)")
      }
      return try Array(text.utf8).withUnsafeBytes(body)
    }
    let file: MappedFile
    do {
      file = try MappedFile(path: place(name))
    } catch {
      throw CaptioningError.unreadable(reason: error.description)
    }
    return try file.withBytes(body)
  }

  /// - Throws: `CaptioningError` where it is missing or not UTF-8.
  func text(_ name: String) throws -> String {
    try read(name) { bytes in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw CaptioningError.malformed(path: place(name), place: "the file", expected: "UTF-8", found: "other bytes")
      }
      return text
    }
  }

  /// Hands a JSON file to `body`, which must read one value.
  func readJSON(_ name: String, _ body: (inout JSONScanner) throws -> Void) throws {
    try read(name) { bytes in try JSONFile(path: place(name)).read(bytes, body) }
  }
}
