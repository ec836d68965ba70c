import Terminal

/// Moving among photos, and searching them.
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
      note(path) {
        $0.status = .ok
        $0.sidecar = sidecar
      }
      if let sidecar { return [.readOrigin(photo: path, text: sidecar)] }
    case .failed(let path, let reason):
      previews.remove(path)
      note(path) { $0.status = .unreadable(reason) }
    case .thumbnail(let path, let thumbnail): thumbnails.insert(thumbnail, for: path)
    }
    return []
  }

  /// Changes a photo known by its path, if it is still listed.
  mutating func note(_ path: String, _ change: (inout Photo) -> Void) {
    if let index = places[path] { change(&photos[index]) }
  }

  // MARK: - Searching

  /// Whether a photo's name, captions or sidecar contain a text, whatever its case.
  func matches(_ photo: Photo, _ lowered: String) -> Bool {
    if lowered.isEmpty { return false }
    if photo.searchKey.contains(lowered) { return true }
    if photo.sidecar?.lowercased().contains(lowered) == true { return true }
    guard let record = records[photo.path] else { return false }
    return record.captions.indices.contains { record.text($0).lowercased().contains(lowered) }
  }

  /// The nearest match from a place on, round the end.
  func match(from start: Int, forward: Bool, text: String) -> Int? {
    let (lowered, count) = (text.lowercased(), photos.count)
    guard count > 0 else { return nil }
    /// How far a photo is in the direction searched.
    func distance(_ index: Int) -> Int { ((forward ? index - start : start - index) % count + count) % count }
    // Only these have more than names.
    let known = Set(records.keys).union(sidecars).compactMap { places[$0] }.filter { matches(photos[$0], lowered) }
    let named = names.match(lowered, from: start, forward: forward)
    return (known + [named].compactMap { $0 }).min { distance($0) < distance($1) }
  }

  private mutating func goToMatch(forward: Bool) -> [Effect] {
    guard !search.isEmpty else {
      inform("nothing searched yet: / begins")
      return []
    }
    guard let found = match(from: selection + (forward ? 1 : -1), forward: forward, text: search) else {
      warn("no match for '\(search)'")
      return []
    }
    return select(found)
  }
}
