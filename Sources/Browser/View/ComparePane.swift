import Captioning
import Reports
import Terminal

/// Captions side by side, word beside word, each with its own picture of attention at the current row of words.
enum ComparePane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    guard let record = view.model.record, let layout = view.model.compareLayout(in: view.layout) else { return }
    let comparison = record.comparison
    let row = record.wordIndex(in: record.chosen).flatMap { comparison.row(of: $0, in: record.chosen) }
    let captions = record.entries.indices.map { caption($0, of: record, view) }
    for column in layout.columns {
      CompareColumn(view: view, captions: captions, index: column.index, comparison: comparison, row: row)
        .draw(in: column.rect, on: &canvas)
    }
    drawRules(layout, view, on: &canvas)
  }

  /// The lines between columns.
  static func drawRules(_ layout: CompareLayout, _ view: BrowserView, on canvas: inout Canvas) {
    for column in layout.columns where column.rect.column > layout.body.column {
      let line = Rect(row: layout.body.row, column: column.rect.column - 1, rows: layout.body.rows, columns: 1)
      canvas.fill(line, view.marks.vertical, view.theme[.rule])
    }
  }

  // MARK: - A caption

  private static func caption(_ index: Int, of record: CaptionRecord, _ view: BrowserView) -> ComparedCaption {
    let entry = record.entries[index]
    let pin = entry.origin == .pinned ? " \(view.marks.pin)" : ""
    let pen = entry.edit == nil ? "" : " \(view.marks.pen)"
    return ComparedCaption(
      number: "\(index + 1)\(pin)\(pen)", name: name(of: entry), details: [detail(of: entry)], told: entry.told,
      words: record.words(index), isChosen: index == record.chosen, isOutdated: entry.isOutdated, place: entry.id + 1)
  }

  private static func name(of entry: CaptionRecord.Entry) -> String {
    if entry.edit != nil { return "edited by hand" }
    if entry.origin == .asked { return AskedWords.short(of: entry) }
    if entry.told?.isRecited == true { return "from its text file, recited" }
    return entry.told.map { StatusText.mode($0.settings.mode) } ?? "from its text file"
  }

  private static func detail(of entry: CaptionRecord.Entry) -> String {
    let count = "\(entry.told?.words.count ?? entry.shownWords.count) words"
    guard let settings = entry.told?.settings, settings.mode == .sample else { return count }
    return "k \(settings.topK)  T \(StatusText.number(settings.temperature))  seed \(settings.seed)"
  }

  // MARK: - The header

  /// The numbers of the columns in sight: `2`, `1-3` or, with the first kept in sight, `1, 4-5`.
  private static func range(_ layout: CompareLayout) -> String {
    let (first, last) = (layout.scrolled.lowerBound + 1, layout.scrolled.upperBound)
    if layout.columns.count == 1 { return "\(last)" }
    if first == 2 { return "1-\(last)" }
    return first == last ? "1, \(last)" : "1, \(first)-\(last)"
  }

  /// Which columns are in sight: `3 captions` or `captions 1, 4-5 of 7`.
  static func columnsInWords(_ layout: CompareLayout, of count: Int, _ what: String) -> String {
    if layout.columns.count < count { return "\(what)s \(range(layout)) of \(count)" }
    return count == 1 ? "1 \(what)" : "\(count) \(what)s"
  }

  /// What the header says about the columns: which are in sight, in which order, and what bold words mean.
  static func summary(_ model: BrowserModel, _ layout: Layout) -> String {
    guard let record = model.record, let columns = model.compareLayout(in: layout) else { return "" }
    let count = record.entries.count
    var parts = [columnsInWords(columns, of: count, "caption")]
    if record.isRanked { parts.append("likeliest first") }
    if count > 1, model.display.size.columns >= 100 { parts.append("bold words differ from caption 1") }
    return parts.joined(separator: ", ")
  }
}
