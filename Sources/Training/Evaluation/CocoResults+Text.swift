import Files
import WeightFiles

extension CocoResults {
  /// The content of a COCO results file, an entry a line, in the order given.
  public static func text(_ captions: some Collection<(id: CocoID, caption: String)>) -> String {
    let lines = captions.map {
      OrderedJSON.object([("image_id", .verbatim("\($0.id)")), ("caption", .string($0.caption))]).text
    }
    return "[" + (lines.isEmpty ? "" : "\n" + lines.joined(separator: ",\n") + "\n") + "]\n"
  }
}
