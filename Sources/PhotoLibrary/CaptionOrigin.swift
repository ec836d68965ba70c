import Captioning
import Files
import Foundation
import Raster
import Reports

/// Where a caption that is kept beside its photo came from: who wrote it, and what the network had drawn with which
/// weights and settings. Kept in a file of its own, `dog.caption.json`, so that `dog.txt` holds nothing but the caption.
package struct CaptionOrigin: Sendable, Equatable {
  let text: String
  /// Whether a person wrote it rather than the network.
  let isHuman: Bool
  /// What a network had drawn; nil where none did, or nobody knows.
  private let drawing: Drawing?

  private struct Drawing: Sendable, Equatable {
    /// A person may have changed it.
    let caption: Caption
    let weights: WeightsIdentity
  }

  package init(text: String, isHuman: Bool, drawn: Caption, weights: WeightsIdentity) {
    self.text = text
    self.isHuman = isHuman
    drawing = Drawing(caption: drawn, weights: weights)
  }

  /// A text that was written without a network's.
  package init(text: String, isHuman: Bool) {
    (self.text, self.isHuman, drawing) = (text, isHuman, nil)
  }

  static func path(for photo: String) -> String { Sidecar.stem(of: photo) + ".caption.json" }

  func json(photo: String) -> String {
    let name = URL(fileURLWithPath: photo).lastPathComponent
    var json = """
      {"image":\(JSONText.quoted(PrintableText.line(name))),"text":\(JSONText.quoted(text)),\
      "author":"\(author.rawValue)"
      """
    if let drawing {
      let weights = drawing.weights
      json += """
        ,"weights":{"name":\(JSONText.quoted(weights.name)),"sha256":\(JSONText.quoted(weights.sha256))},\
        "drawn":{\(CaptionLine.fields(drawing.caption))}
        """
    }
    return json + "}\n"
  }

  var author: SidecarText.Author { isHuman ? .human : .machine }

  /// Who wrote a text that was found beside a photo. A text that was changed since its origin was written is nobody's:
  /// another program may have done that.
  static func author(of text: String, beside photo: String) -> SidecarText.Author {
    guard let data = Sidecar.beginning(of: path(for: photo), bytes: 1 << 18),
      let fields = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let author = fields["author"] as? String, fields["text"] as? String == text
    else { return .unknown }
    return SidecarText.Author(rawValue: author) ?? .unknown
  }
}
