import Captioning
import Foundation
import Raster
import WeightFiles

/// Where a caption that is kept beside its photo came from: who wrote it, and what the network had drawn with which
/// weights and settings. Kept in a file of its own, `dog.caption.json`, so that `dog.txt` holds nothing but the caption.
struct CaptionOrigin: Sendable, Equatable {
  let text: String
  /// Whether a person wrote it rather than the network.
  let isHuman: Bool
  /// The network's caption, which a person may have changed.
  let drawn: Caption
  let weights: WeightsIdentity

  static func path(for photo: String) -> String {
    URL(fileURLWithPath: photo).deletingPathExtension().path + ".caption.json"
  }

  func json(photo: String) -> String {
    let name = URL(fileURLWithPath: photo).lastPathComponent
    return """
      {"image":\(JSONText.quoted(Messages.printable(name))),"text":\(JSONText.quoted(text)),\
      "author":\(isHuman ? "\"human\"" : "\"machine\""),\
      "weights":{"name":\(JSONText.quoted(weights.name)),"sha256":\(JSONText.quoted(weights.sha256))},\
      "drawn":{\(CaptionLine.fields(drawn))}}

      """
  }

  func write(for photo: String) throws {
    try OutputFile.write(Array(json(photo: photo).utf8), toFile: Self.path(for: photo))
  }

  /// Whether a text that was found beside a photo is known to be a person's. A text that was changed since its origin
  /// was written is nobody's: another program may have done that.
  static func isHuman(_ text: String, beside photo: String) -> Bool {
    guard let data = Sidecar.beginning(of: path(for: photo), bytes: 1 << 16),
      let fields = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return false }
    return fields["author"] as? String == "human" && fields["text"] as? String == text
  }
}
