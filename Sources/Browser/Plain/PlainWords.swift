import Captioning
import Foundation
import PhotoLibrary
import Terminal

/// What a screen would show, as sentences.
enum PlainWords {
  static func count(_ model: BrowserModel) -> String {
    let images = model.photos.count - model.folderCount
    let folders = model.folderCount == 0 ? "" : model.folderCount == 1 ? "1 folder, " : "\(model.folderCount) folders, "
    return folders + (images == 1 ? "1 image" : "\(images) images")
  }

  /// A line of the list.
  static func name(_ photo: Photo, _ model: BrowserModel) -> String {
    let name = TextWidth.safe(photo.name)
    if photo.isFolder { return "\(name), folder" }
    if case .unreadable = photo.status { return "\(name), cannot be shown" }
    if model.records[photo.path]?.edits.isEmpty == false { return "\(name), edited by hand" }
    if model.records[photo.path] != nil { return "\(name), captioned" }
    guard let sidecar = photo.sidecar else { return name }
    return sidecar.author == .human ? "\(name), with a text file written by hand" : "\(name), with a text file"
  }

  static func description(_ photo: Photo, _ model: BrowserModel) -> String {
    let name = TextWidth.safe(photo.name)
    if photo.isFolder { return "\(name), a folder. Select it by its number to enter it." }
    if case .unreadable(let reason) = photo.status { return "\(name) cannot be shown: \(TextWidth.safe(reason))." }
    var text = name
    if let preview = model.previews.peek(photo.path) { text += ", \(preview.width) by \(preview.height) pixels" }
    if let sidecar = photo.sidecar { text += ". Its text file says: \(TextWidth.safe(sidecar.text))" }
    if let record = model.records[photo.path] { text += ". \(caption(record.chosen, of: record))" }
    return text
  }

  static func caption(_ index: Int, of record: CaptionRecord) -> String {
    let entry = record.entries[index]
    let number = String(format: "%.1f", entry.caption.logProbability)
    let place = record.entries.count == 1 ? "Caption" : "Caption \(index + 1) of \(record.entries.count)"
    let edited = entry.edit == nil ? "" : ", edited"
    return "\(place)\(edited), log-probability \(number): \(TextWidth.safe(record.text(index)))"
  }

  /// One word, how likely it was, and where the network looked for it.
  static func word(_ index: Int, of caption: Caption) -> String {
    let word = caption.words[index]
    let probability = String(format: "%.2f", word.probability)
    return "Word \(index + 1) of \(caption.words.count): \(word.word), probability \(probability). "
      + "Attention: \(AttentionWords.place(word.attention))."
  }
}

/// The settings, changed and told in words.
enum PlainSettings {
  static func words(_ settings: DecodingSettings) -> String {
    "k \(settings.topK), temperature \(StatusLine.number(settings.temperature)), seed \(settings.seed), "
      + "mode \(StatusLine.mode(settings.mode)), samples \(settings.samples)."
  }

  /// What a line asks to be changed and how `undo` will call it; nil when its argument makes no sense.
  static func change(
    _ meaning: PlainLanguage.Meaning, _ argument: String
  ) -> (label: String, change: (inout DecodingSettings) -> Void)? {
    switch meaning {
    case .topK:
      guard let k = Int(argument), (1...BrowserModel.largestTopK).contains(k) else { return nil }
      return ("top-k", { $0.topK = k })
    case .temperature:
      guard let t = Float(argument), BrowserModel.temperatures.contains(t) else { return nil }
      return ("temperature", { $0.temperature = t })
    case .seed:
      guard let seed = UInt64(argument) else { return nil }
      return ("the seed", { $0.seed = seed })
    case .samples:
      guard let count = Int(argument), (1...100).contains(count) else { return nil }
      return ("the number of samples", { $0.samples = count })
    default:
      let modes: [String: DecodingSettings.Mode] = [
        "sample": .sample, "greedy": .greedy, "beam": .beam(width: BrowserModel.beamWidth),
      ]
      return modes[argument.lowercased()].map { mode in ("the mode", { $0.mode = mode }) }
    }
  }

  static func expectation(_ meaning: PlainLanguage.Meaning) -> String {
    switch meaning {
    case .topK: "Expected k and a number from 1 to \(BrowserModel.largestTopK), such as k 5."
    case .temperature: "Expected temperature and a number from 0.1 to 5, such as temperature 0.8."
    case .seed: "Expected seed and a whole number, such as seed 7."
    case .samples: "Expected samples and a number from 1 to 100, such as samples 3."
    default: "Expected mode and one of sample, greedy and beam."
    }
  }
}
