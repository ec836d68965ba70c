import CPNG

/// EXIF metadata in a text chunk of a PNG, where programs put it before there was a chunk for it: under the keyword "Raw
/// profile type exif" or "Raw profile type APP1" a name, a number of bytes, and the bytes in hexadecimal digits.
struct PNGProfile {
  enum Keyword: String, CaseIterable {
    case exif = "Raw profile type exif"
    case app1 = "Raw profile type APP1"
  }

  let keyword: Keyword
  let bytes: [UInt8]

  /// No metadata of pictures is as long as this many characters.
  private static let lengthLimit = 1 << 20

  /// - Parameter kind: the chunk's, "tEXt", "zTXt" or "iTXt".
  init?(kind: String, _ body: ArraySlice<UInt8>) {
    guard let keyword = Keyword.allCases.first(where: { body.starts(with: Array($0.rawValue.utf8) + [0]) }),
      let text = Self.text(kind: kind, body.dropFirst(keyword.rawValue.utf8.count + 1)),
      let bytes = Self.bytes(text)
    else { return nil }
    (self.keyword, self.bytes) = (keyword, bytes)
  }

  /// The text of a chunk, behind its keyword.
  private static func text(kind: String, _ body: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    switch kind {
    case "tEXt": return body
    // One byte names the method of compression, of which there is one.
    case "zTXt": return inflated(body.dropFirst())
    default:
      guard let isCompressed = body.first else { return nil }
      // The language and the translated keyword, both ended by 0.
      let parts = body.dropFirst(2).split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      return isCompressed == 0 ? parts[2] : inflated(parts[2])
    }
  }

  private static func inflated(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var isWhole = false
    let text = [UInt8](unsafeUninitializedCapacity: lengthLimit) { target, filled in
      var length = uLong(lengthLimit)
      isWhole = bytes.withUnsafeBufferPointer {
        uncompress(target.baseAddress, &length, $0.baseAddress, uLong($0.count)) == Z_OK
      }
      filled = isWhole ? Int(length) : 0
    }
    return isWhole ? text[...] : nil
  }

  /// The bytes whose digits follow two lines, white space between them passed over.
  private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let lines = text.split(separator: UInt8(ascii: "\n"))
    guard lines.count > 2 else { return nil }
    let digits = lines[2...].joined().compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
