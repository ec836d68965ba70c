import Captioning

/// Captions: asking for them, changing how they are drawn, and what comes back.
extension BrowserModel {
  static let beamWidth = 5
  static let temperatures: ClosedRange<Float> = 0.1...5
  static let largestTopK = 1000
  static let mostSamples = 50

  /// - Returns: nil when the action is not about drawing captions.
  mutating func decode(_ action: Action) -> [Effect]? {
    switch action {
    case .caption: return captionSelected()
    case .lessTopK: return redraw("top-k") { $0.topK = max(1, $0.topK - 1) }
    case .moreTopK: return redraw("top-k") { $0.topK = min(Self.largestTopK, $0.topK + 1) }
    case .cooler: return redraw("temperature") { $0.temperature = Self.temperature($0.temperature, by: -1) }
    case .warmer: return redraw("temperature") { $0.temperature = Self.temperature($0.temperature, by: 1) }
    case .sampleAgain: return sampleAgain()
    case .seed: prompt = .seed(LineEditor())
    case .fewerSamples: return changeSamples(by: -1)
    case .moreSamples: return changeSamples(by: 1)
    case .mode: return redraw("the mode") { $0.mode = Self.next($0.mode) }
    case .pick(let index): return chooseSample(index)
    default: return nil
    }
    return []
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

  mutating func captionSelected() -> [Effect] {
    if isComparing {
      isComparing = false
      return []
    }
    guard let photo else {
      captionsFirst = isScanning
      return []
    }
    if photo.isFolder { return enter(photo) }
    if case .unreadable(let reason) = photo.status {
      warn("cannot be captioned: \(reason)")
      return []
    }
    if case .failed(let reason) = engine { notice = Notice(kind: .error, text: reason) }
    if record?.hasEditsToLose == true {
      confirmDrawing(settings, "drawing anew")
      return []
    }
    return draw(settings)
  }

  /// The next seeds: each caption uses one.
  private mutating func sampleAgain() -> [Effect] {
    guard settings.mode == .sample else {
      inform("greedy and beam have one outcome: d goes back to sampling")
      return []
    }
    let step = UInt64(max(1, settings.samples))
    let effects = redraw("sampling") { $0.seed &+= step }
    return effects.isEmpty && prompt == nil ? captionSelected() : effects
  }

  /// One caption more or less or, searching by beam, one sentence kept more or less.
  private mutating func changeSamples(by step: Int) -> [Effect] {
    func changed(_ count: Int) -> Int { min(max(1, count + step), Self.mostSamples) }
    switch settings.mode {
    case .sample: return redraw("the number of samples") { $0.samples = changed($0.samples) }
    case .beam(let width): return redraw("the beam's width") { $0.mode = .beam(width: changed(width)) }
    case .greedy:
      inform("greedy has one outcome: d goes on to beam")
      return []
    }
  }

  /// Sets the first caption's seed as typed.
  mutating func endSeed(_ text: String) -> [Effect] {
    prompt = nil
    guard !text.isEmpty else { return [] }
    guard let seed = UInt64(text) else {
      warn("'\(text)' is no seed: expected a whole number from 0 to \(UInt64.max)")
      return []
    }
    return redraw("the seed") { $0.seed = seed }
  }

  /// Changes the settings and draws the selected photo's captions anew, from its encoded grid; asks first where that
  /// would lose an edited caption.
  mutating func redraw(_ label: String, _ change: (inout DecodingSettings) -> Void) -> [Effect] {
    var changed = settings
    change(&changed)
    guard changed != settings else { return [] }
    if record?.hasEditsToLose == true {
      confirmDrawing(changed, label)
      return []
    }
    remember(label)
    settings = changed
    guard let photo, record != nil || work?.job.path == photo.path else { return [] }
    return draw(settings)
  }

  /// Draws the selected photo's captions.
  mutating func draw(_ settings: DecodingSettings) -> [Effect] {
    guard let photo else { return [] }
    self.settings = settings
    nextWordAt = nil
    return begin(CaptionJob(path: photo.path, settings: settings))
  }

  mutating func begin(_ job: CaptionJob) -> [Effect] {
    let known = records[job.path] != nil
    // A photo that is being encoded stays at that; only what follows changes.
    let stage = work?.job.path == job.path ? work!.stage : known ? .decoding : .encoding
    work = Work(job: job, stage: stage)
    return [.caption(job)]
  }

  mutating func chooseSample(_ index: Int) -> [Effect] {
    guard let photo, let record, record.entries.indices.contains(index) else { return [] }
    let word = isComparing ? record.wordBeside(index) : nil
    records[photo.path]?.choose(index)
    if let word { records[photo.path]?.word = word }
    nextWordAt = nil
    return []
  }

  // MARK: - Results

  mutating func handle(_ message: CaptionMessage) -> [Effect] {
    switch message {
    case .engineReady(let weights): engine = .ready(weights)
    case .engineFailed(let reason): engine = .failed(reason)
    case .stage(let path, let stage): if work?.job.path == path { work?.stage = stage }
    case .done(let job, let captions): return take(captions, of: job)
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
  private mutating func take(_ captions: [Caption], of job: CaptionJob) -> [Effect] {
    guard work?.job == job else { return [] }
    work = nil
    guard !captions.isEmpty else {
      notice = Notice(kind: .error, text: "the network drew no caption")
      return []
    }
    guard job.references.isEmpty else {
      records[job.path]?.addReferences(captions)
      return []
    }
    guard var record = records[job.path] else {
      records[job.path] = CaptionRecord(settings: job.settings, captions: captions, isRanked: isRanked)
      return wantReferences()
    }
    // What was written while these were drawn is kept; drawing over what was written before has been agreed to.
    record.pinEdits()
    if case .edit = prompt, photo?.path == job.path { record.pin(true) }
    record.replaceDrawn(with: captions, settings: job.settings)
    records[job.path] = record
    return wantReferences()
  }
}
