import Terminal

/// Lines being typed, and questions being answered.
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
    return text.isEmpty ? [] : go(to: AwaitedMatch(text: text, forward: true, offset: 0))
  }
}
