import SystemPackage

/// Words and their attention.
extension BrowserModel {
  /// - Returns: nil when the action is not about attention.
  mutating func attend(_ action: Action, now: Int) -> [Effect]? {
    switch action {
    case .nextWord, .previousWord, .goToWord, .play, .filmstrip:
      guard let effects = recall() else { break }
      if action == .filmstrip { views.toggleFilmstrip() }
      return effects
    default: break
    }
    switch action {
    case .nextWord: changeWord { $0.step(1) }
    case .previousWord: changeWord { $0.step(-1) }
    case .goToWord(let index): changeWord { $0.go(toWord: index) }
    case .play: play(now: now)
    case .filmstrip: showFilmstrip()
    case .covering: return coverCells()
    case .mapKind, .previousLayer, .nextLayer, .previousHead, .nextHead: return chooseMaps(action)
    default: return changeLook(action)
    }
    return []
  }

  /// How attention is shown.
  private mutating func changeLook(_ action: Action) -> [Effect]? {
    switch action {
    case .overlay:
      appearance.look.isOn.toggle()
      inform(appearance.look.isOn ? "attention shown" : "attention hidden")
    case .lessOpacity: changeOpacity(by: -1)
    case .moreOpacity: changeOpacity(by: 1)
    case .colormap:
      appearance.nextColormap()
      inform("colormap \(appearance.look.colormap)")
    case .smooth:
      appearance.look.smooth.toggle()
      inform(appearance.look.smooth ? "attention smooth" : "attention in raw cells")
    case .heatScale:
      appearance.look.scale = appearance.look.scale.other
      inform(
        appearance.look.scale == .fixed
          ? "one heat scale for all words: even is none, 8 times even is full"
          : "each word's largest share is full heat")
    default: return nil
    }
    return []
  }

  private mutating func changeOpacity(by tenths: Float) {
    appearance.changeOpacity(by: tenths)
    inform("overlay opacity \(Int((appearance.look.opacity * 100).rounded())) %")
  }

  private mutating func showFilmstrip() {
    guard record != nil else { return inform("no caption yet: Enter draws some") }
    views.toggleFilmstrip()
  }

  private mutating func changeWord(_ change: (inout CaptionRecord) -> Void) {
    guard let photo, record != nil else { return inform("no caption yet: Enter draws some") }
    playback = nil
    captions.change(photo.path, change)
  }

  // MARK: - Texts that were not drawn here

  /// Has the network read what a text file, or an edit of it, says, where nobody knows its words' maps yet.
  /// - Returns: what is asked for; nil where there is no such text.
  mutating func recall() -> [Effect]? {
    guard let photo, !photo.isFolder else { return nil }
    let entry = record?.current
    guard let text = entry == nil ? photo.sidecar?.text : entry?.told == nil ? entry?.text : nil else { return nil }
    if captions.isWorking(on: photo.path) { return [] }
    if case .unreadable(let reason) = photo.status {
      warn("its attention cannot be shown: \(reason)")
      return []
    }
    if case .failed(let reason) = captions.engine { fail(reason) }
    playback = nil
    return begin(CaptionJob(path: photo.path, settings: captions.settings, text: text))
  }

  /// Takes in what the network makes of a text.
  mutating func take(_ reading: CaptionRecord.Entry.Reading, of path: FilePath) {
    let sidecar = photos.place(of: path).flatMap { photos[$0].sidecar }
    if captions[path] == nil, let sidecar, sidecar.text == reading.text {
      captions.put(CaptionRecord(sidecar, reading), for: path)
    } else {
      captions.change(path) { $0.note(reading) }
    }
    guard photo?.path == path, reading.caption.isRecited, record?.current.edit == nil else { return }
    inform("recited: what the network makes of these words, which it did not draw now")
  }

  // MARK: - Playing

  private mutating func play(now: Int) {
    guard let photo, let record, record.currentWord != nil else { return inform("no caption yet: Enter draws some") }
    guard playback == nil else {
      playback = nil
      return
    }
    if record.isAtLastWord { captions.change(photo.path) { $0.go(toWord: 0) } }
    playback = Playback(from: now)
  }

  /// Shows the next word when it is time for it.
  mutating func playOn(now: Int) {
    guard let playback, now >= playback.nextWordAt else { return }
    self.playback = nil
    guard let photo, record?.currentWord != nil else { return }
    captions.change(photo.path) { $0.step(1) }
    if record?.isAtLastWord == false { self.playback = Playback(from: now) }
  }
}
