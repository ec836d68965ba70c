import Files
import WeightFiles

extension CocoResults {
  /// The content of a COCO results file, an entry a line, in the order given.
  public static func text(_ captions: some Collection<(id: CocoID, caption: String)>) -> String {
    let lines = captions.map { "{\"image_id\":\($0.id),\"caption\":\(JSONText.quoted($0.caption))}" }
    return "[" + (lines.isEmpty ? "" : "\n" + lines.joined(separator: ",\n") + "\n") + "]\n"
  }
}
