import Captioning
import Foundation
import Terminal

/// The chosen caption with its current word, and the samples it was chosen from.
enum CaptionPane {
  static func title(_ model: BrowserModel) -> String {
    if case .hide(let choice) = model.prompt { return HidingPane.title(choice) }
    guard let record = model.record else { return "Captions" }
    var title = record.entries.count > 1 ? "Caption \(record.chosen + 1) of \(record.entries.count)" : "Caption"
    if record.current.edit != nil { title += ", edited by hand" }
    if record.current.origin == .asked { title += ": \(AskedWords.name(of: record.current))" }
    if record.caption == nil || record.current.edit != nil, record.current.origin != .asked, let told = record.told {
      title += told.isRecited ? ", recited" : ", drawn again with \(StatusText.describe(told.settings))"
    }
    if record.current.isOutdated { title += ", of the image before it changed" }
    if let drawn = record.settings, drawn != model.captions.settings, model.captions.work == nil {
      title += ", drawn with \(StatusText.describe(drawn))"
    }
    return title
  }

  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let (layout, model) = (view.layout, view.model)
    if case .hide(let choice) = model.prompt { return HidingPane.draw(choice, view, on: &canvas) }
    guard let record = model.record else { return drawNothing(view, on: &canvas) }
    if case .edit(let edit) = model.prompt, layout.form == .full, !layout.caption.isEmpty {
      view.drawField("", edit.editor, in: layout.caption.splitTop(1).top, on: &canvas)
    } else {
      drawChosen(record, view, on: &canvas)
    }
    for row in 0..<layout.samples.rows {
      let index = layout.samplesTop + row
      guard record.entries.count > 1, record.entries.indices.contains(index) else { break }
      let line = Rect(
        row: layout.samples.row + row, column: layout.samples.column, rows: 1, columns: layout.samples.columns)
      draw(sample: index, of: record, in: line, view, on: &canvas)
    }
  }

  // MARK: - The chosen caption

  private static func drawChosen(_ record: CaptionRecord, _ view: BrowserView, on canvas: inout Canvas) {
    let rect = view.layout.caption
    guard !rect.isEmpty else { return }
    let words = record.words(record.chosen)
    let current = record.wordIndex(in: record.chosen)
    let needed = WordFlow.lineCount(words, columns: rect.columns)
    let (text, below) = rect.splitTop(min(needed, max(1, rect.rows - 1)))
    WordFlow.draw(words, current: current, in: text, view, on: &canvas)
    guard !below.isEmpty else { return }
    for (row, line) in WordNumbers.lines(record, columns: rect.columns, view).prefix(below.rows).enumerated() {
      let text = TextWidth.fit(line, columns: below.columns, ellipsis: view.marks.ellipsis)
      canvas.write(text, row: below.row + row, column: below.column, view.theme[.muted])
    }
  }

  // MARK: - Samples

  private static func draw(
    sample index: Int, of record: CaptionRecord, in line: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let isChosen = index == record.chosen
    let isCurrent = isChosen && view.model.views.pane == .captions
    let style = isCurrent ? view.theme[.selection] : view.theme[isChosen ? .text : .muted]
    canvas.fill(line, " ", style)
    let pointer = isChosen ? view.marks.pointer : " "
    let entry = record.entries[index]
    let sum = entry.told.map { WordNumbers.logText($0.logProbability, view) } ?? ""
    let label = indent(record.depth(of: index), view.marks) + label(of: entry, view.marks)
    canvas.write(
      "\(pointer)", row: line.row, column: line.column,
      isChosen ? view.theme[.accent].on(style.background).with(style.attributes) : style)
    let number = "\(index + 1)".padded(to: record.entries.count > 9 ? 3 : 2)
    let room = line.columns - TextWidth.of(sum) - number.count - 4
    let text = TextWidth.fit(label + record.text(index), columns: room, ellipsis: view.marks.ellipsis)
    canvas.write("\(number) \(text)", row: line.row, column: line.column + 2, style)
    canvas.write(sum, row: line.row, column: line.end - TextWidth.of(sum), style)
  }

  /// Branches stand to the right of what they branch off.
  private static func indent(_ depth: Int, _ marks: GlyphSupport.Marks) -> String {
    depth == 0 ? "" : String(repeating: "  ", count: min(depth, 6) - 1) + "\(marks.branch) "
  }

  /// What sets a caption apart from those drawn with the settings.
  private static func label(of entry: CaptionRecord.Entry, _ marks: GlyphSupport.Marks) -> String {
    let pin = entry.origin == .pinned ? "\(marks.pin) " : ""
    let pen = entry.edit == nil ? "" : "\(marks.pen) "
    if let short = AskedWords.label(of: entry) { return pin + pen + short }
    guard entry.origin == .reference, let mode = entry.caption?.settings.mode else { return pin + pen }
    return "\(pin)\(pen)\(StatusText.mode(mode)): "
  }

  // MARK: - No caption

  private static func drawNothing(_ view: BrowserView, on canvas: inout Canvas) {
    let (layout, model) = (view.layout, view.model)
    // There are no samples to leave room for.
    var rect = layout.caption
    rect.rows += layout.samples.rows
    guard !rect.isEmpty, let photo = model.photo else { return }
    // A text that is being read stays in sight.
    if let work = model.captions.work, work.job.path == photo.path, work.job.text == nil { return }
    if case .unreadable = photo.status { return }
    // What Enter does with a folder stands where its picture would be.
    if photo.isFolder { return }
    var text = "Enter captions this image"
    var style = view.theme[.muted]
    var note: String?
    var wrap = TextWidth.wrap(_:columns:atMost:ellipsis:)
    if let sidecar = photo.sidecar {
      (text, style) = (sidecar.text, view.theme[.text])
      let author = sidecar.author.inWords
      note = "from its sidecar" + (author.isEmpty ? "" : ", \(author)")
    } else if case .failed(let reason) = model.captions.engine {
      (text, wrap) = (reason, TextWidth.wrapEnds(_:columns:atMost:ellipsis:))
    } else if let reason = model.captions.failures[photo.path] {
      (text, style, note) = ("not captioned: \(reason)", view.theme[.error], "Enter tries again")
    }
    let room = max(1, note == nil ? rect.rows : rect.rows - 1)
    let lines = wrap(text, rect.columns, room, view.marks.ellipsis)
    for (row, line) in lines.enumerated() { canvas.write(line, row: rect.row + row, column: rect.column, style) }
    if let note, lines.count < rect.rows {
      canvas.write(note, row: rect.row + lines.count, column: rect.column, view.theme[.muted])
    }
  }
}
