/// How raw text becomes words; the same as the notebook's `standardize` followed by Keras' `TextVectorization`.
public enum CaptionStandardization {
  /// ASCII letters lowered, other letters left as they are, and ASCII punctuation removed but for `'`, `<` and `>`.
  ///
  /// The notebook's regular expression has `,-/` inside its character class, which is a range: `,` `-` `.` and `/`
  /// all go. Words joined by them are thereby glued: "red-and-blue" becomes "redandblue".
  public static func standardize(_ text: String) -> String {
    String(decoding: text.utf8.lazy.filter { !isRemoved($0) }.map(lowered), as: UTF8.self)
  }

  /// The words of a raw text: standardised, then split wherever ASCII white space is.
  public static func words(_ text: String) -> [String] {
    text.utf8.lazy.filter { !isRemoved($0) }.map(lowered).split(whereSeparator: isSpace).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// A raw caption as the network sees it, between `<start>` and `<end>`.
  public static func sentence(_ caption: String) -> [String] {
    [Vocabulary.startWord] + words(caption) + [Vocabulary.endWord]
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  private static func isRemoved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"): false
    case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: true
    default: false
    }
  }
}
