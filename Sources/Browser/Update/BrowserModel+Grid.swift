import Terminal

/// Where small pictures go: so many beside each other, so many rows, each with a name under it.
struct GridLayout: Equatable {
  let rect: Rect
  let perRow: Int
  let rows: Int
  /// The first photo shown.
  let first: Int
  /// How many rows of the screen the pictures take.
  private let used: Int

  /// About how wide a picture is: the least where there are many photos, the most where there are few.
  private static let widths = 20...60

  init(in rect: Rect, selection: Int, count: Int) {
    self.rect = rect
    func height(_ perRow: Int) -> Int { max(2, rect.columns / perRow * 2 / 5 + 1) }
    func rows(_ perRow: Int) -> Int { rect.rows / height(perRow) }
    let most = max(1, rect.columns / Self.widths.lowerBound)
    let least = max(1, rect.columns / Self.widths.upperBound)
    // As large as they can be with all of them in sight.
    perRow = (least...most).first { $0 * rows($0) >= count } ?? most
    self.rows = max(1, rows(perRow))
    // Where all are in sight, names stay close to their pictures; else the pictures fill the screen.
    used = count <= perRow * self.rows ? min(rect.rows, height(perRow) * self.rows) : rect.rows
    let lines = (count + perRow - 1) / perRow
    first = Layout.top(selected: selection / perRow, count: lines, rows: self.rows) * perRow
  }

  var capacity: Int { perRow * rows }

  /// The place of a photo's picture and name; nil where it is not in sight.
  func cell(_ index: Int) -> Rect? {
    guard index >= first, index < first + capacity else { return nil }
    let (row, column) = ((index - first) / perRow, (index - first) % perRow)
    let (top, bottom) = (row * used / rows, (row + 1) * used / rows)
    let (left, right) = (column * rect.columns / perRow, (column + 1) * rect.columns / perRow)
    return Rect(row: rect.row + top, column: rect.column + left, rows: bottom - top, columns: right - left)
  }

  /// Of the smallest cells, so that a picture fits any of them.
  var pictureSize: Size {
    Size(columns: max(1, rect.columns / perRow - 2), rows: max(1, used / rows - 1))
  }
}

/// Photos as small pictures.
extension BrowserModel {
  var gridLayout: GridLayout { GridLayout(in: layout.grid, selection: selection, count: photos.count) }

  var thumbnailStyle: ThumbnailStyle {
    let size = gridLayout.pictureSize
    return ThumbnailStyle(
      columns: size.columns, rows: size.rows, symbols: glyphs.usable(symbols ?? theme.symbols ?? .quadrant),
      depth: depth)
  }

  /// Moves in two directions.
  /// - Returns: nil when the action means nothing particular in the grid.
  mutating func moveInGrid(_ action: Action) -> [Effect]? {
    if action == .grid { return toggleGrid() }
    guard isGrid else { return nil }
    let grid = gridLayout
    switch action {
    case .nextWord: return select(selection + 1)
    case .previousWord: return select(selection - 1)
    case .down: return select(selection + grid.perRow <= photos.count - 1 ? selection + grid.perRow : photos.count - 1)
    case .up: return selection >= grid.perRow ? select(selection - grid.perRow) : []
    case .pageDown: return select(selection + grid.capacity)
    case .pageUp: return select(selection - grid.capacity)
    case .back, .quit: return toggleGrid()
    case .caption where photo?.isFolder != true: return toggleGrid() + (decode(action) ?? [])
    case .compare, .zoom, .edit, .play, .filmstrip:
      // These need room for one photo.
      isGrid = false
      return nil
    default: return nil
    }
  }

  private mutating func toggleGrid() -> [Effect] {
    isGrid.toggle()
    (isZoomed, isComparing, pane) = (false, false, .photos)
    nextWordAt = nil
    return wantPreviews()
  }

  /// Asks for the pictures in sight and those a page further down and up, unless they are there.
  func wantThumbnails() -> [Effect] {
    let (grid, style) = (gridLayout, thumbnailStyle)
    let shown = grid.first..<min(photos.count, grid.first + grid.capacity)
    let after = shown.upperBound..<min(photos.count, shown.upperBound + grid.capacity)
    let before = max(0, shown.lowerBound - grid.capacity)..<shown.lowerBound
    let wanted = [shown, after, before].joined().map { photos[$0] }.filter { photo in
      guard photo.status == .ok || photo.status == .unread else { return false }
      return thumbnails.peek(photo.path)?.style != style
    }
    return wanted.isEmpty ? [] : [.loadThumbnails(wanted.map(\.path), style)]
  }

  /// What the mouse does in the grid.
  mutating func pointInGrid(_ key: Key) -> [Effect]? {
    guard isGrid, helpOffset == nil else { return nil }
    let grid = gridLayout
    switch key {
    case .press(let row, let column):
      let pressed = (grid.first..<(grid.first + grid.capacity)).first {
        grid.cell($0)?.contains(row: row, column: column) == true
      }
      return pressed.map { $0 < photos.count ? select($0) : [] } ?? []
    case .wheelDown: return moveInGrid(.down)
    case .wheelUp: return moveInGrid(.up)
    default: return nil
    }
  }
}
