import Terminal

/// The mouse: everything it does, keys do too.
extension BrowserModel {
  /// - Returns: nil when the key is none of the mouse's, or is for what is being asked.
  mutating func point(_ key: Key, now: Int) -> [Effect]? {
    switch key {
    case .press(let row, let column):
      if let press = pressed(row: row, column: column) { return self.press(press, now: now) }
      if let effects = pressCell(row: row, column: column) { return effects }
      if prompt != nil { return [] }
      if let action = pressedAction(row: row, column: column) { return perform(action, now: now) }
      if views.isHelpOpen { return [] }
      return views.isGrid ? pressInGrid(row: row, column: column) : press(row: row, column: column)
    case .secondaryPress(let row, let column): return markPressed(row: row, column: column)
    case .wheelUp: return prompt == nil ? turn(.up) : []
    case .wheelDown: return prompt == nil ? turn(.down) : []
    default: return nil
    }
  }

  /// The key of the hint or answer at a place of the last line, or of the lines of a question.
  private func pressed(row: Int, column: Int) -> Key? {
    let (layout, rect) = (layout, layout.promptLine)
    let lines: PromptLines
    if case .confirm(let confirmation) = prompt {
      lines = .question(confirmation, columns: rect.columns)
    } else {
      guard !layout.hints.isEmpty, prompt == nil, notice == nil else { return nil }
      lines = .hints(self, columns: rect.columns)
    }
    return lines.piece(line: row - lines.top(last: rect.row), column: column)?.press
  }

  /// What the status line or the header's number does at a place.
  private func pressedAction(row: Int, column: Int) -> Action? {
    let layout = layout
    if layout.status.contains(row: row, column: column) {
      return StatusText.piece(row: row, column: column, self, in: layout.status)?.action
    }
    let isInHeader = layout.header.contains(row: row, column: column) && column >= layout.header.end / 2
    return isInHeader && !views.isSideBySide && !views.isHelpOpen ? .chooseFilter : nil
  }

  private mutating func pressInGrid(row: Int, column: Int) -> [Effect] {
    gridIndex(row: row, column: column).map { select($0) } ?? []
  }

  private func gridIndex(row: Int, column: Int) -> Int? {
    let grid = gridLayout
    return (grid.first..<min(photos.count, grid.first + grid.capacity)).first {
      grid.cell($0)?.contains(row: row, column: column) == true
    }
  }

  /// Marks a photo of the list or grid, or takes its mark away.
  private mutating func markPressed(row: Int, column: Int) -> [Effect] {
    let layout = layout
    guard prompt == nil, !views.isHelpOpen, !views.isSideBySide else { return [] }
    var index = views.isGrid ? gridIndex(row: row, column: column) : nil
    if layout.list.contains(row: row, column: column) { index = layout.listTop + row - layout.list.row }
    if layout.preview.contains(row: row, column: column) { index = photos.selection }
    if let index { toggleMark(index) }
    return []
  }

  private mutating func press(row: Int, column: Int) -> [Effect] {
    let layout = layout
    if let columns = compareLayout(in: layout) {
      if let pressed = columns.columns.first(where: { $0.rect.contains(row: row, column: column) }) {
        choose(pressed.index)
      }
    } else if let columns = networkLayout(in: layout) {
      if let pressed = columns.columns.first(where: { $0.rect.contains(row: row, column: column) }) {
        networks.choose(pressed.index)
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
    guard let record, record.told != nil, layout.caption.contains(row: row, column: column) else { return nil }
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
    if views.isSideBySide { return attend(isDown ? .nextWord : .previousWord, now: 0) ?? [] }
    return select(photos.selection + (isDown ? 1 : -1))
  }
}
