import Captioning
import Files
import Raster
import Reports
import Terminal

/// Every word's attention at once: the photo as small multiples, each over its word.
enum FilmstripPane {
  /// - Returns: whether there is a filmstrip to draw.
  static func draw(_ view: BrowserView, in rect: Rect, on canvas: inout Canvas) -> Bool {
    guard let layout = view.model.filmstripLayout(in: rect), let record = view.model.record else { return false }
    draw(
      layout, words: record.current.toldWords, current: record.wordIndex(in: record.chosen), firstPlace: 1, view,
      on: &canvas)
    return true
  }

  /// - Parameter firstPlace: tells the first word's picture, and those after it, from others on the same screen.
  static func draw(
    _ layout: FilmstripLayout, words: [CaptionWord], current: Int?, firstPlace: Int, _ view: BrowserView,
    on canvas: inout Canvas
  ) {
    let model = view.model
    guard let photo = model.photo, let preview = model.pictures.previews.peek(photo.path) else { return }
    for tile in layout.tiles {
      let word = words[tile.word]
      if model.display.depth > .ansi16 {
        let map = model.appearance.look.isOn ? word.attention : nil
        PreviewPane.draw(
          preview, path: photo.path, map: map, in: tile.picture, place: firstPlace + tile.word, view, on: &canvas)
      } else {
        drawShades(word.attention, in: tile.picture, view, on: &canvas)
      }
      drawLabel(word, isCurrent: tile.word == current, in: tile.label, view, on: &canvas)
    }
  }

  private static func drawLabel(
    _ word: CaptionWord, isCurrent: Bool, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let style = view.theme[isCurrent ? .highlight : .text]
    if isCurrent { canvas.fill(rect, " ", style) }
    let number = rect.columns >= 16 ? Figures.probability(word.probability) : ""
    let room = rect.columns - (number.isEmpty ? 0 : number.count + 1)
    let name = TextWidth.fit(word.word, columns: room, ellipsis: view.marks.ellipsis)
    canvas.write(name, row: rect.row, column: rect.column, style)
    canvas.write(
      number, row: rect.row, column: rect.end - number.count, isCurrent ? style : view.theme[.muted])
  }

  /// The map alone in shades of characters, where colours cannot show heat.
  private static func drawShades(_ map: AttentionMap, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas) {
    let isUnicode = view.model.display.glyphs.unicode
    let shades: [Character] = isUnicode ? ["·", "░", "▒", "▓", "█"] : [".", ":", "+", "#", "@"]
    let heat = view.model.appearance.look.scale.heat(map)
    // Two columns a row make a cell about square.
    let columns = min(rect.columns, 2 * rect.rows)
    for row in 0..<rect.rows {
      for column in 0..<columns {
        let value = largest(
          heat, map, rows: span(row, of: rect.rows, over: map.rows),
          columns: span(column, of: columns, over: map.columns))
        let shade = shades[min(shades.count - 1, Int((value * Float(shades.count - 1)).rounded()))]
        canvas.write(String(shade), row: rect.row + row, column: rect.column + column, view.theme[.text])
      }
    }
  }

  /// The cells of a map under one character of several.
  private static func span(_ index: Int, of count: Int, over cells: Int) -> Range<Int> {
    let first = index * cells / count
    return first..<max(first + 1, (index + 1) * cells / count)
  }

  private static func largest(_ heat: [Float], _ map: AttentionMap, rows: Range<Int>, columns: Range<Int>) -> Float {
    rows.flatMap { row in columns.map { heat[row * map.columns + $0] } }.max() ?? 0
  }
}
