import ArgumentParser
import Captioning
import Files
import SystemPackage

/// The flags that give sentences for the network to recite instead of drawing a caption.
struct SentenceFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Have the network recite this instead of drawing a caption.", valueName: "text"))
  var caption: String?

  @Option(help: ArgumentHelp("Have it recite each line of a file; - is standard input.", valueName: "file"))
  var captionsFrom: FilePath?

  func validate() throws {
    if caption != nil && captionsFrom != nil {
      throw ValidationError("--caption and --captions-from: only one of them can be given")
    }
  }

  /// The flag that was given.
  var given: String? { caption != nil ? "--caption" : captionsFrom != nil ? "--captions-from" : nil }

  /// What is to be recited, and what to call it in errors; nil where nothing is.
  /// - Throws: where a file cannot be read or says nothing.
  func sentences() throws -> [(name: String, text: String)]? {
    if let caption { return [("--caption", caption)] }
    guard let captionsFrom else { return nil }
    let name = captionsFrom == "-" ? StandardInput.name : captionsFrom
    let bytes = try captionsFrom == "-" ? StandardInput.read() : WholeFile.read(captionsFrom)
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let sentences = lines.enumerated().map { (name: "\(name):\($0 + 1)", text: String($1)) }
      .filter { !$0.text.allSatisfy(\.isWhitespace) }
    if sentences.isEmpty { throw CommandFailure("\(name): no sentences in there") }
    return sentences
  }
}
