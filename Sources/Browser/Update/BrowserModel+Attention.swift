/// Words and their attention.
extension BrowserModel {
  /// - Returns: nil when the action is not about attention.
  mutating func attend(_ action: Action, now: Int) -> [Effect]? {
    switch action {
    case .nextWord: step(1)
    case .previousWord: step(-1)
    case .play: play(now: now)
    case .overlay:
      look.isOn.toggle()
      inform(look.isOn ? "attention shown" : "attention hidden")
    case .lessOpacity: changeOpacity(-1)
    case .moreOpacity: changeOpacity(1)
    case .colormap:
      let next = ((colormaps.firstIndex(of: look.colormap) ?? -1) + 1) % max(1, colormaps.count)
      look.colormap = colormaps[next]
      inform("colormap \(look.colormap)")
    case .smooth:
      look.smooth.toggle()
      inform(look.smooth ? "attention smooth" : "attention in raw cells")
    case .heatScale:
      look.scale = look.scale.other
      inform(
        look.scale == .fixed
          ? "one heat scale for all words: even is none, 8 times even is full"
          : "each word's largest share is full heat")
    case .filmstrip: showFilmstrip()
    default: return nil
    }
    return []
  }

  private mutating func showFilmstrip() {
    guard record != nil else {
      inform("no caption yet: Enter draws some")
      return
    }
    isFilmstrip.toggle()
    isComparing = false
  }

  private mutating func step(_ by: Int) {
    guard let photo else { return }
    guard records[photo.path] != nil else {
      inform("no caption yet: Enter draws some")
      return
    }
    nextWordAt = nil
    records[photo.path]?.step(by)
  }

  private mutating func changeOpacity(_ tenths: Float) {
    look.opacity = min(max(((look.opacity * 10).rounded() + tenths) / 10, 0.1), 1)
    inform("overlay opacity \(Int((look.opacity * 100).rounded())) %")
  }

  private mutating func play(now: Int) {
    guard let photo, var record, let word = record.wordIndex(in: record.chosen) else {
      inform("no caption yet: Enter draws some")
      return
    }
    guard nextWordAt == nil else {
      nextWordAt = nil
      return
    }
    if word == record.caption.words.count - 1 { record.word = 0 }
    records[photo.path] = record
    nextWordAt = now + Self.wordMilliseconds
  }

  /// Shows the next word when it is time for it.
  mutating func playOn(now: Int) {
    guard let at = nextWordAt, now >= at else { return }
    guard let photo, let record, let word = record.wordIndex(in: record.chosen) else {
      nextWordAt = nil
      return
    }
    records[photo.path]?.step(1)
    nextWordAt = word + 1 < record.caption.words.count - 1 ? now + Self.wordMilliseconds : nil
  }
}
