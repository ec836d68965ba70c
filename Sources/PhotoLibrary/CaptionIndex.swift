/// Texts of photos, for searching, in the order of the photos.
package struct CaptionIndex: Sendable {
  private var texts = NameIndex()
  private var places: [Int] = []

  package init() {}

  mutating func append(_ text: String, of place: Int) {
    texts.append(text)
    places.append(place)
  }

  /// The first photo from a place on, or the last before and at it, whose text contains `text` in lower case; round the
  /// end.
  /// - Parameter isStill: whether a photo found contains it still; the text may have changed since it was read.
  package func match(_ text: String, from start: Int, forward: Bool, where isStill: (Int) -> Bool) -> Int? {
    guard !places.isEmpty else { return nil }
    let next = places.partitioningIndex { $0 >= start }
    let isThere = next < places.count && places[next] == start
    var from = forward || isThere ? next : next - 1
    for _ in 0..<Self.mostOutdated {
      guard let found = texts.match(text, from: from, forward: forward) else { return nil }
      if isStill(places[found]) { return places[found] }
      from = forward ? found + 1 : found - 1
    }
    return nil
  }

  private static let mostOutdated = 16
}

extension [Int] {
  /// The first index of an ascending array whose element fulfils what all after it do too.
  fileprivate func partitioningIndex(where isBeyond: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
