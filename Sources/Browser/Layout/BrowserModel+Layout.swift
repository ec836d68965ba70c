import Captioning
import Raster
import Terminal

/// Where things are on the screen; what the mouse points at and how far a page is follow from it.
extension BrowserModel {
  var layout: Layout { Layout(self) }

  var gridLayout: GridLayout { GridLayout(in: layout.grid, selection: photos.selection, count: photos.count) }

  var thumbnailStyle: ThumbnailStyle {
    let size = gridLayout.pictureSize
    return ThumbnailStyle(
      columns: size.columns, rows: size.rows, symbols: appearance.symbols(on: display), depth: display.depth)
  }

  /// What a whole screen of the finest symbols shows.
  var previewPixels: Size {
    Size(columns: max(40, display.size.columns * 2), rows: max(30, display.size.rows * 3))
  }

  /// The columns of the compare view, below the header or, on small screens, in its place; nil where it is closed.
  func compareLayout(in layout: Layout) -> CompareLayout? {
    guard views.isComparing, let record else { return nil }
    return CompareLayout(captions: record.entries.count, chosen: record.chosen, in: columnsPlace(in: layout))
  }

  /// The columns of networks compared, in the same place; nil where that view is closed.
  func networkLayout(in layout: Layout) -> CompareLayout? {
    guard views.isComparingNetworks, record != nil else { return nil }
    return CompareLayout(captions: networks.count, chosen: networks.chosen, in: columnsPlace(in: layout))
  }

  private func columnsPlace(in layout: Layout) -> Rect {
    layout.header.isEmpty && layout.lesson.isEmpty
      ? Rect(row: 0, column: 0, rows: layout.body.bottom, columns: layout.body.columns) : layout.body
  }

  /// The pictures of the filmstrip; nil where there is none.
  func filmstripLayout(in rect: Rect) -> FilmstripLayout? {
    guard views.isFilmstrip, let record, !record.current.isOutdated, let current = record.wordIndex(in: record.chosen),
      let photo, let preview = pictures.previews.peek(photo.path)
    else { return nil }
    return FilmstripLayout(
      words: record.current.toldWords.count, current: current, photo: (preview.width, preview.height), in: rect)
  }
}
