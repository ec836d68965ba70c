import Terminal

/// The mouse: everything it does, keys do too.
extension BrowserModel {
  /// - Returns: nil when the key is none of the mouse's.
  mutating func point(_ key: Key) -> [Effect]? {
    switch key {
    case .press(let row, let column):
      if views.isHelpOpen { return [] }
      return views.isGrid ? pressInGrid(row: row, column: column) : press(row: row, column: column)
    case .wheelUp: return turn(.up)
    case .wheelDown: return turn(.down)
    default: return nil
    }
  }

  private mutating func pressInGrid(row: Int, column: Int) -> [Effect] {
    let grid = gridLayout
    let pressed = (grid.first..<(grid.first + grid.capacity)).first {
      grid.cell($0)?.contains(row: row, column: column) == true
    }
    return pressed.map { $0 < photos.count ? select($0) : [] } ?? []
  }

  private mutating func press(row: Int, column: Int) -> [Effect] {
    let layout = layout
    if let columns = compareLayout(in: layout) {
      if let pressed = columns.columns.first(where: { $0.rect.contains(row: row, column: column) }) {
        choose(pressed.index)
      }
    } else if layout.list.contains(row: row, column: column) {
      views.focus(.photos)
      return select(layout.listTop + row - layout.list.row)
    } else if layout.samples.contains(row: row, column: column), record != nil {
      views.focus(.captions)
      choose(layout.samplesTop + row - layout.samples.row)
    } else if let word = word(row: row, column: column, layout), let photo {
      playback = nil
      captions.change(photo.path) { $0.go(toWord: word) }
    }
    return []
  }

  /// The word whose picture or name is at a place.
  private func word(row: Int, column: Int, _ layout: Layout) -> Int? {
    if let filmstrip = filmstripLayout(in: layout.preview) { return filmstrip.word(row: row, column: column) }
    guard let record, record.current.edit == nil, layout.caption.contains(row: row, column: column) else { return nil }
    let text = layout.caption.splitTop(max(1, layout.caption.rows - 2)).top
    return WordFlow.word(
      row: row, column: column, of: record.words(record.chosen), current: record.wordIndex(in: record.chosen), in: text)
  }

  /// The wheel moves what is long: help, the rows of words compared, the grid, the list.
  private mutating func turn(_ direction: Action) -> [Effect] {
    let isDown = direction == .down
    if views.isHelpOpen {
      scrollHelp(direction)
      return []
    }
    if views.isGrid { return moveInGrid(direction) ?? [] }
    if views.isComparing { return attend(isDown ? .nextWord : .previousWord, now: 0) ?? [] }
    return select(photos.selection + (isDown ? 1 : -1))
  }
}
