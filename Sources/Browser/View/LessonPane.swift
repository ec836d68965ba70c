import Terminal

/// What a lesson says, above everything it is about.
enum LessonPane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let rect = view.layout.lesson
    let style = view.theme[.selection]
    canvas.fill(rect, " ", style)
    for (row, line) in LessonLines.lines(view.model, columns: rect.columns).prefix(rect.rows).enumerated() {
      canvas.write(line, row: rect.row + row, column: rect.column + 1, style)
    }
  }
}
