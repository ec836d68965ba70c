import PhotoLibrary
import Terminal

/// Moving among photos, and their previews.
extension BrowserModel {
  /// - Returns: nil when the action is not about moving.
  mutating func move(_ action: Action) -> [Effect]? {
    if pane == .captions, action == .down || action == .up {
      return chooseSample((record?.chosen ?? 0) + (action == .down ? 1 : -1))
    }
    switch action {
    case .down: return select(selection + 1)
    case .up: return select(selection - 1)
    case .first: return select(0)
    case .last: return select(photos.count - 1)
    case .pageDown: return select(selection + max(1, layout.listRows - 1))
    case .pageUp: return select(selection - max(1, layout.listRows - 1))
    case .search: prompt = .search(LineEditor(), from: selection)
    case .nextMatch: return goToMatch(forward: true)
    case .previousMatch: return goToMatch(forward: false)
    default: return nil
    }
    return []
  }

  /// Selects a photo, the nearest there is.
  mutating func select(_ index: Int) -> [Effect] {
    let target = min(max(0, index), max(0, photos.count - 1))
    guard target != selection else { return [] }
    selection = target
    nextWordAt = nil
    if record == nil {
      pane = .photos
      isComparing = false
    }
    return wantPreviews() + wantReferences()
  }

  /// Asks for the previews of the selected photo and its neighbours, unless they are there.
  mutating func wantPreviews() -> [Effect] {
    guard !photos.isEmpty else { return [] }
    if isGrid { return wantThumbnails() }
    let near = [selection, selection + 1, selection - 1, selection + 2].filter(photos.indices.contains)
    let wanted = near.map { photos[$0] }.filter { photo in
      guard photo.status == .ok || photo.status == .unread else { return false }
      guard let preview = previews.value(photo.path) else { return true }
      return !isLargeEnough(preview)
    }
    wantedPreviews = wanted.map(\.path)
    return wanted.isEmpty ? [] : [.loadPreviews(wantedPreviews, pixels: previewPixels)]
  }

  /// What a whole screen of the finest symbols shows.
  var previewPixels: Size { Size(columns: max(40, size.columns * 2), rows: max(30, size.rows * 3)) }

  private func isLargeEnough(_ preview: Preview) -> Bool {
    let wanted = previewPixels
    return preview.image.width >= min(preview.width, wanted.columns)
      || preview.image.height >= min(preview.height, wanted.rows)
  }

  mutating func handle(_ message: PreviewMessage) -> [Effect] {
    switch message {
    case .loaded(let path, let preview, let sidecar):
      previews.insert(preview, for: path)
      if sidecar != nil { sidecars.insert(path) }
      note(path) { ($0.status, $0.version, $0.sidecar) = (.ok, preview.version, sidecar) }
    case .failed(let file, let reason):
      previews.remove(file.path)
      note(file.path) { ($0.status, $0.version) = (.unreadable(reason), file) }
    case .thumbnail(let path, let thumbnail):
      thumbnails.insert(thumbnail, for: path)
      note(path) { $0.version = thumbnail.version }
    }
    return []
  }

  /// Changes a photo known by its path, if it is still listed.
  mutating func note(_ path: String, _ change: (inout Photo) -> Void) {
    if let index = places[path] { change(&photos[index]) }
  }
}
