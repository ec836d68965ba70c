import Terminal

/// Words set in lines, one of them standing out.
enum WordFlow {
  /// Where a word goes.
  struct Place: Equatable {
    let word: Int
    let line: Int
    let column: Int
  }

  /// Breaks words into lines of at most `columns`.
  static func places(_ words: [String], columns: Int) -> [Place] {
    var places: [Place] = []
    var (line, column) = (0, 0)
    for (index, word) in words.enumerated() {
      let width = TextWidth.of(word)
      if column > 0, column + width > columns { (line, column) = (line + 1, 0) }
      places.append(Place(word: index, line: line, column: column))
      column += width + 1
    }
    return places
  }

  static func lineCount(_ words: [String], columns: Int) -> Int {
    (places(words, columns: columns).last?.line ?? 0) + 1
  }

  /// Draws as many lines as fit, those around the current word where not all do.
  static func draw(_ words: [String], current: Int?, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let places = places(words, columns: rect.columns)
    let shownLine = current.map { places[$0].line } ?? 0
    let first = Layout.top(selected: shownLine, count: (places.last?.line ?? 0) + 1, rows: rect.rows)
    for place in places where place.line >= first && place.line < first + rect.rows {
      let style = view.theme[place.word == current ? .word : .text]
      canvas.write(
        words[place.word], row: rect.row + place.line - first, column: rect.column + place.column, style,
        columns: rect.columns - place.column)
    }
  }
}
