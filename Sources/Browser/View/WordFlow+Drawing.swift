import Terminal

extension WordFlow {
  /// Draws as many lines as fit, those around the current word where not all do.
  static func draw(_ words: [String], current: Int?, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let places = places(words, columns: rect.columns)
    let first = firstLine(places, current: current, rows: rect.rows)
    for place in places where place.line >= first && place.line < first + rect.rows {
      let style = view.theme[place.word == current ? .highlight : .text]
      canvas.write(
        words[place.word], row: rect.row + place.line - first, column: rect.column + place.column, style,
        columns: rect.columns - place.column)
    }
  }
}
