import Captioning

/// Captions: asking for them, changing how they are drawn, and what comes back.
extension BrowserModel {
  static let beamWidth = 5
  static let temperatures: ClosedRange<Float> = 0.1...5
  static let largestTopK = 1000

  /// - Returns: nil when the action is not about drawing captions.
  mutating func decode(_ action: Action) -> [Effect]? {
    switch action {
    case .caption: return captionSelected()
    case .lessTopK: return redraw("top-k") { $0.topK = max(1, $0.topK - 1) }
    case .moreTopK: return redraw("top-k") { $0.topK = min(Self.largestTopK, $0.topK + 1) }
    case .cooler: return redraw("temperature") { $0.temperature = Self.temperature($0.temperature, by: -1) }
    case .warmer: return redraw("temperature") { $0.temperature = Self.temperature($0.temperature, by: 1) }
    case .sampleAgain: return sampleAgain()
    case .mode: return redraw("the mode") { $0.mode = Self.next($0.mode) }
    case .compare: return compare()
    case .pick(let index): return chooseSample(index)
    default: return nil
    }
  }

  /// Temperatures go in tenths, without the drift of adding 0.1 many times.
  private static func temperature(_ value: Float, by tenths: Float) -> Float {
    let next = ((value * 10).rounded() + tenths) / 10
    return min(max(next, temperatures.lowerBound), temperatures.upperBound)
  }

  private static func next(_ mode: DecodingSettings.Mode) -> DecodingSettings.Mode {
    switch mode {
    case .sample: .greedy
    case .greedy: .beam(width: beamWidth)
    case .beam: .sample
    }
  }

  private mutating func captionSelected() -> [Effect] {
    if isComparing {
      isComparing = false
      return []
    }
    guard let photo else { return [] }
    if case .unreadable(let reason) = photo.status {
      warn("cannot be captioned: \(reason)")
      return []
    }
    if case .failed(let reason) = engine { notice = Notice(kind: .error, text: reason) }
    return begin(CaptionJob(path: photo.path, settings: settings))
  }

  private mutating func begin(_ job: CaptionJob) -> [Effect] {
    let known = records[job.path] != nil
    // A photo that is being encoded stays at that; only what follows changes.
    let stage = work?.job.path == job.path ? work!.stage : known ? .decoding : .encoding
    work = Work(job: job, stage: stage)
    nextWordAt = nil
    return [.caption(job)]
  }

  /// The next seeds: each caption uses one.
  private mutating func sampleAgain() -> [Effect] {
    guard settings.mode == .sample else {
      inform("greedy and beam have one outcome: d goes back to sampling")
      return []
    }
    let step = UInt64(max(1, settings.samples))
    let effects = redraw("sampling") { $0.seed &+= step }
    return effects.isEmpty ? captionSelected() : effects
  }

  /// Changes the settings and draws the selected photo's captions anew, from its encoded grid.
  private mutating func redraw(_ label: String, _ change: (inout DecodingSettings) -> Void) -> [Effect] {
    var changed = settings
    change(&changed)
    guard changed != settings else { return [] }
    remember(label)
    settings = changed
    guard let photo, record != nil || work?.job.path == photo.path else { return [] }
    return begin(CaptionJob(path: photo.path, settings: settings))
  }

  private mutating func compare() -> [Effect] {
    guard record != nil else {
      inform("no captions yet: Enter draws some")
      return []
    }
    isComparing.toggle()
    isZoomed = false
    pane = .photos
    return []
  }

  mutating func chooseSample(_ index: Int) -> [Effect] {
    guard let photo, var record, record.captions.indices.contains(index) else { return [] }
    record.choose(index)
    records[photo.path] = record
    nextWordAt = nil
    return []
  }

  /// Keeps the present for `u`.
  mutating func remember(_ label: String) {
    undoSteps.append(UndoStep(label: label, path: photo?.path, record: record, settings: settings))
    if undoSteps.count > 100 { undoSteps.removeFirst() }
  }

  // MARK: - Results

  mutating func handle(_ message: CaptionMessage) -> [Effect] {
    switch message {
    case .engineReady(let weights): engine = .ready(weights)
    case .engineFailed(let reason): engine = .failed(reason)
    case .stage(let path, let stage): if work?.job.path == path { work?.stage = stage }
    case .done(let job, let captions): take(captions, of: job)
    case .failed(let job, let reason):
      if work?.job == job { work = nil }
      notice = Notice(kind: .error, text: reason)
    case .cancelled(let job):
      if work?.job == job {
        work = nil
        inform("stopped")
      }
    }
    return []
  }

  /// Results of settings that have changed since are not shown: newer ones are on their way.
  private mutating func take(_ captions: [Caption], of job: CaptionJob) {
    guard work?.job == job else { return }
    work = nil
    guard !captions.isEmpty else {
      notice = Notice(kind: .error, text: "the network drew no caption")
      return
    }
    var record = CaptionRecord(settings: job.settings, captions: captions)
    if let before = records[job.path] {
      if !before.edits.isEmpty, undoSteps.last?.record != before, photo?.path == job.path { remember("drawing anew") }
      record.choose(before.chosen)
      record.word = before.word
    }
    records[job.path] = record
  }
}
