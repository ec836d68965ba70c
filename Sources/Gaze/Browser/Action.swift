/// What a key can mean while browsing.
enum Action: Sendable, Hashable {
  case down, up, first, last, pageDown, pageUp
  case caption
  case previousWord, nextWord, play
  case lessTopK, moreTopK, cooler, warmer
  case sampleAgain, mode, compare
  case pick(Int)
  case overlay, lessOpacity, moreOpacity, colormap, smooth
  case theme, zoom, nextPane, previousPane, mouse
  case search, nextMatch, previousMatch
  case edit, undo, write, export
  case help, back, redraw, stop, quit
}
