import Terminal

/// What a lesson says, above everything it is about.
enum LessonPane {
  private static let mostLines = 3

  /// None where nothing is said.
  static func lines(_ model: BrowserModel, columns: Int) -> [String] {
    guard let text = model.lesson?.text, !text.isEmpty, columns > 2 else { return [] }
    return TextWidth.wrap(
      text, columns: columns - 2, atMost: mostLines, ellipsis: model.display.glyphs.marks.ellipsis)
  }

  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let rect = view.layout.lesson
    let style = view.theme[.selection]
    canvas.fill(rect, " ", style)
    for (row, line) in lines(view.model, columns: rect.columns).prefix(rect.rows).enumerated() {
      canvas.write(line, row: rect.row + row, column: rect.column + 1, style)
    }
  }
}
