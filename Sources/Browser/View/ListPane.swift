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
    let marks = marks(photo, view)
    let base = isSelected ? theme[.selection] : theme[photo.isUnreadable ? .muted : .text]
    canvas.fill(line, " ", base)
    let pointer = isSelected ? String(view.marks.pointer) : " "
    let isCurrent = isSelected && view.model.views.pane == .photos
    canvas.write(
      pointer, row: line.row, column: line.column,
      isCurrent ? theme[.accent].on(base.background).with(base.attributes) : base)
    let wholeName = photo.isFolder ? photo.name + "/" : photo.name
    let star = view.model.marked.contains(photo.path) ? 2 : 0
    let name = TextWidth.fit(wholeName, columns: line.columns - 5 - star, ellipsis: view.marks.ellipsis)
    if star > 0 { drawMark(view.marks.star, theme[.accent], at: line.column + 1, of: line, base, on: &canvas) }
    let isMatch = view.model.matches(photo, view.model.search.text.lowercased())
    let nameStyle = isMatch ? base.with(.underline) : base
    canvas.write(name, row: line.row, column: line.column + 1 + star, nameStyle)
    for (place, mark) in marks.reversed().enumerated() {
      drawMark(mark.character, theme[mark.role], at: line.end - 2 - place, of: line, base, on: &canvas)
    }
  }

  private static func drawMark(
    _ mark: Character, _ style: Style, at column: Int, of line: Rect, _ base: Style, on canvas: inout Canvas
  ) {
    var style = style.on(base.background)
    if base.attributes.contains(.reverse) { style.attributes.insert(.reverse) }
    canvas.write(String(mark), row: line.row, column: column, style)
  }

  private typealias Mark = (character: Character, role: Theme.Role)

  /// Who wrote its caption and where that is, from left to right: by hand, so far only here, beside it; or nowhere because
  /// it cannot be read.
  private static func marks(_ photo: PhotoItem, _ view: BrowserView) -> [Mark] {
    let model = view.model
    let pen: [Mark] = model.isByHand(photo) ? [(view.marks.pen, .accent)] : []
    if model.hasFailed(photo) { return pen + [(view.marks.cross, .error)] }
    if model.captions.isWorking(on: photo.path) { return pen + [(view.marks.ellipsis, .warning)] }
    let (isOnlyHere, isWritten) = (model.isOnlyHere(photo), photo.sidecar != nil)
    if !isOnlyHere, !isWritten { return [(" ", .text)] }
    return pen + (isOnlyHere ? [(view.marks.dot, .accent)] : []) + (isWritten ? [(view.marks.check, .good)] : [])
  }
}
