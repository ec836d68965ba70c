import Terminal

/// Lines being typed, and questions being answered.
extension BrowserModel {
  /// A key while something is asked.
  mutating func type(_ key: Key, into prompt: Prompt, now: Int) -> [Effect] {
    switch prompt {
    case .search(let editor, let origin): return typeSearch(key, editor, from: origin)
    case .edit(let edit): return typeEdit(key, edit)
    case .say(let editor): return typeSentence(key, editor)
    case .branch(let choice): return type(key, choice)
    case .hide(let choice): return type(key, choice)
    case .number(let setting, let editor): return typeNumber(key, setting, editor)
    case .confirm:
      if case .character(let character) = key { return answer(character, now: now) }
      return answer(nil, now: now)
    }
  }

  /// The best match is shown while the text is typed.
  private mutating func typeSearch(_ key: Key, _ editor: LineEditor, from origin: Int) -> [Effect] {
    var editor = editor
    if key == .enter {
      prompt = nil
      search = Search(editor.text)
      return editor.text.isEmpty ? [] : go(to: PendingMatch(text: editor.text, isForward: true, offset: 0))
    }
    if key == .escape || (key == .backspace && editor.text.isEmpty) {
      prompt = nil
      search = .none
      return select(origin)
    }
    guard editor.handle(key) else { return [] }
    return show(editor, from: origin)
  }

  /// Goes to the best match of what has been typed so far.
  mutating func show(_ editor: LineEditor, from origin: Int) -> [Effect] {
    prompt = .search(editor, from: origin)
    search = Search(editor.text)
    let matches = Matches(matches(of: editor.text))
    let found = matches.next(from: origin, isForward: true)
    searchPlace = editor.text.isEmpty ? "" : matches.placeText(of: found ?? -1)
    return select(found ?? origin)
  }

  private mutating func typeEdit(_ key: Key, _ edit: CaptionEdit) -> [Effect] {
    var edit = edit
    if key == .enter { return end(edit) }
    if key == .escape {
      prompt = nil
    } else if edit.editor.handle(key) {
      prompt = .edit(edit)
    }
    return []
  }

  private mutating func typeNumber(_ key: Key, _ setting: NumberSetting, _ editor: LineEditor) -> [Effect] {
    var editor = editor
    if key == .enter { return end(setting, editor.text) }
    if key == .escape {
      prompt = nil
    } else if editor.handle(key) {
      prompt = .number(setting, editor)
    }
    return []
  }
}
