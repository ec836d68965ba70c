import Terminal

/// The few keys worth showing now, from the table of keys.
enum Hints {
  static func list(_ model: BrowserModel) -> [(key: String, hint: String)] {
    if let typing = typing(model.prompt, model.display.glyphs.marks.arrows) { return typing }
    if model.views.isHelpOpen {
      return HelpText.lastOffset(in: model.layout.help) > 0 ? [("j k", "scroll"), ("Esc", "back")] : [("Esc", "back")]
    }
    return actions(model).compactMap { action in
      guard let binding = Keymap.standard.bindings.first(where: { $0.action == action }), let key = binding.keys.first
      else { return nil }
      return (key.label, hint(for: action, in: model) ?? binding.hint ?? binding.help)
    }
  }

  private static func typing(
    _ prompt: Prompt?, _ arrows: (up: String, down: String, left: String, right: String)
  ) -> [(key: String, hint: String)]? {
    switch prompt {
    case .search: [("Enter", "go there"), ("Esc", "back")]
    case .edit: [("Enter", "keep"), ("Esc", "leave as it was"), ("Ctrl-U", "clear"), ("Ctrl-\(arrows.left)", "a word")]
    case .seed: [("Enter", "draw"), ("Esc", "back")]
    case .confirm(let confirmation): confirmation.answers.map { ($0.key, $0.meaning) }
    case nil: nil
    }
  }

  /// The most useful first, the way out last.
  private static func actions(_ model: BrowserModel) -> [Action] {
    if model.photos.isEmpty { return [.help, .quit] }
    if model.views.isGrid { return [.grid, .caption, .order, .search, .help, .quit] }
    if model.photo?.isFolder == true { return [.caption, .leaveFolder, .order, .search, .help, .quit] }
    if model.record == nil, model.photo?.sidecar != nil {
      return [.nextWord, .caption, .edit, .search, .grid, .help, .quit]
    }
    guard model.record != nil else { return [.caption, .search, .grid, .zoom, .help, .quit] }
    if model.views.isComparing {
      return [.nextPane, .caption, .nextWord, .pin, .rank, .moreTopK, .warmer, .edit, .write, .help, .back]
    }
    return [.help, .nextWord, .play, .filmstrip, .sampleAgain, .compare, .edit, .write, .quit]
  }

  /// Words that suit the view better than those of the table.
  private static func hint(for action: Action, in model: BrowserModel) -> String? {
    switch action {
    case .nextPane where model.views.isComparing: "next"
    case .nextWord where model.record == nil: "attention"
    case .caption where model.views.isComparing: "choose"
    case .caption where model.photo?.isFolder == true: "enter"
    case .grid where model.views.isGrid: "list"
    case .order: "sort"
    case .moreTopK: "more k"
    case .warmer: "warmer"
    case .back: "back"
    default: nil
    }
  }
}
