import Files
import SystemPackage
import WeightFiles

/// A vocabulary as a text file: a word a line, in the order of its tokens. The first line is empty: padding.
enum VocabularyFile {
  static func words(path: FilePath) throws -> [String] {
    try MappedFile(path: path).withBytes { try words(in: $0, of: path) }
  }

  private static func words(in text: UnsafeRawBufferPointer, of path: FilePath) throws(CaptioningError) -> [String] {
    var words: [String] = []
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard let word = String(validating: bytes, as: UTF8.self) else {
        throw .malformed(
          path: path, place: "line \(index + 1)", expected: "a word in UTF-8", found: "other bytes")
      }
      words.append(word)
    }
    // The last line ends too.
    if words.last == "" && words.count > 1 { words.removeLast() }
    return words
  }
}
