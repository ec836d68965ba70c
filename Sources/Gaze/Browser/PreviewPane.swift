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
    if photo.isFolder { return say(["a folder", "Enter lists what is in it"], .muted, in: rect, view, on: &canvas) }
    guard let preview = model.previews.peek(photo.path) else { return }
    if FilmstripPane.draw(view, in: rect, on: &canvas) { return }
    let map = shownMap(model)
    draw(preview, path: photo.path, map: map, in: rect, view, on: &canvas)
  }

  private static func shownMap(_ model: BrowserModel) -> AttentionMap? {
    model.look.isOn ? model.record?.currentWord?.attention : nil
  }

  /// A photo in the middle of a rectangle.
  /// - Parameter number: tells it from other pictures of the photo on the same screen.
  static func draw(
    _ preview: Preview, path: String, map: AttentionMap?, in rect: Rect, place number: Int = 0, _ view: BrowserView,
    on canvas: inout Canvas
  ) {
    let model = view.model
    let request = PreviewRequest(
      path: path, image: preview.image, columns: rect.columns, rows: rect.rows,
      symbols: model.glyphs.usable(model.symbols ?? model.theme.symbols ?? .quadrant), depth: model.depth,
      map: map, look: model.look, place: number)
    guard let grid = view.painter.grid(for: request) else { return }
    let place = rect.centered(Size(columns: grid.columns, rows: grid.rows))
    canvas.draw(grid, row: place.row, column: place.column)
    if let map, model.depth <= .ansi16 { drawDigits(map, model.look.scale, in: place, view.theme, on: &canvas) }
  }

  /// Where heat cannot be told from the picture, digits say how much of it a cell has, 9 being full heat.
  private static func drawDigits(
    _ map: AttentionMap, _ scale: HeatScale, in rect: Rect, _ theme: Theme, on canvas: inout Canvas
  ) {
    let heat = scale.heat(map)
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let level = Int((heat[row * map.columns + column] * 9).rounded())
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
    var facts = view.layout.form == .tiny ? "" : facts(photo, model)
    let map = shownMap(model)
    let legend = map.map { HeatLegend.columns($0, model.look, model.depth) + 3 } ?? 0
    // The legend says more than the photo's size.
    if TextWidth.of(photo.name) + legend + TextWidth.of(facts) + 4 > rect.columns, legend > 0 { facts = "" }
    let room = rect.columns - 2 * indent - (facts.isEmpty ? 0 : TextWidth.of(facts) + 2)
    let name = TextWidth.fit(photo.name, columns: max(room, 8), ellipsis: marks.ellipsis)
    canvas.write(name, row: rect.row, column: rect.column + indent, view.theme[.title].with(.bold))
    var left = rect.end - indent - TextWidth.of(facts)
    guard TextWidth.of(name) + TextWidth.of(facts) + 2 <= rect.columns else { return }
    canvas.write(facts, row: rect.row, column: left, view.theme[.muted])
    guard let map, view.layout.form != .tiny else { return }
    left -= legend - (facts.isEmpty ? 3 : 0)
    guard left > rect.column + indent + TextWidth.of(name) + 1 else { return }
    HeatLegend.draw(map, model.look, model.depth, row: rect.row, column: left, view.theme[.muted], on: &canvas)
  }

  private static func facts(_ photo: Photo, _ model: BrowserModel) -> String {
    guard let preview = model.previews.peek(photo.path) else { return "" }
    return "\(preview.width)\(model.glyphs.unicode ? "×" : "x")\(preview.height)"
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
