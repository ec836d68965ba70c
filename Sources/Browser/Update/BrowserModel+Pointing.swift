import Terminal

/// The mouse: everything it does, keys do too.
extension BrowserModel {
  /// - Returns: nil when the key is none of the mouse's.
  mutating func point(_ key: Key) -> [Effect]? {
    switch key {
    case .press(let row, let column): return helpOffset == nil ? press(row: row, column: column) : []
    case .wheelUp: return turn(-1)
    case .wheelDown: return turn(1)
    default: return nil
    }
  }

  private mutating func press(row: Int, column: Int) -> [Effect] {
    let layout = layout
    if let columns = ComparePane.layout(self, layout) {
      let pressed = columns.columns.first { $0.rect.contains(row: row, column: column) }
      return pressed.map { chooseSample($0.index) } ?? []
    }
    if layout.list.contains(row: row, column: column) {
      pane = .photos
      return select(layout.listTop + row - layout.list.row)
    }
    if layout.samples.contains(row: row, column: column), record != nil {
      pane = .captions
      return chooseSample(layout.samplesTop + row - layout.samples.row)
    }
    if let word = word(row: row, column: column, layout), let photo {
      nextWordAt = nil
      records[photo.path]?.word = word
    }
    return []
  }

  /// The word whose picture or name is at a place.
  private func word(row: Int, column: Int, _ layout: Layout) -> Int? {
    if let filmstrip = FilmstripPane.layout(self, in: layout.preview) {
      return filmstrip.word(row: row, column: column)
    }
    guard let record, record.entries[record.chosen].edit == nil, layout.caption.contains(row: row, column: column)
    else { return nil }
    let text = layout.caption.splitTop(max(1, layout.caption.rows - 2)).top
    return WordFlow.word(
      row: row, column: column, of: record.words(record.chosen), current: record.wordIndex(in: record.chosen), in: text)
  }

  /// The wheel moves what is long: help, the rows of words compared, the list.
  private mutating func turn(_ by: Int) -> [Effect] {
    if helpOffset != nil { return read(help: by > 0 ? .down : .up) }
    if isComparing, record != nil { return attend(by > 0 ? .nextWord : .previousWord, now: 0) ?? [] }
    return select(selection + by)
  }
}
