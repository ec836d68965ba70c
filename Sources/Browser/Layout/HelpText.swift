import Terminal

/// All keys, from the table that dispatches them, and what marks and numbers mean, in lines and columns.
enum HelpText {
  /// A line of help: a heading, or keys and what they do.
  struct Line: Equatable {
    var keys: String
    var text: String
    var isHeading: Bool { text.isEmpty && !keys.isEmpty }
  }

  /// Every line, headings between; sample numbers share one.
  static func lines(_ keymap: Keymap = .standard) -> [Line] {
    var lines: [Line] = []
    for group in Keymap.Group.allCases {
      if !lines.isEmpty { lines.append(Line(keys: "", text: "")) }
      lines.append(Line(keys: group.rawValue, text: ""))
      for binding in keymap.bindings where binding.group == group {
        if case .pick(let index) = binding.action {
          if index == 0 { lines.append(Line(keys: "1 … 9", text: "show that sample")) }
          continue
        }
        lines.append(Line(keys: binding.keys.map(\.label).joined(separator: " "), text: binding.help))
      }
    }
    return lines + [Line(keys: "", text: "")] + mouse + [Line(keys: "", text: "")] + legend
  }

  /// Everything the mouse does, keys do too.
  private static let mouse = [
    Line(keys: "Mouse", text: ""),
    Line(keys: "click", text: "select; press a hint"),
    Line(keys: "click k or T", text: "type its number"),
    Line(keys: "click count", text: "show only some"),
    Line(keys: "right click", text: "mark (or Ctrl-click)"),
    Line(keys: "wheel", text: "move, scroll"),
  ]

  /// What marks and numbers on the screen mean; short, so that it fits beside the keys.
  private static let legend = [
    Line(keys: "Marks and numbers", text: ""),
    Line(keys: "•", text: "captioned, not written"),
    Line(keys: "✓", text: "its text file is written"),
    Line(keys: "✎", text: "edited by hand"),
    Line(keys: "◆", text: "pinned"),
    Line(keys: "★", text: "marked"),
    Line(keys: "×", text: "not read or captioned"),
    Line(keys: "even 1/64", text: "each cell's share if even"),
    Line(keys: "3.1 % top", text: "largest share: full heat"),
    Line(keys: "entropy 6", text: "all 64 cells alike"),
    Line(keys: "entropy 0", text: "one cell has everything"),
    Line(keys: "of top 10", text: "chance among 10 likeliest"),
    Line(keys: "of all", text: "chance among all words"),
  ]

  private static let columnWidth = 39

  static func columnCount(in rect: Rect) -> Int { min(3, max(1, rect.columns / columnWidth)) }

  /// The lines in columns as even as can be without a group falling apart.
  static func columns(_ keymap: Keymap = .standard, in rect: Rect) -> [[Line]] {
    let groups = lines(keymap).split { $0.keys.isEmpty }.map(Array.init)
    func height(_ range: Range<Int>) -> Int { groups[range].reduce(range.count - 1) { $0 + $1.count } }
    /// The columns from a group on whose tallest is least.
    func best(from start: Int, _ count: Int) -> (height: Int, ends: [Int]) {
      if count == 1 || start == groups.count - 1 { return (height(start..<groups.count), [groups.count]) }
      return (start + 1..<groups.count).map { end in
        let rest = best(from: end, count - 1)
        return (max(height(start..<end), rest.height), [end] + rest.ends)
      }.min { $0.height < $1.height }!
    }
    var start = 0
    return best(from: 0, columnCount(in: rect)).ends.map { end in
      defer { start = end }
      return Array(groups[start..<end].joined(separator: [Line(keys: "", text: "")]))
    }
  }

  /// How far help can be scrolled.
  static func lastOffset(in rect: Rect) -> Int {
    max(0, (columns(in: rect).map(\.count).max() ?? 0) - max(1, rect.rows))
  }
}
