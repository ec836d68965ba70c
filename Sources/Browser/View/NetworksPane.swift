import Captioning
import Files
import Reports
import Terminal

/// One sentence as several networks tell it, a column each in the look of the compare view: probabilities and maps of
/// every word, and where they part from the program's own network.
enum NetworksPane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let model = view.model
    guard let record = model.record, let layout = model.networkLayout(in: view.layout) else { return }
    // The own network is compared with, whether it is in sight or not.
    let shown = [0] + layout.columns.map(\.index).filter { $0 != 0 }
    let captions = shown.map { caption($0, record, view) }
    let comparison = Comparison(captions.map(\.words))
    let row = record.wordIndex(in: record.chosen).flatMap { word in
      comparison.row(of: min(word, max(0, captions[0].words.count - 1)), in: 0)
    }
    for column in layout.columns {
      guard let index = shown.firstIndex(of: column.index) else { continue }
      CompareColumn(view: view, captions: captions, index: index, comparison: comparison, row: row)
        .draw(in: column.rect, on: &canvas)
    }
    ComparePane.drawRules(layout, view, on: &canvas)
  }

  /// What one network tells, or that it has not yet.
  private static func caption(_ network: Int, _ record: CaptionRecord, _ view: BrowserView) -> ComparedCaption {
    let networks = view.model.networks
    let (own, told) = (networks.caption(of: 0), networks.caption(of: network))
    var problem: String?
    if case .failed(let reason) = networks[network] { problem = reason }
    let differences = network == 0 ? nil : own.flatMap { told?.differences(from: $0) }
    var caption = ComparedCaption(
      number: "\(network + 1)", name: PrintableText.line(view.model.name(ofNetwork: network)),
      details: details(network, told, differences, record, view), told: told,
      words: told?.words.map(\.word) ?? record.words(record.chosen), isChosen: network == networks.chosen,
      place: network + 1)
    (caption.differences, caption.problem) = (differences, problem)
    return caption
  }

  private static func details(
    _ network: Int, _ told: Caption?, _ differences: [Float]?, _ record: CaptionRecord, _ view: BrowserView
  ) -> [String] {
    guard let told else { return [view.model.networks[network] == nil ? "asked\(view.marks.ellipsis)" : "no answer"] }
    if network == 0 || view.model.networks.caption(of: 0) == nil { return ["\(told.words.count) words, recited"] }
    guard let differences, let word = Caption.partingWord(differences) else { return ["other words than network 1"] }
    if differences[word] == 0 { return ["the same as network 1"] }
    let (name, difference) = (told.words[word].word, view.signed(differences[word]))
    let alike = likeness(told, record, view).map { ", maps \(Figures.fixed($0, 2)) alike" } ?? ""
    return [
      "parts most at \(name) \(difference)" + alike, "\(difference) at \(name)" + alike,
      "parts most at \(name) \(difference)", "\(difference) at \(name)",
    ]
  }

  /// How alike the current word's map is to the own network's.
  private static func likeness(_ told: Caption, _ record: CaptionRecord, _ view: BrowserView) -> Float? {
    guard let own = view.model.networks.caption(of: 0), let word = record.wordIndex(in: record.chosen),
      own.words.indices.contains(word), told.words.indices.contains(word)
    else { return nil }
    return own.words[word].attention.likeness(to: told.words[word].attention).map { Float($0) }
  }

  /// What the header says: which networks are in sight, and what bold words mean.
  static func summary(_ model: BrowserModel, _ layout: Layout) -> String {
    guard let columns = model.networkLayout(in: layout) else { return "" }
    let parts = [ComparePane.columnsInWords(columns, of: model.networks.count, "network")]
    let bold = model.display.size.columns >= 100 ? ["bold words are twice or half as likely as to network 1"] : []
    return (parts + bold).joined(separator: ", ")
  }
}

extension BrowserModel {
  /// What a network is called; 0 is the program's own.
  func name(ofNetwork index: Int) -> String {
    if index > 0 { return networks.others[index - 1] }
    if case .ready(let weights) = captions.engine { return weights.name }
    return "own"
  }
}
