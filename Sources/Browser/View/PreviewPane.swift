import Captioning
import PhotoLibrary
import Raster
import Reports
import SystemPackage
import Terminal

/// The selected photo, under the attention of the current word.
enum PreviewPane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let model = view.model
    drawTitle(view, on: &canvas)
    let rect = view.layout.preview
    guard !rect.isEmpty else { return }
    guard let photo = model.photo else {
      let problems = model.photos.problems
      if !model.photos.isReading, !problems.isEmpty { return say(problems, .error, in: rect, view, on: &canvas) }
      return say(model.photos.isReading ? ["reading…"] : empty(model), .muted, in: rect, view, on: &canvas)
    }
    if case .unreadable(let reason) = photo.status {
      return say(["cannot be shown", reason], .error, in: rect, view, on: &canvas)
    }
    if photo.isFolder {
      let below = CountText.belowText(model).map { [$0, ""] } ?? []
      let role = below.isEmpty ? Theme.Role.muted : .text
      return say(below + ["a folder", "Enter lists what is in it"], role, in: rect, view, on: &canvas)
    }
    guard let preview = model.pictures.previews.peek(photo.path) else { return }
    if case .hide(let choice) = model.prompt {
      draw(
        preview, path: photo.path, map: model.appearance.look.isOn ? HidingPane.map(choice) : nil,
        hidden: choice.hidden,
        in: rect, view, on: &canvas)
      return HidingPane.drawCells(choice, view, on: &canvas)
    }
    if FilmstripPane.draw(view, in: rect, on: &canvas) { return }
    let map = shownMap(model)
    draw(preview, path: photo.path, map: map, hidden: model.record?.told?.hidden, in: rect, view, on: &canvas)
  }

  private static func shownMap(_ model: BrowserModel) -> AttentionMap? {
    guard model.appearance.look.isOn, let record = model.record, !record.current.isOutdated else { return nil }
    return record.currentWord?.attention
  }

  /// A photo in the middle of a rectangle.
  /// - Parameter number: tells it from other pictures of the photo on the same screen.
  static func draw(
    _ preview: Preview, path: FilePath, map: AttentionMap?, hidden: HiddenRegions? = nil, in rect: Rect,
    place number: Int = 0, _ view: BrowserView,
    on canvas: inout Canvas
  ) {
    let model = view.model
    let request = PreviewRequest(
      path: path, image: preview.image, columns: rect.columns, rows: rect.rows,
      symbols: model.appearance.symbols(on: model.display), depth: model.display.depth,
      map: map, look: model.appearance.look, hidden: hidden, place: number, version: preview.version)
    guard let grid = view.painter.grid(for: request) else { return }
    let place = rect.centered(Size(columns: grid.columns, rows: grid.rows))
    canvas.draw(grid, row: place.row, column: place.column)
    guard let map, model.display.depth <= .ansi16 else { return }
    drawDigits(map, model.appearance.look.scale, in: place, view.theme, on: &canvas)
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
        canvas.write("\(level)", row: r, column: c, level >= 5 ? theme[.highlight] : theme[.text].with(.reverse))
      }
    }
  }

  private static func drawTitle(_ view: BrowserView, on canvas: inout Canvas) {
    let (rect, model, marks) = (view.layout.title, view.model, view.marks)
    guard !rect.isEmpty, let photo = model.photo else { return }
    let indent = view.layout.form == .tiny ? 0 : 1
    let facts = view.layout.form == .tiny ? "" : facts(photo, model)
    let mark = model.marked.contains(photo.path) ? "\(marks.star) " : ""
    let nameWidth = TextWidth.of(mark + photo.name)
    /// Whether the name, a legend and the photo's size stand beside each other.
    func fit(_ legend: HeatLegend, _ facts: String) -> Bool {
      nameWidth + 2 * indent + 3 + legend.columns + (facts.isEmpty ? 0 : TextWidth.of(facts) + 3) <= rect.columns
    }
    var right = facts
    var legend: HeatLegend?
    if let map = shownMap(model), let maps = model.record?.told?.maps, view.layout.form != .tiny {
      let (long, short) = (
        HeatLegend(map, maps, model.appearance.look, model.display.depth, explains: true),
        HeatLegend(map, maps, model.appearance.look, model.display.depth, explains: false)
      )
      // The legend says more than the photo's size.
      let choices = [(long, facts), (long, ""), (short, facts), (short, "")]
      if let choice = choices.first(where: { fit($0.0, $0.1) }) {
        legend = choice.0
        right = choice.1
      }
    }
    let room = rect.columns - 2 * indent - (right.isEmpty ? 0 : TextWidth.of(right) + 2)
    let name = TextWidth.fit(mark + photo.name, columns: max(room, 8), ellipsis: marks.ellipsis)
    canvas.write(name, row: rect.row, column: rect.column + indent, view.theme[.title].with(.bold))
    if !mark.isEmpty { canvas.write(mark, row: rect.row, column: rect.column + indent, view.theme[.accent]) }
    guard TextWidth.of(name) + TextWidth.of(right) + 2 <= rect.columns else { return }
    let end = rect.end - indent - TextWidth.of(right)
    canvas.write(right, row: rect.row, column: end, view.theme[.muted])
    guard let legend else { return }
    legend.draw(
      row: rect.row, column: end - legend.columns - (right.isEmpty ? 0 : 3), view.theme[.muted], on: &canvas)
  }

  private static func facts(_ photo: PhotoItem, _ model: BrowserModel) -> String {
    guard let preview = model.pictures.previews.peek(photo.path) else { return "" }
    return "\(preview.width)\(model.display.glyphs.unicode ? "×" : "x")\(preview.height)"
  }

  private static func empty(_ model: BrowserModel) -> [String] {
    guard model.filter == .all else { return ["none is \(model.filter.rawValue) any more", "V a shows all"] }
    return ["no photos here", "\(model.folders.title) has no \(ImageDecoder.formats("or")) images"]
  }

  /// Lines in the middle of a pane; the first stands out.
  private static func say(
    _ lines: [String], _ role: Theme.Role, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let wrapped = lines.enumerated().flatMap { index, line in
      TextWidth.wrapEnds(line, columns: max(1, rect.columns - 2), atMost: rect.rows, ellipsis: view.marks.ellipsis)
        .map { (text: $0, role: index == 0 ? role : .muted) }
    }.prefix(rect.rows)
    for (index, line) in wrapped.enumerated() {
      let place = rect.centered(Size(columns: TextWidth.of(line.text), rows: wrapped.count))
      canvas.write(line.text, row: place.row + index, column: place.column, view.theme[line.role])
    }
  }
}
