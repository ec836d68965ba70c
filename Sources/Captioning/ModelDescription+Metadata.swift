import Files
import Foundation
import SystemPackage
import WeightFiles

/// The description as the `__metadata__` map of a safetensors file:
///
/// | key | value |
/// |---|---|
/// | `format` | `gaze` |
/// | `format_version` | `1` |
/// | `encoder`, `decoder` | `EncoderDescription` and `DecoderDescription` as JSON objects |
/// | `input_size` | height × width of the input, `256x256` |
/// | `pixel_scaling` | `unit` or `symmetric`, see `EncoderDescription.PixelScaling` |
/// | `resize` | always `ModelDescription.resizeRule` |
/// | `grid` | rows × columns × channels, `8x8x512` |
/// | `vocabulary` | the words by token as a JSON array |
/// | `provenance` | a JSON object of strings |
///
/// A file with an encoder alone has neither `decoder` nor `vocabulary`.
///
/// `input_size`, `pixel_scaling` and `grid` repeat the encoder for people and other programs; they must agree with it.
extension ModelDescription {
  static let format = "gaze"
  static let formatVersion = "1"
  public static let resizeRule = "bilinear, half-pixel centres, no antialiasing"
  /// More than any network here needs; keeps hostile files from asking for memory nobody has.
  private static let largestSize = 65_536

  /// The map to write.
  public var metadata: [String: String] {
    var map = summary
    map["format"] = ModelDescription.format
    map["format_version"] = ModelDescription.formatVersion
    map["encoder"] = ModelDescription.json(encoder)
    if let decoder {
      map["decoder"] = ModelDescription.json(decoder)
      map["vocabulary"] = OrderedJSON.array(vocabulary.map { .string($0) }).text
    }
    let pairs = provenance.sorted { $0.key < $1.key }
    map["provenance"] = OrderedJSON.object(pairs.map { ($0.key, .string($0.value)) }).text
    return map
  }

  /// What repeats the encoder in words.
  private var summary: [String: String] {
    [
      "input_size": "\(encoder.height)x\(encoder.width)", "pixel_scaling": encoder.scaling.rawValue,
      "resize": ModelDescription.resizeRule, "grid": "\(encoder.rows)x\(encoder.columns)x\(encoder.channels)",
    ]
  }

  /// Reads and checks the description in a weights file.
  /// - Throws: `CaptioningError.foreignWeights` when the file is not gaze's or contradicts itself.
  public init(_ file: SafetensorsFile) throws(CaptioningError) {
    try self.init(metadata: file.metadata, path: file.path)
  }

  /// - Parameters:
  ///   - metadata: a safetensors file's `__metadata__`.
  ///   - path: the file, for errors.
  init(metadata: [String: String], path: FilePath) throws(CaptioningError) {
    let reader = MetadataReader(map: metadata, path: path)
    try reader.expect("format", ModelDescription.format)
    try reader.expect("format_version", ModelDescription.formatVersion)
    if metadata["decoder"] == nil && metadata["vocabulary"] == nil {
      self.init(encoder: try reader.object("encoder"), provenance: try reader.dictionary("provenance"))
    } else {
      self.init(
        encoder: try reader.object("encoder"), decoder: try reader.object("decoder"),
        vocabulary: try reader.strings("vocabulary"), provenance: try reader.dictionary("provenance"))
    }
    for (key, value) in summary.sorted(by: { $0.key < $1.key }) { try reader.expect(key, value) }
    if decoder != nil {
      do { _ = try Vocabulary(words: vocabulary) } catch { throw reader.error("\(error)") }
      if vocabulary.count < 5 { throw reader.error("the vocabulary has no words") }
    }
    if let contradiction { throw reader.error(contradiction) }
  }

  /// What cannot be in the sizes, nil when they fit together.
  private var contradiction: String? {
    let sizes = [
      encoder.height, encoder.width, encoder.rows, encoder.columns, encoder.channels, decoder?.width ?? 1,
    ]
    if let contradiction = Self.contradiction(inSizes: sizes) { return contradiction }
    let side = max(encoder.height, encoder.width)
    if side > EncoderDescription.longestSide {
      return "encoder: an input with a side of \(side), expected at most \(EncoderDescription.longestSide)"
    }
    return Networks.encoder(encoder.architecture).contradiction(in: encoder)
  }

  /// The first size that no network here has.
  static func contradiction(inSizes sizes: [Int]) -> String? {
    guard let wrong = sizes.first(where: { $0 < 1 || $0 > largestSize }) else { return nil }
    return "a size of \(wrong), expected 1…\(largestSize)"
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Structures of numbers and names: encoding them cannot fail.
    return String(decoding: try! encoder.encode(value), as: UTF8.self)
  }
}

/// Takes values out of a metadata map, with errors that name the key.
private struct MetadataReader {
  let map: [String: String]
  let path: FilePath

  func error(_ reason: String) -> CaptioningError { .foreignWeights(path: path, reason: reason) }

  func value(_ key: String) throws(CaptioningError) -> String {
    guard let value = map[key] else { throw error("\"\(key)\" is missing from its metadata") }
    return value
  }

  func expect(_ key: String, _ expected: String) throws(CaptioningError) {
    let found = try value(key)
    guard found == expected else {
      throw error("\"\(key)\" is \(JSONText.quoted(String(found.prefix(80)))), expected \"\(expected)\"")
    }
  }

  func object<T: Decodable>(_ key: String) throws(CaptioningError) -> T {
    let text = try value(key)
    do {
      return try JSONDecoder().decode(T.self, from: Data(text.utf8))
    } catch let problem as DecodingError {
      throw error("\"\(key)\": \(MetadataReader.line(problem))")
    } catch {
      throw self.error("\"\(key)\" cannot be read")
    }
  }

  func strings(_ key: String) throws(CaptioningError) -> [String] {
    var result: [String] = []
    try scan(key) { scanner in try scanner.array { result.append(try $0.string()) } }
    return result
  }

  func dictionary(_ key: String) throws(CaptioningError) -> [String: String] {
    var result: [String: String] = [:]
    try scan(key) { scanner in try scanner.object { result[$1] = try $0.string() } }
    return result
  }

  private func scan(_ key: String, _ body: (inout JSONScanner) throws -> Void) throws(CaptioningError) {
    let text = Array(try value(key).utf8)
    do {
      try text.withUnsafeBytes { bytes in
        var scanner = JSONScanner(bytes)
        try body(&scanner)
        try scanner.end()
      }
    } catch let problem as JSONScanner.Problem {
      throw error("\"\(key)\", byte \(problem.offset): expected \(problem.expected), found \(problem.found)")
    } catch {
      throw self.error("\"\(key)\" cannot be read")
    }
  }

  /// Foundation's multi-line account of a decoding problem in one line.
  private static func line(_ problem: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
      return path.isEmpty ? "" : "\(path): "
    }
    switch problem {
    case .keyNotFound(let key, let context): return "\(place(context))\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context))the wrong kind of value"
    case .dataCorrupted(let context):
      let reason = context.debugDescription.split(separator: "\n").first.map {
        PrintableText.line(String($0.prefix(200)))
      }
      return "\(place(context))\(reason ?? "not JSON")"
    @unknown default: return "it cannot be read"
    }
  }
}
