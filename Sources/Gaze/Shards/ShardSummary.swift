import Captioning
import Files
import Reports

/// The last line of a shard's file, by which it is known to be whole.
struct ShardSummary: Equatable {
  /// Of the format of such files; a later one is refused.
  static let version = 1

  var shard: Shard
  /// Lines before this one.
  var images: Int
  /// Those of them that tell of a failure.
  var failed: Int
  /// Images that were named, of all shards.
  var listed: Int
  /// The sum of their paths' hashes.
  var sum: UInt64
  /// The weights' SHA-256.
  var weights: String
  /// How captions were drawn, JSON.
  var settings: String
  private var version = ShardSummary.version

  var isOfALaterVersion: Bool { version > Self.version }

  init(
    shard: Shard, images: Int, failed: Int, listed: Int, sum: UInt64, weights: String, settings: DecodingSettings
  ) {
    (self.shard, self.images, self.failed, self.listed, self.sum) = (shard, images, failed, listed, sum)
    self.weights = weights
    self.settings =
      OrderedJSON.object(
        [("samples", .integer(settings.samples))] + CaptionLine.fields(settings) + [
          ("min_words", .integer(settings.minWords)), ("max_words", .integer(settings.maxWords)),
        ]
      ).text
  }

  /// A line and its end.
  var line: String {
    OrderedJSON.object([
      ("shard", .integer(shard.number)), ("of", .integer(shard.count)), ("version", .integer(version)),
      ("images", .integer(images)), ("failed", .integer(failed)), ("listed", .integer(listed)),
      ("names", .string(String(sum, radix: 16))), ("weights", .string(weights)), ("settings", .verbatim(settings)),
    ]).text + "\n"
  }

  /// - Parameter bytes: a line without its end.
  /// - Returns: nil where it is none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var (scanner, numbers, texts) = (JSONScanner(bytes), [String: Int](), [String: String]())
    do {
      try scanner.object { scanner, key in
        switch try scanner.kind() {
        case .number: numbers[key] = try scanner.integer()
        case .string: texts[key] = try scanner.string()
        default:
          let start = scanner.offset
          try scanner.skip()
          texts[key] = String(decoding: bytes[start..<scanner.offset], as: UTF8.self)
        }
      }
      try scanner.end()
    } catch { return nil }
    guard let number = numbers["shard"], let count = numbers["of"], let shard = Shard(number: number, count: count),
      let version = numbers["version"], let images = numbers["images"], let failed = numbers["failed"],
      let listed = numbers["listed"], let sum = texts["names"].flatMap({ UInt64($0, radix: 16) }),
      let weights = texts["weights"], let settings = texts["settings"]
    else { return nil }
    (self.shard, self.images, self.failed, self.listed, self.sum) = (shard, images, failed, listed, sum)
    (self.weights, self.settings, self.version) = (weights, settings, version)
  }
}
