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

  /// The photos shown whose names, captions or sidecars contain a text, whatever its case; ascending.
  func matches(of text: String) -> [Int] {
    let lowered = text.lowercased()
    return photos.indices(
      containing: lowered, texts: sidecars.matches(lowered), known: sidecars.seen.union(captions.records.keys)
    ) { matches($0, lowered) }
  }
}

/// What a search found.
struct Matches: Sendable, Equatable {
  /// The photos, ascending.
  private let indices: [Int]

  init(_ indices: [Int]) { self.indices = indices }

  var count: Int { indices.count }

  /// The nearest from a photo on, in a direction, round the end.
  func next(from start: Int, isForward: Bool) -> Int? {
    guard let first = indices.first, let last = indices.last else { return nil }
    let after = indices.partitioningIndex { $0 >= start }
    if isForward { return after < indices.count ? indices[after] : first }
    if after < indices.count, indices[after] == start { return start }
    return after > 0 ? indices[after - 1] : last
  }

  /// How many there are and which of them a photo is: `3 of 17`, or `17` where it is none of them.
  func placeText(of index: Int) -> String {
    let place = indices.partitioningIndex { $0 >= index }
    return place < indices.count && indices[place] == index ? "\(place + 1) of \(indices.count)" : "\(indices.count)"
  }
}
