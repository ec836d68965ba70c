import Terminal

/// Draws help in columns.
enum HelpPane {
  /// Where what keys do begins, wide enough for the longest keys.
  private static let indent = 13

  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let rect = view.layout.help
    let columns = HelpText.columns(in: rect)
    let width = rect.columns / HelpText.columnCount(in: rect)
    let offset = min(view.model.views.helpOffset ?? 0, HelpText.lastOffset(in: rect))
    for (column, lines) in columns.enumerated() {
      for (row, line) in lines.dropFirst(offset).prefix(rect.rows).enumerated() {
        let place = Rect(row: rect.row + row, column: rect.column + 1 + column * width, rows: 1, columns: width - 2)
        draw(line, in: place, view, on: &canvas)
      }
    }
  }

  private static func draw(_ line: HelpText.Line, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas) {
    if line.isHeading {
      canvas.write(line.keys, row: rect.row, column: rect.column, view.theme[.accent], columns: rect.columns)
      return
    }
    let indent = rect.columns >= 36 ? indent : 8
    let keys = keys(line.keys, view)
    canvas.write(keys, row: rect.row, column: rect.column, view.theme[.title], columns: indent - 1)
    let text = TextWidth.fit(line.text, columns: rect.columns - indent, ellipsis: view.marks.ellipsis)
    canvas.write(text, row: rect.row, column: rect.column + indent, view.theme[.text])
  }

  /// Arrows have names where they have no characters.
  private static func keys(_ text: String, _ view: BrowserView) -> String {
    let arrows = view.marks.arrows
    let marks = view.marks
    let names: [Character: String] = [
      "↑": arrows.up, "↓": arrows.down, "←": arrows.left, "→": arrows.right, "…": "..", "•": "\(marks.dot)",
      "✓": "\(marks.check)", "✎": "\(marks.pen)", "◆": "\(marks.pin)",
      "★": "\(marks.star)", "×": "\(marks.cross)",
    ]
    return view.model.display.glyphs.unicode ? text : text.map { names[$0] ?? String($0) }.joined()
  }
}
