import Captioning
import Foundation
import Raster
import Reports
import Terminal

/// Cells being hidden: on the photo, and what that does to the caption.
enum HidingPane {
  static func title(_ choice: HidingChoice) -> String {
    guard let hidden = choice.hidden else { return "Hide cells, \(choice.way.inWords)" }
    return "Hidden: \(hidden.inWords)"
  }

  /// The word's map as it is now.
  static func map(_ choice: HidingChoice) -> AttentionMap {
    guard choice.hidden != nil, let answer = choice.answer else { return choice.currentWord.attention }
    return answer.recited.words[choice.word].attention
  }

  // MARK: - On the photo

  /// Marks hidden cells, and the one keys are for.
  static func drawCells(_ choice: HidingChoice, _ view: BrowserView, on canvas: inout Canvas) {
    guard let place = view.model.previewPlace() else { return }
    func centre(_ cell: Int) -> (row: Int, column: Int) {
      (
        place.row + (2 * (cell / choice.columns) + 1) * place.rows / (2 * choice.rows),
        place.column + (2 * (cell % choice.columns) + 1) * place.columns / (2 * choice.columns)
      )
    }
    for cell in choice.hidden?.regions ?? [] {
      let (row, column) = centre(cell)
      canvas.write(String(view.marks.cross), row: row, column: column, view.theme[.text].with(.bold))
    }
    let (row, column) = centre(choice.cursor)
    let mark = choice.hidden?.regions.contains(choice.cursor) == true ? view.marks.cross : " "
    canvas.write("[\(mark)]", row: row, column: max(place.column, column - 1), view.theme[.highlight])
  }

  // MARK: - Beside it

  static func draw(_ choice: HidingChoice, _ view: BrowserView, on canvas: inout Canvas) {
    let layout = view.layout
    var rect = layout.caption
    rect.rows += layout.samples.rows
    guard !rect.isEmpty else { return }
    let words = choice.caption.words.map(\.word)
    let needed = WordFlow.lineCount(words, columns: rect.columns)
    let (text, below) = rect.splitTop(min(needed, max(1, rect.rows - 3)))
    WordFlow.draw(words, current: choice.word, in: text, view, on: &canvas)
    for (row, line) in lines(choice, columns: below.columns, view).prefix(below.rows).enumerated() {
      canvas.write(
        TextWidth.fit(line.text, columns: below.columns, ellipsis: view.marks.ellipsis), row: below.row + row,
        column: below.column, view.theme[line.role])
    }
  }

  /// The word's number and the caption's, then what is drawn now.
  private static func lines(
    _ choice: HidingChoice, columns: Int, _ view: BrowserView
  ) -> [(text: String, role: Theme.Role)] {
    guard let answer = choice.answer, choice.hidden != nil else {
      return [("Space hides a cell, 1 to 9 the strongest of \(choice.currentWord.word)", .muted)]
    }
    func log(_ value: Float) -> String { WordNumbers.logText(value, view, decimals: 2) }
    let (before, after) = (choice.currentWord, answer.recited.words[choice.word])
    let arrow = view.marks.arrows.right
    var lines: [(String, Theme.Role)] = [
      (
        "\(before.word)  \(log(before.logProbability)) \(arrow) \(log(after.logProbability)), "
          + HiddenRegions.inWords(fall: before.logProbability - after.logProbability), .text
      ),
      (
        "caption  \(log(choice.caption.logProbability)) \(arrow) \(log(answer.recited.logProbability))"
          + (WordTable.rather(after).isEmpty ? "" : "  rather: \(WordTable.rather(after))"), .muted
      ),
    ]
    guard let redrawn = answer.redrawn else { return lines }
    let changes = Comparison.changes(from: choice.caption.words.map(\.word), to: redrawn.words.map(\.word))
    let changed =
      changes.isEmpty ? "the same" : "changed in \(changes.count) \(changes.count == 1 ? "place" : "places")"
    lines.append(("drawn again, \(changed)  \(log(redrawn.logProbability))", .muted))
    lines += TextWidth.wrap(redrawn.text, columns: max(1, columns), atMost: 3, ellipsis: view.marks.ellipsis)
      .map { ($0, .text) }
    return lines
  }

  /// What each word lost, with bars, the current one in sight.
  static func drawFalls(_ choice: HidingChoice, _ view: BrowserView, on canvas: inout Canvas) {
    let rect = view.layout.alternatives
    guard !rect.isEmpty, choice.hidden != nil, let answer = choice.answer,
      let falls = answer.recited.falls(from: choice.caption)
    else { return }
    let first = Layout.top(selected: choice.word, count: falls.count, rows: rect.rows)
    let most = max(1, falls.max() ?? 1)
    for row in 0..<min(rect.rows, falls.count - first) {
      let (index, isCurrent) = (first + row, first + row == choice.word)
      let line = Rect(row: rect.row + row, column: rect.column, rows: 1, columns: rect.columns)
      AlternativesPane.drawLine(
        choice.caption.words[index].word, WordNumbers.logText(falls[index], view, decimals: 2),
        share: falls[index] > 0.005 ? falls[index] / most : nil, isCurrent: isCurrent, in: line, view, on: &canvas)
    }
  }
}
