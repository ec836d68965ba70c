import Captioning
import Foundation
import Terminal

/// The chosen caption with its current word, and the samples it was chosen from.
enum CaptionPane {
  static func title(_ model: BrowserModel) -> String {
    guard let record = model.record else { return "Captions" }
    var title = record.captions.count > 1 ? "Caption \(record.chosen + 1) of \(record.captions.count)" : "Caption"
    if record.settings != model.settings, model.work == nil { title += ", drawn with \(describe(record.settings))" }
    return title
  }

  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let (layout, model) = (view.layout, view.model)
    guard let record = model.record else { return drawNothing(view, on: &canvas) }
    if case .edit(let editor) = model.prompt, layout.form == .full, !layout.caption.isEmpty {
      view.drawField("", editor, in: layout.caption.splitTop(1).top, on: &canvas)
    } else {
      drawChosen(record, view, on: &canvas)
    }
    for row in 0..<layout.samples.rows {
      let index = layout.samplesTop + row
      guard record.captions.count > 1, record.captions.indices.contains(index) else { break }
      let line = Rect(
        row: layout.samples.row + row, column: layout.samples.column, rows: 1, columns: layout.samples.columns)
      draw(sample: index, of: record, in: line, view, on: &canvas)
    }
  }

  // MARK: - The chosen caption

  private static func drawChosen(_ record: CaptionRecord, _ view: BrowserView, on canvas: inout Canvas) {
    let rect = view.layout.caption
    guard !rect.isEmpty else { return }
    let edited = record.edits[record.chosen]
    let words = words(of: record.chosen, in: record)
    let current = edited == nil ? record.wordIndex(in: record.chosen) : nil
    let needed = WordFlow.lineCount(words, columns: rect.columns)
    let (text, below) = rect.splitTop(min(needed, max(1, rect.rows - 1)))
    WordFlow.draw(words, current: current, in: text, view, on: &canvas)
    guard !below.isEmpty else { return }
    let line = numbers(record, isEdited: edited != nil, columns: rect.columns, view)
    canvas.write(
      TextWidth.fit(line, columns: below.columns, ellipsis: view.marks.ellipsis), row: below.row,
      column: below.column, view.theme[.muted])
  }

  /// What a caption says, word by word; the user's text where there is one.
  static func words(of index: Int, in record: CaptionRecord) -> [String] {
    guard let edited = record.edits[index] else { return record.captions[index].words.map(\.word) }
    return TextWidth.safe(edited).split(separator: " ").map(String.init)
  }

  /// The current word's place and probabilities.
  private static func numbers(_ record: CaptionRecord, isEdited: Bool, columns: Int, _ view: BrowserView) -> String {
    guard let index = record.wordIndex(in: record.chosen), let word = record.currentWord else {
      return "no words"
    }
    let place = "\(index + 1)/\(record.caption.words.count)"
    let p = String(format: "p %.3f", word.probability)
    let log = "log p " + logText(word.logProbability, view, decimals: 2)
    let sum = "caption " + logText(record.caption.logProbability, view)
    let name = isEdited ? "edited; drawn: \(word.word)" : word.word
    if columns < 34 { return "\(place)  \(p)  \(log)" }
    let ending = record.caption.finished ? "" : "  unfinished"
    return "\(name)  word \(place)  \(p)  \(log)" + (columns >= 60 ? "  \(sum)\(ending)" : "")
  }

  // MARK: - Samples

  private static func draw(
    sample index: Int, of record: CaptionRecord, in line: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let isChosen = index == record.chosen
    let isCurrent = isChosen && view.model.pane == .captions
    let style = isCurrent ? view.theme[.selection] : view.theme[isChosen ? .text : .muted]
    canvas.fill(line, " ", style)
    let pointer = isChosen ? view.marks.pointer : " "
    let pen = record.edits[index] == nil ? "" : " \(view.marks.pen)"
    let sum = logText(record.captions[index].logProbability, view) + pen
    canvas.write(
      "\(pointer)", row: line.row, column: line.column,
      isChosen ? view.theme[.accent].on(style.background).with(style.attributes) : style)
    let room = line.columns - TextWidth.of(sum) - 6
    let text = TextWidth.fit(record.text(index), columns: room, ellipsis: view.marks.ellipsis)
    canvas.write("\(index + 1)  \(text)", row: line.row, column: line.column + 2, style)
    canvas.write(sum, row: line.row, column: line.end - TextWidth.of(sum), style)
  }

  /// A logarithm with a proper minus sign.
  static func logText(_ value: Float, _ view: BrowserView, decimals: Int = 1) -> String {
    (value < 0 ? view.marks.minus : "") + String(format: "%.\(decimals)f", abs(value))
  }

  // MARK: - No caption

  private static func drawNothing(_ view: BrowserView, on canvas: inout Canvas) {
    let (layout, model) = (view.layout, view.model)
    // There are no samples to leave room for.
    var rect = layout.caption
    rect.rows += layout.samples.rows
    guard !rect.isEmpty, let photo = model.photo, model.work?.job.path != photo.path else { return }
    if case .unreadable = photo.status { return }
    var text = "Enter captions this image"
    var style = view.theme[.muted]
    var note: String?
    if let sidecar = photo.sidecar {
      (text, style) = (sidecar, view.theme[.text])
      note = "from its sidecar"
    } else if case .failed(let reason) = model.engine {
      text = reason
    }
    let room = max(1, note == nil ? rect.rows : rect.rows - 1)
    let lines = TextWidth.wrap(text, columns: rect.columns, atMost: room, ellipsis: view.marks.ellipsis)
    for (row, line) in lines.enumerated() { canvas.write(line, row: rect.row + row, column: rect.column, style) }
    if let note, lines.count < rect.rows {
      canvas.write(note, row: rect.row + lines.count, column: rect.column, view.theme[.muted])
    }
  }

  private static func describe(_ settings: DecodingSettings) -> String {
    switch settings.mode {
    case .sample: "k \(settings.topK), T \(StatusLine.number(settings.temperature)), seed \(settings.seed)"
    default: StatusLine.mode(settings.mode)
    }
  }
}
