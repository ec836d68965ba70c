import Terminal

/// Photos as small pictures.
extension BrowserModel {
  /// Moves in two directions.
  /// - Returns: nil when the action means nothing particular in the grid.
  mutating func moveInGrid(_ action: Action) -> [Effect]? {
    if action == .grid { return toggleGrid() }
    guard views.isGrid else { return nil }
    let (grid, selection, last) = (gridLayout, photos.selection, photos.count - 1)
    switch action {
    case .nextWord: return select(selection + 1)
    case .previousWord: return select(selection - 1)
    case .down: return select(min(selection + grid.perRow, last))
    case .up: return selection >= grid.perRow ? select(selection - grid.perRow) : []
    case .pageDown: return select(selection + grid.capacity)
    case .pageUp: return select(selection - grid.capacity)
    case .back: return captions.work == nil ? toggleGrid() : nil
    case .caption where photo?.isFolder != true: return toggleGrid() + captionSelected()
    case .compare, .zoom, .edit, .play, .filmstrip:
      // These need room for one photo.
      views.show(.list)
      return nil
    default: return nil
    }
  }

  private mutating func toggleGrid() -> [Effect] {
    views.toggleGrid()
    playback = nil
    return requestPictures()
  }

  /// Asks for the pictures in sight and those a page further down and up, unless they are there.
  func requestThumbnails() -> [Effect] {
    let (grid, style) = (gridLayout, thumbnailStyle)
    let shown = grid.first..<min(photos.count, grid.first + grid.capacity)
    let after = shown.upperBound..<min(photos.count, shown.upperBound + grid.capacity)
    let before = max(0, shown.lowerBound - grid.capacity)..<shown.lowerBound
    let wanted = [shown, after, before].joined().map { photos[$0] }.filter { photo in
      guard photo.status == .ok || photo.status == .unread else { return false }
      return pictures.thumbnails.peek(photo.path)?.style != style
    }
    return wanted.isEmpty ? [] : [.loadThumbnails(wanted.map(\.path), style)]
  }
}
