/// Which view is open.
struct Views: Sendable, Equatable {
  /// What the keys j and k move in.
  enum Pane: Sendable, Equatable { case photos, captions }

  /// What takes the middle of the screen.
  enum Main: Sendable, Equatable {
    /// List, preview and captions; zoomed, the preview has the room of the list.
    case panes(Pane, isZoomed: Bool)
    /// Small pictures.
    case grid
    /// Captions side by side.
    case comparison
    /// One sentence as several networks tell it.
    case networks

    static let list = Main.panes(.photos, isZoomed: false)
  }

  private(set) var main = Main.list
  /// Whether the preview shows every word's picture, not the current one's alone.
  private(set) var isFilmstrip = false
  /// How far help is scrolled; nil when it is closed.
  private(set) var helpOffset: Int?

  var isGrid: Bool { main == .grid }
  var isComparing: Bool { main == .comparison }
  var isComparingNetworks: Bool { main == .networks }
  /// Whether columns take the middle of the screen.
  var isSideBySide: Bool { isComparing || isComparingNetworks }
  var isZoomed: Bool { if case .panes(_, isZoomed: true) = main { true } else { false } }
  var pane: Pane { if case .panes(let pane, _) = main { pane } else { .photos } }

  mutating func show(_ main: Main) { self.main = main }

  mutating func toggleGrid() { main = isGrid ? .list : .grid }
  mutating func toggleComparison() { main = isComparing ? .list : .comparison }
  /// Goes back to the panes, where the photo is, from other views.
  mutating func leaveComparison() { if isSideBySide || isGrid { main = .list } }
  mutating func toggleZoom() { main = .panes(pane, isZoomed: !isZoomed) }

  /// The pane where keys go, in the list and zoomed.
  mutating func focus(_ pane: Pane) {
    if case .panes(_, let isZoomed) = main { main = .panes(pane, isZoomed: isZoomed) }
  }

  mutating func toggleFilmstrip() {
    isFilmstrip.toggle()
    if isSideBySide { main = .list }
  }

  /// The selected photo has no captions: what shows them is closed.
  mutating func closeCaptions() {
    if isSideBySide { main = .list }
    focus(.photos)
  }

  // MARK: - Help

  var isHelpOpen: Bool { helpOffset != nil }
  mutating func openHelp() { helpOffset = 0 }
  mutating func closeHelp() { helpOffset = nil }

  /// Scrolls help, if it is open.
  /// - Parameter last: how far it can be scrolled.
  mutating func scrollHelp(by rows: Int, last: Int) { helpOffset = helpOffset.map { min(max(0, $0 + rows), last) } }
}
