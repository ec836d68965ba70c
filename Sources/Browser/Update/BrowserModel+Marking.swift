import PhotoLibrary

/// Marks, and which of the photos listed are shown.
extension BrowserModel {
  /// - Returns: nil when the action is not about these.
  mutating func mark(_ action: Action) -> [Effect]? {
    switch action {
    case .mark: return markSelected()
    case .toggleMark(let index): toggleMark(index)
    case .markAll: markAll()
    case .chooseFilter:
      prompt = .confirm(Confirmation(question: "Show", action: .filter))
    case .show(let filter): return show(filter)
    default: return nil
    }
    return []
  }

  /// Marks the selected photo or takes its mark away, and goes on to the next, so that a row of photos is a row of keys.
  private mutating func markSelected() -> [Effect] {
    toggleMark(photos.selection)
    return views.isSideBySide ? [] : select(photos.selection + 1)
  }

  /// Marks the photo at an index, or takes its mark away.
  mutating func toggleMark(_ index: Int) {
    guard photos.indices.contains(index), !photos[index].isFolder else { return inform("only photos are marked") }
    let path = photos[index].path
    if marked.remove(path) == nil { marked.insert(path) }
    inform(marked.isEmpty ? "none is marked" : "\(marked.count) marked")
  }

  /// Marks what is shown or, where all of that is marked, takes the marks away.
  private mutating func markAll() {
    let shown = Set(photos.lazy.filter { !$0.isFolder }.map(\.path))
    if shown.isSubset(of: marked) { marked.subtract(shown) } else { marked.formUnion(shown) }
    inform(marked.isEmpty ? "none is marked" : "\(marked.count) marked")
  }

  /// Takes marks away from photos that are no longer listed.
  mutating func forgetMarksOfOthers() { marked = marked.filter { photos.item($0) != nil } }

  // MARK: - What is shown

  /// - Parameter filter: nil leaves everything as it is.
  mutating func show(_ filter: PhotoFilter?) -> [Effect] {
    guard let filter else {
      inform("left as it was")
      return []
    }
    guard filter == .all || photos.listedImages.contains(where: { passes($0, filter) }) else {
      warn("none is \(filter.rawValue)\(sidecars.isReading ? " yet: text files are still being read" : "")")
      return []
    }
    self.filter = filter
    applyFilter(keepsSelected: false)
    inform(filter == .all ? "all are shown" : "\(photos.count) of \(photos.listedImageCount) are \(filter.rawValue)")
    return noteSelection()
  }

  /// Shows what the filter lets through now. What was shown and passes no longer goes, except, if asked, the selected
  /// photo, which the user is at.
  mutating func applyFilter(keepsSelected: Bool = true) {
    guard filter != .all else { return photos.show(nil) }
    let (model, selected) = (self, keepsSelected ? photo?.path : nil)
    photos.show { $0.path == selected || model.passes($0, model.filter) }
  }
}
