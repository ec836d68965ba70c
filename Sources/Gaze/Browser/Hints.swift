import Terminal

/// The few keys worth showing now, from the table of keys.
enum Hints {
  static func list(_ model: BrowserModel) -> [(key: String, hint: String)] {
    switch model.prompt {
    case .search: return [("Enter", "go there"), ("Esc", "back")]
    case .edit: return [("Enter", "keep"), ("Esc", "leave as it was"), ("Ctrl-U", "clear")]
    case nil: break
    }
    if model.helpOffset != nil {
      return HelpPane.lastOffset(in: model.layout.help) > 0 ? [("j k", "scroll"), ("Esc", "back")] : [("Esc", "back")]
    }
    if model.isComparing, model.record != nil {
      return [
        ("Tab", "next sample"), ("l", "word"), ("Enter", "take it"), ("e", "edit"), ("w", "write"), ("Esc", "back"),
      ]
    }
    let actions: [Action] =
      model.photos.isEmpty
      ? [.help, .quit]
      : model.record == nil
        ? [.caption, .search, .zoom, .help, .quit]
        : [.help, .nextWord, .play, .sampleAgain, .compare, .edit, .write, .quit]
    return actions.compactMap { action in
      guard let binding = Keymap.standard.bindings.first(where: { $0.action == action }), let key = binding.keys.first
      else { return nil }
      return (key.label, binding.hint ?? binding.help)
    }
  }
}
