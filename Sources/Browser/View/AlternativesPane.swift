import Captioning
import Files
import Reports
import Terminal

/// The words that could have been drawn, with bars for their probabilities.
enum AlternativesPane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let rect = view.layout.alternatives
    if case .hide(let choice) = view.model.prompt { return HidingPane.drawFalls(choice, view, on: &canvas) }
    if case .branch(let choice) = view.model.prompt { return draw(choice, in: rect, view, on: &canvas) }
    guard !rect.isEmpty, let word = view.model.record?.currentWord else { return }
    draw(word, in: rect, view, on: &canvas)
  }

  /// All of them, the one to be taken standing out.
  private static func draw(_ choice: BranchChoice, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let first = Layout.top(selected: choice.selected, count: choice.alternatives.count, rows: rect.rows)
    for row in 0..<min(rect.rows, choice.alternatives.count - first) {
      let line = Rect(row: rect.row + row, column: rect.column, rows: 1, columns: rect.columns)
      draw(choice.alternatives[first + row], isDrawn: first + row == choice.selected, in: line, view, on: &canvas)
    }
  }

  /// One line a word, as many as fit.
  static func draw(_ word: CaptionWord, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas) {
    for (row, alternative) in list(word, atMost: rect.rows).enumerated() {
      let line = Rect(row: rect.row + row, column: rect.column, rows: 1, columns: rect.columns)
      draw(alternative, isDrawn: alternative.token == word.token, in: line, view, on: &canvas)
    }
  }

  /// The likeliest words; the drawn one takes the last line where it is not among them.
  static func list(_ word: CaptionWord, atMost count: Int) -> [WordAlternative] {
    var list = Array(word.alternatives.prefix(max(0, count)))
    if count > 0, !list.contains(where: { $0.token == word.token }) {
      if list.count == count { list.removeLast() }
      list.append(WordAlternative(word: word.word, token: word.token, probability: word.probability))
    }
    return list
  }

  private static func draw(
    _ alternative: WordAlternative, isDrawn: Bool, in line: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    drawLine(
      alternative.word, Figures.probability(alternative.probability), share: alternative.probability,
      isCurrent: isDrawn, in: line, view, on: &canvas)
  }

  /// A word, its bar and its number in one line.
  /// - Parameters:
  ///   - share: of the longest bar, in [0, 1]; nil draws none.
  ///   - isCurrent: whether it stands out.
  static func drawLine(
    _ word: String, _ number: String, share: Float?, isCurrent: Bool, in line: Rect, _ view: BrowserView,
    on canvas: inout Canvas
  ) {
    let theme = view.theme
    let nameWidth = min(14, max(8, line.columns / 3))
    let name = TextWidth.fit(word, columns: nameWidth, ellipsis: view.marks.ellipsis)
    if isCurrent { canvas.write(String(view.marks.pointer), row: line.row, column: line.column, theme[.accent]) }
    canvas.write(name, row: line.row, column: line.column + 1, theme[isCurrent ? .accent : .text])
    let numberWidth = TextWidth.of(number)
    canvas.write(number, row: line.row, column: line.end - numberWidth, theme[isCurrent ? .text : .muted])
    let barWidth = line.columns - nameWidth - numberWidth - 3
    guard barWidth >= 3, let share else { return }
    let bar = Self.bar(share, columns: barWidth, view.marks)
    canvas.write(bar, row: line.row, column: line.column + nameWidth + 2, theme[isCurrent ? .accent : .bar])
  }

  /// A bar in half characters; never nothing for what is possible.
  static func bar(_ probability: Float, columns: Int, _ marks: GlyphSupport.Marks) -> String {
    let halves = max(1, Int((min(max(probability, 0), 1) * Float(2 * columns)).rounded()))
    return String(repeating: marks.bar, count: halves / 2) + (halves % 2 == 1 ? String(marks.halfBar) : "")
  }
}
