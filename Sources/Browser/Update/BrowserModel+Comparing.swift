/// Captions side by side.
extension BrowserModel {
  /// - Returns: nil when the action is not about comparing.
  mutating func compare(_ action: Action) -> [Effect]? {
    switch action {
    case .compare: return toggleComparison()
    case .pin: pin()
    case .rank:
      captions.toggleRanking()
      inform(captions.isRanked ? "likeliest captions first" : "captions as they were drawn")
    default: return nil
    }
    return []
  }

  private mutating func toggleComparison() -> [Effect] {
    guard record != nil else {
      inform("no captions yet: Enter draws some")
      return []
    }
    views.toggleComparison()
    return requestReferences()
  }

  /// Pins the chosen caption or lets it go.
  mutating func pin() {
    guard let photo, let record else { return inform("no caption to pin yet: Enter draws some") }
    let isPinned = record.current.origin == .pinned
    captions.change(photo.path) { $0.pin(record.chosen, !isPinned) }
    inform(isPinned ? "no longer pinned" : "pinned: it stays beside what is drawn next")
  }
}
