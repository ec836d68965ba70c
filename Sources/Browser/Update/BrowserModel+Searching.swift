import PhotoLibrary

/// A search that found nothing while names and sidecars were still being read.
struct AwaitedMatch: Sendable, Equatable {
  let text: String
  let forward: Bool
  /// Where to begin, counted from the selected photo.
  let offset: Int
}

/// Searching names and captions.
extension BrowserModel {
  /// Whether a photo's name, captions or sidecar contain a text, whatever its case.
  func matches(_ photo: Photo, _ lowered: String) -> Bool {
    if lowered.isEmpty { return false }
    if photo.searchKey.contains(lowered) { return true }
    if photo.sidecar?.inOneLine.lowercased().contains(lowered) == true { return true }
    guard let record = records[photo.path] else { return false }
    return record.captions.indices.contains { record.text($0).lowercased().contains(lowered) }
  }

  /// The nearest match from a place on, round the end.
  func match(from start: Int, forward: Bool, text: String) -> Int? {
    let (lowered, count) = (text.lowercased(), photos.count)
    guard count > 0 else { return nil }
    /// How far a photo is in the direction searched.
    func distance(_ index: Int) -> Int { ((forward ? index - start : start - index) % count + count) % count }
    // Only these have more than names and what their sidecars said when those were read.
    let known = Set(records.keys).union(sidecars).compactMap { places[$0] }.filter { matches(photos[$0], lowered) }
    let named = names.match(lowered, from: start, forward: forward)
    let written = captionIndex.compactMap { part in
      part.match(lowered, from: start, forward: forward) { matches(photos[$0], lowered) }
    }
    return (known + [named].compactMap { $0 } + written).min { distance($0) < distance($1) }
  }

  mutating func goToMatch(forward: Bool) -> [Effect] {
    guard !search.isEmpty else {
      inform("nothing searched yet: / begins")
      return []
    }
    return go(to: AwaitedMatch(text: search, forward: forward, offset: forward ? 1 : -1))
  }

  /// Goes to the match there is, or says that there is none; the search goes on while names and sidecars are read.
  mutating func go(to wish: AwaitedMatch) -> [Effect] {
    awaitedMatch = nil
    if let found = match(from: selection + wish.offset, forward: wish.forward, text: wish.text) {
      return select(found)
    }
    let isReading = isScanning || isReadingSidecars
    if isReading { awaitedMatch = wish }
    warn("no match for '\(wish.text)'\(isReading ? " yet: names and sidecars are still being read" : "")")
    return []
  }

  /// The same with what has been read since, if a search waits for it.
  mutating func goToAwaitedMatch() -> [Effect] {
    guard let wish = awaitedMatch else { return [] }
    notice = nil
    return go(to: wish)
  }

  // MARK: - What sidecars say

  /// Asks for what the sidecars of a listing say. Those of the one before are known by other places.
  mutating func wantSidecars(of new: Listing) -> [Effect] {
    listingNumber += 1
    isReadingSidecars = new.isComplete && !new.sidecars.isEmpty
    guard isReadingSidecars else { return [] }
    return [.readSidecars(SidecarWish(listing: listingNumber, sidecars: new.sidecars))]
  }

  mutating func take(_ part: SidecarPart) {
    guard part.listing == listingNumber else { return }
    if indexedListing != part.listing { captionIndex = [] }
    indexedListing = part.listing
    captionIndex.append(part.index)
    for entry in part.entries { photos[entry.place].sidecar = entry.sidecar }
    if part.isLast { isReadingSidecars = false }
  }

  /// Forgets sidecars that are no longer there.
  mutating func dropSidecars(except there: [SidecarPlace]) {
    var rest = there[...]
    for place in photos.indices {
      if rest.first?.place == place {
        rest.removeFirst()
      } else if photos[place].sidecar != nil {
        photos[place].sidecar = nil
      }
    }
  }
}
