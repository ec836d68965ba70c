import PhotoLibrary
import Terminal

/// The names of the photos.
enum ListPane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let (rect, model) = (view.layout.list, view.model)
    guard !rect.isEmpty else { return }
    for row in 0..<rect.rows {
      let index = view.layout.listTop + row
      guard model.photos.indices.contains(index) else { break }
      let line = Rect(row: rect.row + row, column: rect.column, rows: 1, columns: rect.columns)
      draw(model.photos[index], isSelected: index == model.photos.selection, in: line, view, on: &canvas)
    }
  }

  /// One name with its marks.
  static func draw(
    _ photo: PhotoItem, isSelected: Bool, in line: Rect, _ view: BrowserView, on canvas: inout Canvas
  ) {
    let theme = view.theme
    let mark = mark(photo, view)
    let base = isSelected ? theme[.selection] : theme[mark.isError ? .muted : .text]
    canvas.fill(line, " ", base)
    let pointer = isSelected ? String(view.marks.pointer) : " "
    let isCurrent = isSelected && view.model.views.pane == .photos
    canvas.write(
      pointer, row: line.row, column: line.column,
      isCurrent ? theme[.accent].on(base.background).with(base.attributes) : base)
    let wholeName = photo.isFolder ? photo.name + "/" : photo.name
    let name = TextWidth.fit(wholeName, columns: line.columns - 5, ellipsis: view.marks.ellipsis)
    let isMatch = view.model.matches(photo, view.model.search.text.lowercased())
    let nameStyle = isMatch ? base.with(.underline) : base
    canvas.write(name, row: line.row, column: line.column + 1, nameStyle)
    drawMark(mark.character, theme[mark.role], at: line.end - 2, of: line, base, on: &canvas)
    if isByHand(photo, view) {
      drawMark(view.marks.pen, theme[.accent], at: line.end - 3, of: line, base, on: &canvas)
    }
  }

  private static func drawMark(
    _ mark: Character, _ style: Style, at column: Int, of line: Rect, _ base: Style, on canvas: inout Canvas
  ) {
    var style = style.on(base.background)
    if base.attributes.contains(.reverse) { style.attributes.insert(.reverse) }
    canvas.write(String(mark), row: line.row, column: column, style)
  }

  /// Where its caption is: beside it, so far only here, or nowhere because it cannot be read.
  private static func mark(_ photo: PhotoItem, _ view: BrowserView) -> (
    character: Character, role: Theme.Role, isError: Bool
  ) {
    if case .unreadable = photo.status { return (view.marks.cross, .error, true) }
    if view.model.captions.isWorking(on: photo.path) { return (view.marks.ellipsis, .warning, false) }
    if let record = view.model.captions[photo.path], photo.sidecar?.text != record.current.text {
      return (view.marks.dot, .accent, false)
    }
    return photo.sidecar == nil ? (" ", .text, false) : (view.marks.check, .good, false)
  }

  /// Whether a person wrote one of its captions.
  private static func isByHand(_ photo: PhotoItem, _ view: BrowserView) -> Bool {
    photo.sidecar?.author == .human || view.model.captions[photo.path]?.edits.isEmpty == false
  }
}
