import Captioning
import Files
import Foundation
import PhotoLibrary
import Reports
import Terminal

/// What a screen would show, as sentences.
enum PlainWords {
  static func count(_ model: BrowserModel) -> String {
    let images = model.photos.imageCount
    let count = model.photos.folderCount
    let folders = count == 0 ? "" : count == 1 ? "1 folder, " : "\(count) folders, "
    let shown = folders + (images == 1 ? "1 image" : "\(images) images")
    return model.filter == .all
      ? shown : "\(images) \(model.filter.rawValue) of \(CountText.images(model.photos.listedImageCount))"
  }

  /// A line of the list.
  static func name(_ photo: PhotoItem, _ model: BrowserModel) -> String {
    let name = TextWidth.safe(photo.name) + (model.marked.contains(photo.path) ? ", marked" : "")
    if photo.isFolder { return "\(name), folder" }
    if case .unreadable = photo.status { return "\(name), cannot be shown" }
    if model.captions.failures[photo.path] != nil { return "\(name), could not be captioned" }
    if model.captions[photo.path]?.edits.isEmpty == false { return "\(name), edited by hand" }
    if model.captions[photo.path] != nil { return "\(name), captioned" }
    guard let sidecar = photo.sidecar else { return name }
    return sidecar.author.isPersons
      ? "\(name), with a text file \(sidecar.author.inWords)" : "\(name), with a text file"
  }

  static func description(_ photo: PhotoItem, _ model: BrowserModel) -> String {
    let name = TextWidth.safe(photo.name)
    if photo.isFolder { return "\(name), a folder. Select it by its number to enter it." }
    if case .unreadable(let reason) = photo.status { return "\(name) cannot be shown: \(TextWidth.safe(reason))." }
    var text = name
    if let preview = model.pictures.previews.peek(photo.path) {
      text += ", \(preview.width) by \(preview.height) pixels"
    }
    if let sidecar = photo.sidecar { text += ". Its text file says: \(TextWidth.safe(sidecar.text))" }
    if let record = model.captions[photo.path] { text += ". \(caption(record.chosen, of: record))" }
    return text
  }

  static func caption(_ index: Int, of record: CaptionRecord) -> String {
    let entry = record.entries[index]
    let place = record.entries.count == 1 ? "Caption" : "Caption \(index + 1) of \(record.entries.count)"
    var manner = (entry.edit == nil ? "" : ", edited") + (entry.told?.isRecited == true ? ", recited" : "")
    if entry.origin == .asked { manner = ", " + AskedWords.name(of: entry) }
    let number = entry.told.map { ", log-probability \(Figures.fixed($0.logProbability, 1))" } ?? ""
    return "\(place)\(manner)\(number): \(TextWidth.safe(entry.text))"
  }

  /// One word that the network was given: how likely it is, and what would have been likelier.
  static func judged(_ index: Int, of caption: Caption, fall: Float?) -> String {
    let word = caption.words[index]
    var text = "Word \(index + 1) of \(caption.words.count): \(word.word)"
    if word.isUnknown { text += ", unknown to the network" }
    text += ", probability \(Figures.probability(exp(word.logProbability)))"
    if let rank = word.rank { text += ", rank \(rank)" }
    if let fall { text += ", log-probability \(HiddenRegions.inWords(fall: fall))" }
    let rather = WordTable.rather(word)
    return text + (rather.isEmpty ? "." : ". Rather: \(rather).")
  }

  /// One word, how likely it was, and where the network looked for it.
  static func word(_ index: Int, of caption: Caption) -> String {
    let word = caption.words[index]
    let chances = caption.chances(of: word).joined(separator: ", ")
    return "Word \(index + 1) of \(caption.words.count): \(word.word), probability \(chances). "
      + "Attention: \(AttentionWords.place(word.attention))."
  }
}

extension PlainSettings {
  static func words(_ settings: DecodingSettings) -> String {
    "k \(settings.topK), temperature \(StatusText.number(settings.temperature)), seed \(settings.seed), "
      + "mode \(StatusText.mode(settings.mode)), samples \(settings.samples)"
      + (settings.promptInWords.map { ", " + $0 } ?? "") + "."
  }
}
