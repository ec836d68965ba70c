import PhotoLibrary
import Terminal

/// Photos as small pictures with their names.
enum GridPane {
  static func draw(_ view: BrowserView, on canvas: inout Canvas) {
    let (model, grid) = (view.model, view.model.gridLayout)
    for index in grid.first..<min(model.photos.count, grid.first + grid.capacity) {
      guard let cell = grid.cell(index), cell.rows >= 2, cell.columns >= 4 else { continue }
      let (above, name) = cell.splitBottom(1)
      let photo = model.photos[index]
      drawPicture(photo, in: above.inset(columns: 1), view, on: &canvas)
      ListPane.draw(photo, isSelected: index == model.photos.selection, in: name, view, on: &canvas)
    }
    if model.photos.isEmpty {
      canvas.write(
        model.photos.isReading ? "reading\(view.marks.ellipsis)" : "no photos here", row: grid.rect.row + 1, column: 2,
        view.theme[.muted])
    }
  }

  private static func drawPicture(_ photo: PhotoItem, in rect: Rect, _ view: BrowserView, on canvas: inout Canvas) {
    let middle = rect.row + rect.rows / 2
    func say(_ text: String, _ role: Theme.Role) {
      let text = TextWidth.fit(text, columns: rect.columns, ellipsis: view.marks.ellipsis)
      canvas.write(text, row: middle, column: rect.column + (rect.columns - TextWidth.of(text)) / 2, view.theme[role])
    }
    if photo.isFolder { return say("folder", .muted) }
    if case .unreadable = photo.status { return say("cannot be shown", .error) }
    guard let thumbnail = view.model.pictures.thumbnails.peek(photo.path) else {
      return say(String(view.marks.separator), .muted)
    }
    let place = rect.centered(Size(columns: thumbnail.grid.columns, rows: thumbnail.grid.rows))
    // A picture made for another size of screen is shown until its own is there, if it fits.
    guard thumbnail.grid.rows <= rect.rows, thumbnail.grid.columns <= rect.columns else { return }
    canvas.draw(thumbnail.grid, row: place.row, column: place.column)
  }
}
