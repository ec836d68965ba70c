import PhotoLibrary

/// What names, captions and sidecars contain.
extension BrowserModel {
  /// Whether a photo's name, captions or sidecar contain a text, whatever its case.
  func matches(_ photo: PhotoItem, _ lowered: String) -> Bool {
    if lowered.isEmpty { return false }
    if photo.searchKey.contains(lowered) { return true }
    if photo.sidecar?.inOneLine.lowercased().contains(lowered) == true { return true }
    return captions[photo.path]?.entries.contains { $0.text.lowercased().contains(lowered) } ?? false
  }

  /// The nearest match from a place on, round the end.
  func match(from start: Int, isForward: Bool, text: String) -> Int? {
    let (lowered, count) = (text.lowercased(), photos.count)
    guard count > 0 else { return nil }
    /// How far a photo is in the direction searched.
    func distance(_ index: Int) -> Int { ((isForward ? index - start : start - index) % count + count) % count }
    // Only these have more than names and what their sidecars said when those were read.
    let known = sidecars.seen.union(captions.records.keys).compactMap { photos.place(of: $0) }
      .filter { matches(photos[$0], lowered) }
    let named = photos.names.match(lowered, from: start, forward: isForward)
    let written = sidecars.matches(lowered, from: start, isForward: isForward) { matches(photos[$0], lowered) }
    return (known + [named].compactMap { $0 } + written).min { distance($0) < distance($1) }
  }
}
