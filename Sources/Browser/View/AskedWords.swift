import Captioning
import Reports

/// How captions are called that were asked for.
enum AskedWords {
  /// `sample from "a cat"`, `said by hand, recited`, `recited with 4 of 64 cells covered in the photo`.
  static func name(of entry: CaptionRecord.Entry) -> String {
    guard let told = entry.told else { return "said by hand" }
    if let hidden = told.hidden { return "\(told.isRecited ? "recited" : "drawn again") with \(hidden.inWords)" }
    if told.isRecited { return "said by hand, recited" }
    return "\(StatusText.mode(told.settings.mode)) \(told.settings.prefixInWords ?? "")"
  }

  /// The same in about twenty characters.
  static func short(of entry: CaptionRecord.Entry) -> String {
    guard let told = entry.told else { return "said by hand" }
    guard let hidden = told.hidden else {
      return told.isRecited ? "said, recited" : StatusText.mode(told.settings.mode)
    }
    let cells = "\(hidden.regions.count) \(hidden.way == .photo ? "covered" : "left out")"
    return "\(cells), \(told.isRecited ? "same" : "again")"
  }

  /// What stands before it in a list; nil before captions that were not asked for.
  static func label(of entry: CaptionRecord.Entry) -> String? {
    guard entry.origin == .asked else { return nil }
    guard let hidden = entry.told?.hidden else { return entry.caption == nil ? "said: " : "" }
    let way = hidden.way == .photo ? "covered" : "hidden"
    return entry.told?.isRecited == true ? "\(way), the same: " : "\(way), again: "
  }
}
