import Terminal

/// The one table of keys: it dispatches them, and help and hints are made from it.
struct Keymap: Sendable {
  /// Keys that do the same, and how help tells it.
  struct Binding: Sendable {
    let group: Group
    let keys: [Key]
    let action: Action
    let help: String
    /// A shorter word for the line of hints.
    var hint: String?
  }

  /// The headings of help.
  enum Group: String, Sendable, CaseIterable {
    case photos = "Photos"
    case captions = "Captions"
    case comparing = "Comparing"
    case attention = "Attention"
    case asking = "What if"
    case files = "Saving"
    case program = "Program"
  }

  let bindings: [Binding]
  private let actions: [Key: Action]

  init(_ bindings: [Binding]) {
    self.bindings = bindings
    actions = Dictionary(bindings.flatMap { b in b.keys.map { ($0, b.action) } }) { first, _ in first }
  }

  func action(for key: Key) -> Action? { actions[key] }

  /// The first key bound to an action.
  func key(for action: Action) -> Key? { bindings.first { $0.action == action }?.keys.first }

  static let standard = Keymap(photos + captions + comparing + attention + asking + files + program)

  private static func bind(
    _ group: Group, _ keys: [Key], _ action: Action, _ help: String, hint: String? = nil
  ) -> Binding {
    Binding(group: group, keys: keys, action: action, help: help, hint: hint)
  }

  private static let photos = [
    bind(.photos, ["j", .down], .down, "next image, or sample"),
    bind(.photos, ["k", .up], .up, "previous image, or sample"),
    bind(.photos, ["g", .home], .first, "first image"),
    bind(.photos, ["G", .end], .last, "last image"),
    bind(.photos, [.pageDown, .control("f")], .pageDown, "a page down"),
    bind(.photos, [.pageUp, .control("b")], .pageUp, "a page up"),
    bind(.photos, ["/"], .search, "search names and captions", hint: "search"),
    bind(.photos, ["n"], .nextMatch, "next match"),
    bind(.photos, ["N"], .previousMatch, "previous match"),
    bind(.photos, ["i"], .mark, "mark it, go to the next", hint: "mark"),
    bind(.photos, ["I"], .markAll, "mark all, or none"),
    bind(.photos, ["V"], .chooseFilter, "show only some of them", hint: "show"),
    bind(.photos, ["v"], .grid, "list or grid of pictures", hint: "grid"),
    bind(.photos, ["S"], .order, "sort by name, date, size"),
    bind(.photos, [.backspace], .leaveFolder, "to the folder above", hint: "folder above"),
    bind(.photos, ["R"], .deep, "folders below too, or not"),
    bind(.photos, ["z"], .zoom, "zoom the preview", hint: "zoom"),
  ]

  private static let captions =
    [
      bind(.captions, [.enter], .caption, "caption, or enter folder", hint: "caption"),
      bind(.captions, ["A"], .captionAll, "caption all, or marked", hint: "caption all"),
      bind(.captions, ["s"], .sampleAgain, "sample again: next seeds", hint: "again"),
      bind(.captions, ["r"], .type(.seed), "type the seed"),
      bind(.captions, ["["], .lessTopK, "top-k down"),
      bind(.captions, ["]"], .moreTopK, "top-k up"),
      bind(.captions, ["K"], .type(.topK), "type top-k"),
      bind(.captions, ["-"], .cooler, "temperature down 0.1"),
      bind(.captions, ["+", "="], .warmer, "temperature up 0.1"),
      bind(.captions, ["T"], .type(.temperature), "type the temperature"),
      bind(.captions, ["d"], .mode, "sample, greedy or beam"),
      bind(.captions, [",", "<"], .fewerSamples, "fewer samples, or beams"),
      bind(.captions, [".", ">"], .moreSamples, "more samples, or beams"),
    ]
    + (1...9).map { number in
      bind(
        .captions, [.character(Character("\(number)"))], .pick(number - 1), "show sample \(number)")
    }

  private static let comparing = [
    bind(.comparing, ["c"], .compare, "samples side by side", hint: "compare"),
    bind(.comparing, ["p"], .pin, "pin: stays when redrawn", hint: "pin"),
    bind(.comparing, ["L"], .rank, "likeliest first", hint: "rank"),
    bind(.comparing, ["D"], .networks, "through other networks", hint: "networks"),
  ]

  private static let attention = [
    bind(.attention, ["l", .right], .nextWord, "next word", hint: "word"),
    bind(.attention, ["h", .left], .previousWord, "previous word"),
    bind(.attention, [" "], .play, "play the words", hint: "play"),
    bind(.attention, ["a"], .overlay, "attention on or off"),
    bind(.attention, ["o"], .lessOpacity, "overlay opacity down"),
    bind(.attention, ["O"], .moreOpacity, "overlay opacity up"),
    bind(.attention, ["m"], .colormap, "next heat colormap"),
    bind(.attention, ["b"], .smooth, "smooth or raw cells"),
    bind(.attention, ["F"], .heatScale, "heat scale: own or fixed"),
    bind(.attention, ["f"], .filmstrip, "filmstrip of all words", hint: "film"),
    bind(.attention, ["y"], .mapKind, "next kind of map"),
    bind(.attention, ["Y"], .covering, "map of each cell covered"),
    bind(.attention, ["}"], .nextLayer, "next layer, or all"),
    bind(.attention, ["{"], .previousLayer, "previous layer, or all"),
    bind(.attention, [")"], .nextHead, "next head, or all"),
    bind(.attention, ["("], .previousHead, "previous head, or all"),
  ]

  private static let asking = [
    bind(.asking, ["\""], .say, "say this: type a sentence"),
    bind(.asking, ["B"], .branch, "branch: take another word"),
    bind(.asking, ["H"], .hide, "hide cells, see the falls"),
  ]

  private static let files = [
    bind(.files, ["e"], .edit, "edit the caption", hint: "edit"),
    bind(.files, ["u"], .undo, "undo"),
    bind(.files, ["U"], .redo, "redo"),
    bind(.files, ["w"], .write, "write it beside the image", hint: "write"),
    bind(.files, ["W"], .writeAll, "write all, or marked", hint: "write all"),
    bind(.files, ["x"], .export, "export its attention"),
  ]

  private static let program = [
    bind(.program, ["?", .function(1)], .help, "this help", hint: "help"),
    bind(.program, [.tab], .nextPane, "next pane"),
    bind(.program, [.backTab], .previousPane, "previous pane"),
    bind(.program, ["t"], .theme, "next theme"),
    bind(.program, ["C"], .keepSettings, "keep settings for later"),
    bind(.program, ["M"], .mouse, "mouse on or off"),
    bind(.program, [.control("l")], .redraw, "draw everything anew"),
    bind(.program, [.escape], .back, "stop, or one step back"),
    bind(.program, ["q"], .quit, "leave", hint: "quit"),
  ]
}

extension Key: ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral {
  /// Lets the table say `"j"` for the key that types it.
  public init(extendedGraphemeClusterLiteral value: Character) { self = .character(value) }
}
