/// What a key can mean while browsing.
enum Action: Sendable, Hashable {
  case down, up, first, last, pageDown, pageUp
  case caption
  case previousWord, nextWord, play
  case lessTopK, moreTopK, cooler, warmer
  case sampleAgain, seed, fewerSamples, moreSamples, mode
  case compare, pin, rank
  case pick(Int)
  case overlay, lessOpacity, moreOpacity, colormap, smooth, heatScale, filmstrip
  case theme, zoom, nextPane, previousPane, mouse
  case grid, order, deep, leaveFolder
  case search, nextMatch, previousMatch
  case edit, undo, redo, write, export
  case help, back, redraw, stop, quit
}
