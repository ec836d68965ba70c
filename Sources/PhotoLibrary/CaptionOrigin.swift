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
  /// Whether a person wrote it rather than the network.
  let isHuman: Bool
  /// What a network had drawn, which a person may have changed, with which weights: two members of a JSON object. Nil where
  /// none did, or nobody knows.
  private let drawing: String?

  private init(text: String, isHuman: Bool, drawing: String?) {
    (self.text, self.isHuman, self.drawing) = (text, isHuman, drawing)
  }

  package init(text: String, isHuman: Bool, drawn: Caption, weights: WeightsIdentity) {
    self.init(
      text: text, isHuman: isHuman,
      drawing: """
        "weights":{"name":\(JSONText.quoted(weights.name)),"sha256":\(JSONText.quoted(weights.sha256))},\
        "drawn":{\(CaptionLine.fields(drawn))}
        """)
  }

  /// A text of which nobody here knows what a network had drawn.
  package init(text: String, isHuman: Bool) { self.init(text: text, isHuman: isHuman, drawing: nil) }

  /// The same with what is told of the text that it takes the place of, where nothing is known of its own.
  func replacing(_ files: SidecarFiles) -> CaptionOrigin {
    guard drawing == nil, let text = files.text, let origin = files.origin,
      let before = Self.members(of: origin), before.text == Sidecar.trimmed(text)
    else { return self }
    return CaptionOrigin(text: self.text, isHuman: isHuman, drawing: before.drawing)
  }

  /// What an origin's file says, with its own bytes for what was drawn; nil where it is none.
  private static func members(of bytes: [UInt8]) -> (text: String?, drawing: String?)? {
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
      return (text, "\"weights\":\(weights),\"drawn\":\(drawn)")
    }
  }

  static func path(for photo: FilePath) -> FilePath { Sidecar.beside(photo, extension: "caption.json") }

  func json(photo: FilePath) -> String {
    """
    {"image":\(JSONText.quoted(PrintableText.line(FileName.name(photo)))),"text":\(JSONText.quoted(text)),\
    "author":"\(author.rawValue)"\(drawing.map { "," + $0 } ?? "")}

    """
  }

  var author: SidecarText.Author { isHuman ? .human : .machine }

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
