import Captioning
import Terminal

/// Captions side by side, word beside word, each with its own picture of attention at the current row of words.
enum ComparePane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    guard let record = view.model.record, let layout = view.model.compareLayout(in: view.layout) else { return }
    let comparison = record.comparison
    let row = record.wordIndex(in: record.chosen).flatMap { comparison.row(of: $0, in: record.chosen) }
    for column in layout.columns {
      CompareColumn(
        view: view, record: record, index: column.index, comparison: comparison, row: row,
        isReference: column.index == 0
      ).draw(in: column.rect, on: &canvas)
      if column.rect.column > layout.body.column {
        let line = Rect(row: layout.body.row, column: column.rect.column - 1, rows: layout.body.rows, columns: 1)
        canvas.fill(line, view.marks.vertical, view.theme[.rule])
      }
    }
  }

  /// The numbers of the captions in sight: `2`, `1-3` or, with the first kept in sight, `1, 4-5`.
  private static func range(_ layout: CompareLayout) -> String {
    let (first, last) = (layout.scrolled.lowerBound + 1, layout.scrolled.upperBound)
    if layout.columns.count == 1 { return "\(last)" }
    if first == 2 { return "1-\(last)" }
    return first == last ? "1, \(last)" : "1, \(first)-\(last)"
  }

  /// What the header says about the columns: which are in sight, in which order, and what bold words mean.
  static func summary(_ model: BrowserModel, _ layout: Layout) -> String {
    guard let record = model.record, let columns = model.compareLayout(in: layout) else { return "" }
    let count = record.entries.count
    var parts: [String] = []
    if columns.columns.count < count {
      parts.append("captions \(range(columns)) of \(count)")
    } else {
      parts.append(count == 1 ? "1 caption" : "\(count) captions")
    }
    if record.isRanked { parts.append("likeliest first") }
    if count > 1, model.display.size.columns >= 100 { parts.append("bold words differ from caption 1") }
    return parts.joined(separator: ", ")
  }
}
