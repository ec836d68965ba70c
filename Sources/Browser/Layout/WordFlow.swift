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

  /// The first line shown, so that the current word's is.
  static func firstLine(_ places: [Place], current: Int?, rows: Int) -> Int {
    Layout.top(
      selected: current.map { places[$0].line } ?? 0, count: (places.last?.line ?? 0) + 1, rows: rows)
  }

  /// The word drawn at a place of the screen.
  static func word(row: Int, column: Int, of words: [String], current: Int?, in rect: Rect) -> Int? {
    let places = places(words, columns: rect.columns)
    let line = row - rect.row + firstLine(places, current: current, rows: rect.rows)
    let at = column - rect.column
    return places.first {
      $0.line == line && $0.column <= at && at < $0.column + TextWidth.of(words[$0.word])
    }?.word
  }
}
