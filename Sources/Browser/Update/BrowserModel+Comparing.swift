import Captioning

/// Captions side by side.
extension BrowserModel {
  /// - Returns: nil when the action is not about comparing.
  mutating func compare(_ action: Action) -> [Effect]? {
    switch action {
    case .compare: return openComparison()
    case .pin: pin()
    case .rank: rank()
    default: return nil
    }
    return []
  }

  private mutating func openComparison() -> [Effect] {
    guard record != nil else {
      inform("no captions yet: Enter draws some")
      return []
    }
    isComparing.toggle()
    isZoomed = false
    pane = .photos
    return wantReferences()
  }

  private mutating func pin() {
    guard let photo, let record else {
      inform("no caption to pin yet: Enter draws some")
      return
    }
    let isPinned = record.entries[record.chosen].origin == .pinned
    records[photo.path]?.pin(!isPinned)
    inform(isPinned ? "no longer pinned" : "pinned: it stays beside what is drawn next")
  }

  private mutating func rank() {
    isRanked.toggle()
    for path in records.keys { records[path]?.rank(isRanked) }
    inform(isRanked ? "likeliest captions first" : "captions as they were drawn")
  }

  /// While captions are compared, asks for those of greedy and beam that are not there yet.
  mutating func wantReferences() -> [Effect] {
    guard isComparing, work == nil, let photo, let record else { return [] }
    let missing = record.missingReferences(beamWidth: Self.beamWidth)
    guard !missing.isEmpty else { return [] }
    return begin(CaptionJob(path: photo.path, settings: record.settings, references: missing))
  }
}

extension CaptionRecord {
  /// The modes whose captions would be new to the comparison.
  func missingReferences(beamWidth: Int) -> [DecodingSettings.Mode] {
    let there = entries.map(\.caption.settings.mode)
    return [.greedy, .beam(width: beamWidth)].filter { !there.contains($0) }
  }

  /// All captions' words, set out beside each other.
  var comparison: Comparison { Comparison(entries.indices.map(words)) }

  /// The word of another caption that stands beside the current one.
  func wordBeside(_ index: Int) -> Int? {
    guard let current = wordIndex(in: chosen) else { return nil }
    let comparison = comparison
    return comparison.row(of: current, in: chosen).flatMap { comparison.word(atOrBefore: $0, in: index) }
  }
}
