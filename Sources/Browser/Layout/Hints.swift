import Terminal

/// The few keys worth showing now, from the table of keys, and which key each is.
enum Hints {
  typealias Hint = (key: String, hint: String, press: Key?)

  static func list(_ model: BrowserModel) -> [Hint] {
    if let typing = typing(model.prompt, model.display.glyphs.marks.arrows) { return typing }
    if model.views.isHelpOpen {
      let isLong = HelpText.lastOffset(in: model.layout.help) > 0
      return (isLong ? [("j k", "scroll", nil)] : []) + [("Esc", "back", .escape)]
    }
    // Space is the lesson's while there is one.
    return lesson(model)
      + actions(model).filter { model.lesson == nil || $0 != .play }.compactMap { action in
        guard let binding = Keymap.standard.bindings.first(where: { $0.action == action }), let key = binding.keys.first
        else { return nil }
        return (key.label, hint(for: action, in: model) ?? binding.hint ?? binding.help, key)
      }
  }

  private static func typing(
    _ prompt: Prompt?, _ arrows: (up: String, down: String, left: String, right: String)
  ) -> [Hint]? {
    switch prompt {
    case .search: [("Enter", "go there", .enter), ("Esc", "back", .escape)]
    case .edit:
      [
        ("Enter", "keep", .enter), ("Esc", "leave as it was", .escape), ("Ctrl-U", "clear", .control("u")),
        ("Ctrl-\(arrows.left)", "a word", .wordLeft),
      ]
    case .say: [("Enter", "recite it", .enter), ("Esc", "back", .escape)]
    case .branch:
      [
        ("j k", "word", nil), ("Enter", "go on, greedy", .enter), ("s", "go on, sampled", "s"),
        ("Esc", "back", .escape),
      ]
    case .hide:
      [
        ("Space", "hide", " "), ("1-9", "strongest", nil), ("+ -", "more, fewer", nil), ("w b", "word", nil),
        ("o", "only these", "o"), ("c", "cover or leave out", "c"), ("0", "none", "0"), ("Enter", "keep", .enter),
        ("Esc", "back", .escape),
      ]
    case .number: [("Enter", "draw", .enter), ("Esc", "back", .escape)]
    case .confirm(let confirmation): confirmation.answers.map { ($0.key, $0.meaning, $0.press) }
    case nil: nil
    }
  }

  /// What goes on or holds a lesson, and what ends it.
  private static func lesson(_ model: BrowserModel) -> [Hint] {
    guard let lesson = model.lesson else { return [] }
    let isHeld = lesson.wait == .person
    return [("Space", isHeld ? "goes on with the lesson" : "holds the lesson", " "), ("Esc", "ends it", .escape)]
  }

  /// The most useful first, the way out last.
  private static func actions(_ model: BrowserModel) -> [Action] {
    if model.photos.isEmpty { return [.help, .quit] }
    if model.views.isGrid {
      return [.grid, .caption, .mark, .captionAll, .chooseFilter, .order, .search, .help, .quit]
    }
    if model.photo?.isFolder == true { return [.caption, .leaveFolder, .deep, .order, .search, .help, .quit] }
    if model.record == nil, model.photo?.sidecar != nil {
      return [.nextWord, .caption, .edit, .captionAll, .mark, .search, .grid, .help, .quit]
    }
    guard model.record != nil else {
      return [.caption, .captionAll, .mark, .chooseFilter, .search, .grid, .help, .quit]
    }
    if model.views.isComparing {
      return [.nextPane, .caption, .nextWord, .pin, .rank, .moreTopK, .warmer, .edit, .write, .help, .back]
    }
    if model.views.isComparingNetworks {
      return [.nextPane, .nextWord, .previousWord, .mapKind, .down, .help, .back]
    }
    if model.captions.queue != nil {
      return [.help, .nextWord, .captionAll, .compare, .edit, .write, .writeAll, .quit]
    }
    return [.help, .nextWord, .play, .filmstrip, .sampleAgain, .compare, .edit, .write, .quit]
  }

  /// Words that suit the view better than those of the table.
  private static func hint(for action: Action, in model: BrowserModel) -> String? {
    switch action {
    case .nextPane where model.views.isComparing: "next"
    case .nextPane where model.views.isComparingNetworks: "next network"
    case .down where model.views.isComparingNetworks: "next image"
    case .nextWord where model.record == nil: "attention"
    case .previousWord: "word before"
    case .mapKind: "other maps"
    case .caption where model.views.isComparing: "choose"
    case .caption where model.photo?.isFolder == true: "enter"
    case .grid where model.views.isGrid: "list"
    case .order: "sort"
    case .deep: model.folders.request.isDeep ? "this folder" : "all below"
    case .captionAll where model.captions.queue?.isRunning == true: "stop"
    case .captionAll where model.captions.queue != nil: "go on"
    case .captionAll where !model.marked.isEmpty: "caption marked"
    case .writeAll where !model.marked.isEmpty: "write marked"
    case .moreTopK: "more k"
    case .warmer: "warmer"
    case .back: "back"
    default: nil
    }
  }
}
