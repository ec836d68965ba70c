import Captioning
import Files
import SystemPackage

/// Sentences without photos: UTF-8 text, one sentence a line, as it is or compressed by gzip. Lines of spaces alone are
/// passed over.
public struct SentenceFile: Sendable {
  /// In the order of the file, as written.
  public let sentences: [String]

  /// The longest text that is read: some ten million sentences.
  private static let mostBytes = 1 << 30

  /// - Throws: where the file cannot be read, is cut or damaged, is no UTF-8 or has no sentence.
  public init(path: FilePath) throws(CaptioningError) {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw .unreadable(reason: "\(error)") }
    let text = try file.withBytes { bytes throws(CaptioningError) -> [UInt8] in
      guard bytes.starts(with: Inflation.gzipMark) else { return Array(bytes) }
      do throws(Inflation.Problem) { return try Inflation.gzip(bytes, atMost: Self.mostBytes) } catch {
        throw .malformed(path: path, place: "gzip", expected: "a whole compressed text", found: error.reason)
      }
    }
    var sentences: [String] = []
    for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      guard let sentence = String(validating: line, as: UTF8.self) else {
        throw .malformed(path: path, place: "line \(index + 1)", expected: "UTF-8 text", found: "other bytes")
      }
      if !sentence.allSatisfy(\.isWhitespace) { sentences.append(sentence) }
    }
    if sentences.isEmpty {
      throw .malformed(path: path, place: "its lines", expected: "a sentence on each", found: "none")
    }
    self.sentences = sentences
  }
}
