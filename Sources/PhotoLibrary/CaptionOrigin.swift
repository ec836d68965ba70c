import Captioning
import Files
import Foundation
import Raster
import Reports
import SystemPackage

/// Where a caption that is kept beside its photo came from: who wrote it, and what the network had drawn with which
/// weights and settings. Kept in a file of its own, `dog.caption.json`, so that `dog.txt` holds nothing but the caption.
package struct CaptionOrigin: Sendable, Equatable {
  let text: String
  let author: SidecarText.Author
  /// What a network had drawn, which a person may have changed; nil where none did, or nobody knows.
  private let drawing: Drawing?

  /// The caption as it was drawn and the weights that drew it, both in JSON.
  private struct Drawing: Sendable, Equatable {
    let weights: String
    let caption: String
  }

  private init(text: String, author: SidecarText.Author, drawing: Drawing?) {
    (self.text, self.author, self.drawing) = (text, author, drawing)
  }

  package init(text: String, author: SidecarText.Author, drawn: Caption, weights: WeightsIdentity) {
    let settings = drawn.settings
    self.init(
      text: text, author: author,
      drawing: Drawing(
        weights: CaptionLine.json(weights).text,
        caption: OrderedJSON.object(
          CaptionLine.fields(drawn) + [
            ("min_words", .integer(settings.minWords)), ("max_words", .integer(settings.maxWords)),
          ]
        ).text))
  }

  /// A text of which nobody here knows what a network had drawn.
  package init(text: String, author: SidecarText.Author) { self.init(text: text, author: author, drawing: nil) }

  /// The same with what is told of the text that it takes the place of, where nothing is known of its own.
  func replacing(_ files: SidecarFiles) -> CaptionOrigin {
    guard drawing == nil, let text = files.text, let origin = files.origin,
      let before = Self.members(of: origin), before.text == Sidecar.trimmed(text)
    else { return self }
    return CaptionOrigin(text: self.text, author: author, drawing: before.drawing)
  }

  /// What an origin's file says, with its own bytes for what was drawn; nil where it is none.
  private static func members(of bytes: [UInt8]) -> (text: String?, drawing: Drawing?)? {
    bytes.withUnsafeBytes { bytes in
      var (scanner, text, raw) = (JSONScanner(bytes), String?.none, [String: String]())
      do {
        try scanner.object { scanner, key in
          if key == "text" { return text = try scanner.string() }
          _ = try scanner.kind()
          let start = scanner.offset
          try scanner.skip()
          raw[key] = String(decoding: bytes[start..<scanner.offset], as: UTF8.self)
        }
      } catch { return nil }
      guard let weights = raw["weights"], let drawn = raw["drawn"] else { return (text, nil) }
      return (text, Drawing(weights: weights, caption: drawn))
    }
  }

  /// Of the format; files of before it was written there are of the first. Later ones may say more, never otherwise.
  private static let version = 1

  static func path(for photo: FilePath) -> FilePath { Sidecar.beside(photo, extension: "caption.json") }

  func json(photo: FilePath) -> String {
    let name = PrintableText.line(FileName.name(photo))
    var members: [(String, OrderedJSON)] = [
      ("image", .string(name)), ("text", .string(text)), ("author", .string(author.rawValue)),
    ]
    if let drawing { members += [("weights", .verbatim(drawing.weights)), ("drawn", .verbatim(drawing.caption))] }
    members.append(("version", .integer(Self.version)))
    return OrderedJSON.object(members).text + "\n"
  }

  /// Who wrote a text that was found beside a photo. A text that was changed since its origin was written is nobody's:
  /// another program may have done that.
  static func author(of text: String, beside photo: FilePath) -> SidecarText.Author {
    guard let data = Sidecar.beginning(of: path(for: photo), bytes: 1 << 18),
      let fields = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let author = fields["author"] as? String, fields["text"] as? String == text
    else { return .unknown }
    return SidecarText.Author(rawValue: author) ?? .unknown
  }
}
