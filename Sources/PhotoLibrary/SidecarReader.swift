import Foundation

/// A photo that has a sidecar, and its place in the listing.
package struct SidecarPlace: Sendable, Equatable {
  package let place: Int
  let photo: String
}

/// Sidecars to be read.
package struct SidecarWish: Sendable, Equatable {
  /// Which listing the places are of.
  let listing: Int
  let sidecars: [SidecarPlace]

  package init(listing: Int, sidecars: [SidecarPlace]) {
    self.listing = listing
    self.sidecars = sidecars
  }
}

/// What some of the sidecars of a listing say.
package struct SidecarPart: Sendable {
  package let listing: Int
  package var entries: [(place: Int, sidecar: SidecarText)] = []
  package var index = CaptionIndex()
  package var isLast = false
}

/// Texts of photos, for searching, in the order of the photos.
package struct CaptionIndex: Sendable {

  package init() {}
  private var texts = NameIndex()
  private var places: [Int] = []

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

/// Reads sidecars, a part at a time. Used by one thread.
///
/// `@unchecked Sendable`: it is handed to that thread once, and only what a lock guards is touched by others.
package final class SidecarReader: @unchecked Sendable {
  private let lock = NSLock()
  private var wanted: SidecarWish?

  /// Texts in a part: few at first, so that what is in sight is known soon.
  private static let (smallestPart, largestPart) = (128, 4096)
  /// Of one text and of all, characters that are searched: more is no caption.
  private static let (longestText, mostText) = (4096, 64 << 20)

  package init() {}

  /// Replaces what is to be read; reading that goes on ends. Any thread may call.
  package func ask(_ wish: SidecarWish) { lock.withLock { wanted = wish } }

  /// Reads what was asked for last, if it has not been.
  package func run(_ send: (SidecarPart) -> Void) {
    guard let wish = takeWish() else { return }
    var part = SidecarPart(listing: wish.listing)
    var (size, characters) = (Self.smallestPart, 0)
    for sidecar in wish.sidecars where characters < Self.mostText {
      if lock.withLock({ wanted != nil }) { return }
      guard let text = Sidecar.read(for: sidecar.photo) else { continue }
      let line = text.inOneLine
      let searched = line.utf8.count > Self.longestText ? String(line.prefix(Self.longestText)) : line
      characters += searched.utf8.count
      part.entries.append((sidecar.place, text))
      part.index.append(searched, of: sidecar.place)
      guard part.entries.count >= size else { continue }
      send(part)
      part = SidecarPart(listing: wish.listing)
      size = min(2 * size, Self.largestPart)
    }
    part.isLast = true
    send(part)
  }

  private func takeWish() -> SidecarWish? {
    lock.withLock {
      defer { wanted = nil }
      return wanted
    }
  }
}
