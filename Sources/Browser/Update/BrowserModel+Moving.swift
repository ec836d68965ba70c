import PhotoLibrary
import SystemPackage
import Terminal

/// Moving among photos, and their previews.
extension BrowserModel {
  /// - Returns: nil when the action is not about moving.
  mutating func move(_ action: Action) -> [Effect]? {
    if views.pane == .captions, action == .down || action == .up {
      choose((record?.chosen ?? 0) + (action == .down ? 1 : -1))
      return []
    }
    let (selection, page) = (photos.selection, max(1, layout.listRows - 1))
    switch action {
    case .down: return select(selection + 1)
    case .up: return select(selection - 1)
    case .first: return select(0)
    case .last: return select(photos.count - 1)
    case .pageDown: return select(selection + page)
    case .pageUp: return select(selection - page)
    case .select(let index): return select(index)
    case .search: prompt = .search(LineEditor(), from: selection)
    case .nextMatch: return goToNextMatch(isForward: true)
    case .previousMatch: return goToNextMatch(isForward: false)
    default: return nil
    }
    return []
  }

  /// Selects a photo, the nearest there is.
  mutating func select(_ index: Int) -> [Effect] {
    guard photos.select(index) else { return [] }
    return noteSelection()
  }

  /// Another photo is selected: asks for what is to be shown of it.
  mutating func noteSelection() -> [Effect] {
    playback = nil
    if record == nil { views.closeCaptions() }
    return requestPictures() + requestReferences()
  }

  /// Selects a photo known by its path, if it is listed.
  mutating func select(path: FilePath?) -> [Effect] {
    path.flatMap { photos.place(of: $0) }.map { select($0) } ?? []
  }

  // MARK: - Previews

  /// Asks for the pictures of the selected photo and its neighbours, unless they are there.
  mutating func requestPictures() -> [Effect] {
    guard !photos.isEmpty else { return [] }
    if views.isGrid { return requestThumbnails() }
    let selection = photos.selection
    let near = [selection, selection + 1, selection - 1, selection + 2].filter(photos.indices.contains)
    let wanted = near.map { photos[$0] }.filter { photo in
      guard photo.status == .ok || photo.status == .unread else { return false }
      guard let preview = pictures.previews.value(photo.path) else { return true }
      return !isLargeEnough(preview)
    }
    return wanted.isEmpty ? [] : [.loadPreviews(wanted.map(\.path), pixels: previewPixels)]
  }

  private func isLargeEnough(_ preview: Preview) -> Bool {
    let wanted = previewPixels
    return preview.image.width >= min(preview.width, wanted.columns)
      || preview.image.height >= min(preview.height, wanted.rows)
  }

  mutating func handle(_ message: PreviewMessage) {
    switch message {
    case .loaded(let path, let preview, let sidecar):
      pictures.previews.insert(preview, for: path)
      if sidecar != nil { sidecars.see(path) }
      photos.note(path) { ($0.status, $0.version, $0.sidecar) = (.ok, preview.version, sidecar) }
      if captions[path]?.edits.isEmpty == false { captions.change(path) { $0.noteSidecar(sidecar?.text) } }
    case .failed(let file, let reason):
      pictures.previews.remove(file.path)
      photos.note(file.path) { ($0.status, $0.version) = (.unreadable(reason), file) }
    case .thumbnail(let path, let thumbnail):
      pictures.thumbnails.insert(thumbnail, for: path)
      photos.note(path) { $0.version = thumbnail.version }
    }
  }
}
