import Files
import SystemPackage

/// What a line of a file of captions tells of itself, without its captions.
enum CaptionFileLine {
  case image(Image)
  case summary(ShardSummary)

  struct Image {
    let path: PathHash
    let hasFailed: Bool
    /// The weights' SHA-256.
    let weights: String
    /// The line's bytes from here on are `,"captions":…`.
    let captionsOffset: Int
  }

  /// - Parameter bytes: a line without its end.
  /// - Returns: nil where it is none.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.last == UInt8(ascii: "}") else { return nil }
    let image = bytes.withUnsafeBytes { Self.image($0) }
    if let image {
      self = .image(image)
    } else if let summary = bytes.withUnsafeBytes({ ShardSummary($0) }) {
      self = .summary(summary)
    } else {
      return nil
    }
  }

  /// Whether a line that breaks off may be the beginning of one of these.
  static func mayBegin(_ bytes: ArraySlice<UInt8>) -> Bool {
    ["{\"image\":\"", "{\"shard\":"].contains { beginning in
      let count = min(bytes.count, beginning.utf8.count)
      return bytes.prefix(count).elementsEqual(beginning.utf8.prefix(count))
    }
  }

  private struct IsEnough: Error {}

  private static func image(_ bytes: UnsafeRawBufferPointer) -> Image? {
    var (scanner, path, failed, weights, end) = (JSONScanner(bytes), String?.none, Bool?.none, "", 0)
    do {
      try scanner.object { scanner, key in
        switch key {
        case "image": path = try scanner.string()
        case "error":
          failed = try scanner.kind() != .null
          try scanner.skip()
        case "weights":
          try scanner.object { scanner, key in
            if key == "sha256" { weights = try scanner.string() } else { try scanner.skip() }
          }
          end = scanner.offset
          // The captions are long.
          throw IsEnough()
        default: try scanner.skip()
        }
      }
    } catch is IsEnough {
    } catch { return nil }
    guard let path, let failed, end > 0 else { return nil }
    return Image(path: PathHash(FileName.path(path)), hasFailed: failed, weights: weights, captionsOffset: end)
  }
}

/// How the captions of a line were drawn.
struct CaptionFileSettings: Equatable {
  /// Members of JSON from `mode` to `prompt`, as they are written.
  let text: String
  let samples: Int

  init(text: String, samples: Int) { (self.text, self.samples) = (text, samples) }

  /// - Parameter bytes: a whole line.
  /// - Returns: nil where it has no captions.
  init?(line bytes: ArraySlice<UInt8>) {
    var (members, samples) = ([String](), 0)
    let isRead = bytes.withUnsafeBytes { bytes in
      var scanner = JSONScanner(bytes)
      return
        (try? scanner.object { scanner, key in
          guard key == "captions" else { return try scanner.skip() }
          try scanner.array { scanner in
            samples += 1
            guard samples == 1 else { return try scanner.skip() }
            members = try Self.members(&scanner, of: bytes)
          }
        }) != nil
    }
    guard isRead, samples > 0 else { return nil }
    self.init(text: members.joined(separator: ","), samples: samples)
  }

  private static func members(_ scanner: inout JSONScanner, of bytes: UnsafeRawBufferPointer) throws -> [String] {
    var members: [String] = []
    try scanner.object { scanner, key in
      _ = try scanner.kind()
      let start = scanner.offset
      try scanner.skip()
      if ["text", "log_probability", "finished", "words"].contains(key) { return }
      members.append("\(JSONText.quoted(key)):\(String(decoding: bytes[start..<scanner.offset], as: UTF8.self))")
    }
    return members
  }
}
