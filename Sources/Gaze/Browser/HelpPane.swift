import Terminal

/// All keys, from the table that dispatches them.
enum HelpPane {
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
    return lines
  }

  private static let columnWidth = 39

  private static func columns(in rect: Rect) -> Int { min(3, max(1, rect.columns / columnWidth)) }

  private static func linesPerColumn(in rect: Rect) -> Int {
    (lines().count + columns(in: rect) - 1) / columns(in: rect)
  }

  /// How far help can be scrolled.
  static func lastOffset(in rect: Rect) -> Int { max(0, linesPerColumn(in: rect) - max(1, rect.rows)) }

  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let rect = view.layout.help
    let (lines, columns) = (lines(), columns(in: rect))
    let perColumn = linesPerColumn(in: rect)
    let offset = min(view.model.helpOffset ?? 0, lastOffset(in: rect))
    for (index, line) in lines.enumerated() {
      let (column, row) = (index / perColumn, index % perColumn - offset)
      guard row >= 0, row < rect.rows else { continue }
      let left = rect.column + 1 + column * (rect.columns / columns)
      let room = rect.columns / columns - 2
      if line.isHeading {
        canvas.write(line.keys, row: rect.row + row, column: left, view.theme[.accent], columns: room)
      } else {
        let indent = room >= 36 ? 12 : 8
        canvas.write(keys(line.keys, view), row: rect.row + row, column: left, view.theme[.title], columns: indent - 1)
        let text = TextWidth.fit(line.text, columns: room - indent, ellipsis: view.marks.ellipsis)
        canvas.write(text, row: rect.row + row, column: left + indent, view.theme[.text])
      }
    }
  }

  /// Arrows have names where they have no characters.
  private static func keys(_ text: String, _ view: BrowserView) -> String {
    let arrows = view.marks.arrows
    let names: [Character: String] = ["↑": arrows.up, "↓": arrows.down, "←": arrows.left, "→": arrows.right, "…": ".."]
    return view.model.glyphs.unicode ? text : text.map { names[$0] ?? String($0) }.joined()
  }
}
