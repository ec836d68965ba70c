import Captioning
import Raster
import Terminal

/// The selected photo, under the attention of the current word.
enum PreviewPane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let model = view.model
    drawTitle(view, on: &canvas)
    let rect = view.layout.preview
    guard !rect.isEmpty else { return }
    guard let photo = model.photo else {
      return say(model.isScanning ? ["reading…"] : empty(model), .muted, in: rect, view, on: &canvas)
    }
    if case .unreadable(let reason) = photo.status {
      return say(["cannot be shown", reason], .error, in: rect, view, on: &canvas)
    }
    guard let preview = model.previews.peek(photo.path) else { return }
    let map = model.look.isOn ? model.record?.currentWord?.attention : nil
    draw(preview, path: photo.path, map: map, in: rect, view, on: &canvas)
  }

  /// A photo in the middle of a rectangle.
  static func draw(
    _ preview: Preview, path: String, map: AttentionMap?, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let model = view.model
    let request = PreviewRequest(
      path: path, image: preview.image, columns: rect.columns, rows: rect.rows,
      symbols: model.glyphs.usable(model.symbols ?? model.theme.symbols ?? .quadrant), depth: model.depth,
      map: map, look: model.look)
    guard let grid = view.painter.grid(for: request) else { return }
    let place = rect.centered(Size(columns: grid.columns, rows: grid.rows))
    canvas.draw(grid, row: place.row, column: place.column)
    if let map, model.depth <= .ansi16 { drawDigits(map, in: place, view.theme, on: &canvas) }
  }

  /// Where heat cannot be told from the picture, digits say how much of the strongest attention a cell has.
  private static func drawDigits(_ map: AttentionMap, in rect: Rect, _ theme: Theme, on canvas: inout Canvas) {
    guard let largest = map.values.max(), largest > 0 else { return }
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let level = Int((map.values[row * map.columns + column] / largest * 9).rounded())
        guard level > 0 else { continue }
        let r = rect.row + (2 * row + 1) * rect.rows / (2 * map.rows)
        let c = rect.column + (2 * column + 1) * rect.columns / (2 * map.columns)
        canvas.write("\(level)", row: r, column: c, level >= 5 ? theme[.word] : theme[.text].with(.reverse))
      }
    }
  }

  private static func drawTitle(_ view: BrowserView, on canvas: inout Canvas) {
    let (rect, model, marks) = (view.layout.title, view.model, view.marks)
    guard !rect.isEmpty, let photo = model.photo else { return }
    let indent = view.layout.form == .tiny ? 0 : 1
    let facts = view.layout.form == .tiny ? "" : facts(photo, model, marks)
    let room = rect.columns - 2 * indent - (facts.isEmpty ? 0 : TextWidth.of(facts) + 2)
    let name = TextWidth.fit(photo.name, columns: max(room, 8), ellipsis: marks.ellipsis)
    canvas.write(name, row: rect.row, column: rect.column + indent, theme(view)[.title].with(.bold))
    guard TextWidth.of(name) + TextWidth.of(facts) + 2 <= rect.columns else { return }
    canvas.write(facts, row: rect.row, column: rect.end - indent - TextWidth.of(facts), theme(view)[.muted])
  }

  private static func theme(_ view: BrowserView) -> Theme { view.theme }

  private static func facts(_ photo: Photo, _ model: BrowserModel, _ marks: GlyphSupport.Marks) -> String {
    guard let preview = model.previews.peek(photo.path) else { return "" }
    let size = "\(preview.width)\(model.glyphs.unicode ? "×" : "x")\(preview.height)"
    guard model.look.isOn, model.record != nil, model.size.columns >= 60 else { return size }
    let kind = model.look.smooth ? "" : " raw"
    let heat =
      model.depth > .ansi16 ? "\(model.look.colormap)\(kind) \(Int((model.look.opacity * 100).rounded()))%" : "0-9"
    return "\(heat)  \(size)"
  }

  private static func empty(_ model: BrowserModel) -> [String] {
    ["no photos here", "\(model.title) has no \(ImageDecoder.formats("or")) images"]
  }

  /// Lines in the middle of a pane; the first stands out.
  private static func say(
    _ lines: [String], _ role: Theme.Role, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let lines = lines.flatMap { TextWidth.wrap($0, columns: max(1, rect.columns - 2)) }.prefix(rect.rows)
    for (index, line) in lines.enumerated() {
      let place = rect.centered(Size(columns: TextWidth.of(line), rows: lines.count))
      canvas.write(line, row: place.row + index, column: place.column, view.theme[index == 0 ? role : .muted])
    }
  }
}
