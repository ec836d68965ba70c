import Captioning
import Foundation
import Terminal

/// The samples side by side, each with its own picture of attention at the current word.
enum ComparePane {
  private static let narrowest = 22

  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    guard let record = view.model.record else { return }
    let body =
      view.layout.header.isEmpty
      ? Rect(
        row: 0, column: 0, rows: view.layout.body.bottom, columns: view.layout.body.columns) : view.layout.body
    let shown = count(in: body.columns, of: record.captions.count)
    let first = Layout.top(selected: record.chosen, count: record.captions.count, rows: shown)
    let width = (body.columns + 1) / shown
    for slot in 0..<shown {
      let column = Rect(row: body.row, column: body.column + slot * width, rows: body.rows, columns: width - 1)
      draw(first + slot, of: record, in: column, view, on: &canvas)
      if slot > 0 {
        let line = Rect(row: body.row, column: column.column - 1, rows: body.rows, columns: 1)
        canvas.fill(line, view.marks.vertical, view.theme[.rule])
      }
    }
  }

  /// As many as have room for a picture.
  static func count(in columns: Int, of samples: Int) -> Int { max(1, min(samples, (columns + 1) / (narrowest + 1))) }

  private static func draw(
    _ index: Int, of record: CaptionRecord, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let isChosen = index == record.chosen
    let inner = rect.inset(columns: rect.columns >= 22 ? 1 : 0)
    let (head, rest) = inner.splitTop(1)
    drawHead(index, of: record, isChosen: isChosen, in: head, view, on: &canvas)
    let words = CaptionPane.words(of: index, in: record)
    let textRows = min(WordFlow.lineCount(words, columns: inner.columns) + 1, max(2, rest.rows / 2))
    let (room, _) = rest.splitBottom(textRows)
    let picture = drawPicture(index, of: record, in: room, view, on: &canvas)
    let text = rest.splitTop(picture).rest.splitTop(textRows).top
    let isEdited = record.edits[index] != nil
    let (lines, numbers) = text.splitTop(textRows - 1)
    let word = record.wordIndex(in: index)
    WordFlow.draw(words, current: isEdited ? nil : word, in: lines, view, on: &canvas)
    guard let word else { return }
    let drawn = record.captions[index].words[word]
    let line =
      String(format: "p %.3f  log p ", drawn.probability) + CaptionPane.logText(drawn.logProbability, view, decimals: 2)
    canvas.write(line, row: numbers.row, column: numbers.column, view.theme[.muted], columns: numbers.columns)
    // What is left of the column shows what else could have been drawn.
    let below = rest.splitTop(picture + textRows + 1).rest
    if below.rows >= 3 { AlternativesPane.draw(drawn, in: below, view, on: &canvas) }
  }

  /// The photo under the attention of the sample's word, at the top of a rectangle.
  /// - Returns: the rows it takes.
  private static func drawPicture(
    _ index: Int, of record: CaptionRecord, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) -> Int {
    guard let photo = view.model.photo, let preview = view.model.previews.peek(photo.path), !rect.isEmpty else {
      return 0
    }
    let word = record.wordIndex(in: index).map { record.captions[index].words[$0] }
    let rows = preview.image.fit(inColumns: rect.columns, rows: rect.rows).rows
    let map = view.model.look.isOn ? word?.attention : nil
    PreviewPane.draw(preview, path: photo.path, map: map, in: rect.splitTop(rows).top, view, on: &canvas)
    return rows
  }

  private static func drawHead(
    _ index: Int, of record: CaptionRecord, isChosen: Bool, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let caption = record.captions[index]
    let base = isChosen ? view.theme[.selection] : view.theme[.title]
    canvas.fill(rect, " ", base)
    let pen = record.edits[index] == nil ? "" : " \(view.marks.pen)"
    let pointer = isChosen ? view.marks.pointer : " "
    let seed = rect.columns >= 24 && caption.settings.mode == .sample ? "  seed \(caption.settings.seed)" : ""
    canvas.write("\(pointer)\(index + 1)\(pen)\(seed)", row: rect.row, column: rect.column, base)
    let sum = CaptionPane.logText(caption.logProbability, view)
    canvas.write(sum, row: rect.row, column: rect.end - TextWidth.of(sum), base)
  }
}
