/// Searching names and captions.
extension BrowserModel {
  mutating func goToNextMatch(isForward: Bool) -> [Effect] {
    guard search != .none else {
      inform("nothing searched yet: / begins")
      return []
    }
    return go(to: PendingMatch(text: search.text, isForward: isForward, offset: isForward ? 1 : -1))
  }

  /// Goes to the match there is, or says that there is none; the search goes on while names and sidecars are read.
  mutating func go(to wanted: PendingMatch) -> [Effect] {
    search = Search(wanted.text)
    let matches = Matches(matches(of: wanted.text))
    if let found = matches.next(from: photos.selection + wanted.offset, isForward: wanted.isForward) {
      let isReading = photos.isReading || sidecars.isReading
      inform("\(matches.placeText(of: found)) with '\(wanted.text)'\(isReading ? " so far" : "")")
      return select(found)
    }
    let isReading = photos.isReading || sidecars.isReading
    if isReading { search = .awaiting(wanted) }
    warn("no match for '\(wanted.text)'\(isReading ? " yet: names and sidecars are still being read" : "")")
    return []
  }

  /// The same with what has been read since, if a search waits for it.
  mutating func goToPendingMatch() -> [Effect] {
    guard case .awaiting(let wanted) = search else { return [] }
    notice = nil
    return go(to: wanted)
  }
}
