import Terminal

/// Lines being typed, and the mouse.
extension BrowserModel {
  /// A key while a line is typed.
  mutating func type(_ key: Key) -> [Effect] {
    switch prompt {
    case .search(var editor, let origin):
      if key == .enter { return endSearch(editor.text) }
      if key == .escape || (key == .backspace && editor.text.isEmpty) {
        prompt = nil
        search = ""
        return select(origin)
      }
      guard editor.handle(key) else { return [] }
      prompt = .search(editor, from: origin)
      search = editor.text
      return select(match(from: origin, forward: true, text: search) ?? origin)
    case .edit(var editor):
      if key == .enter {
        endEdit(editor.text)
      } else if key == .escape {
        prompt = nil
      } else if editor.handle(key) {
        prompt = .edit(editor)
      }
      return []
    case .seed(var editor):
      if key == .enter { return endSeed(editor.text) }
      if key == .escape {
        prompt = nil
      } else if editor.handle(key) {
        prompt = .seed(editor)
      }
      return []
    case .confirm(let confirmation):
      if case .character(let character) = key { return answer(confirmation, character) }
      return answer(confirmation, nil)
    case nil: return []
    }
  }

  private mutating func endSearch(_ text: String) -> [Effect] {
    prompt = nil
    search = text
    if !text.isEmpty, match(from: selection, forward: true, text: text) == nil { warn("no match for '\(text)'") }
    return []
  }

  /// What the mouse does.
  /// - Returns: nil when the key is none of the mouse's.
  mutating func point(_ key: Key) -> [Effect]? {
    let layout = layout
    switch key {
    case .press(let row, let column):
      if layout.list.contains(row: row, column: column) {
        pane = .photos
        return select(layout.listTop + row - layout.list.row)
      }
      if layout.samples.contains(row: row, column: column), record != nil {
        pane = .captions
        return chooseSample(layout.samplesTop + row - layout.samples.row)
      }
      return []
    case .wheelUp, .wheelDown:
      let forward = key.isWheelDown
      if helpOffset != nil { return update(.key(forward ? .down : .up), now: 0) }
      return select(selection + (forward ? 1 : -1))
    default: return nil
    }
  }
}

extension Key {
  fileprivate var isWheelDown: Bool { if case .wheelDown = self { true } else { false } }
}
