import Captioning

/// Captions: asking for them, and what comes back.
extension BrowserModel {
  mutating func captionSelected() -> [Effect] {
    if views.isComparing {
      views.toggleComparison()
      return []
    }
    guard let photo else {
      photos.captionFirst()
      return []
    }
    if photo.isFolder { return enterFolder() }
    if case .unreadable(let reason) = photo.status {
      warn("cannot be captioned: \(reason)")
      return []
    }
    if case .failed(let reason) = captions.engine { fail(reason) }
    let (settings, label) = (captions.settings, "drawing anew")
    if record == nil, let author = photo.sidecar?.author, author.isPersons {
      let question = "Its text file was \(author.inWords). Draw captions?"
      prompt = .confirm(Confirmation(question: question, action: .draw(photo: photo.path, settings, label: label)))
      return []
    }
    return asksBeforeDrawing(settings, label) ? [] : draw(settings)
  }

  /// Asks before what a person wrote among the selected photo's captions is drawn over.
  /// - Returns: whether there is something.
  mutating func asksBeforeDrawing(_ settings: DecodingSettings, _ label: String) -> Bool {
    guard let photo, let record, record.hasEditsToLose else { return false }
    let isEdited = record.entries.contains { $0.edit != nil }
    prompt = .confirm(
      Confirmation(
        question: isEdited ? "Draw over your edit?" : "It was written by hand. Draw over it?",
        action: .draw(photo: photo.path, settings, label: label)))
    return true
  }

  /// Draws the selected photo's captions.
  mutating func draw(_ settings: DecodingSettings) -> [Effect] {
    guard let photo else { return [] }
    captions.settings = settings
    playback = nil
    return begin(CaptionJob(path: photo.path, settings: settings))
  }

  mutating func begin(_ asked: CaptionJob) -> [Effect] {
    var job = asked
    if !job.retold.isEmpty || job.isOfNetworks { job.maps = captions.maps }
    captions.begin(job)
    return [.caption(job)]
  }

  /// While captions are compared, asks for those of greedy and beam that are not there yet.
  mutating func requestReferences() -> [Effect] {
    guard views.isComparing, captions.asked == nil, let photo, let record, let settings = record.settings else {
      return []
    }
    let missing = record.missingReferences(beamWidth: Captions.beamWidth)
    guard !missing.isEmpty else { return [] }
    return begin(CaptionJob(path: photo.path, settings: settings, references: missing))
  }

  /// Shows one of the selected photo's captions, the nearest there is.
  mutating func choose(_ index: Int) {
    guard let photo, let record, record.entries.indices.contains(index) else { return }
    let word = views.isComparing ? record.wordBeside(index) : nil
    captions.change(photo.path) { $0.choose(index, word: word) }
    playback = nil
  }

  // MARK: - Results

  mutating func handle(_ message: CaptionMessage, now: Int) -> [Effect] {
    switch message {
    case .engineReady(let weights, let words, let maps): begin(with: weights, words: words, maps: maps)
    case .engineFailed(let reason): captions.engine = .failed(reason)
    case .stage(let path, let stage): captions.reach(stage, on: path)
    case .progress(let path, let share): captions.note(share, on: path)
    case .done(let job, let drawn): return take(drawn, of: job, now: now) + goOnInQueue()
    case .failed(let job, let reason):
      if captions.end(job) { noteFailure(reason, of: job, now: now) }
      return goOnInQueue()
    case .cancelled(let job):
      if captions.end(job) {
        // A stop that came late, of the same job asked for again: it is still to be done.
        if job.isQueued {
          captions.queue?.putBack(job.path)
        } else if !job.isOfNetworks {
          inform("stopped")
        }
      }
      return goOnInQueue()
    }
    return []
  }

  private mutating func begin(with weights: WeightsIdentity, words: Int, maps: MapKind) {
    if captions.engine == .loading { captions.maps.kind = maps }
    (captions.engine, captions.words) = (.ready(weights), words)
    guard captions.settings.topK > words else { return }
    captions.settings.topK = words
    warn("k is \(words) now: the network knows no more words")
  }

  private mutating func noteFailure(_ reason: String, of job: CaptionJob, now: Int) {
    if case .failed = captions.engine {
      // The photo is not to blame, and the next one would fare no better.
      _ = captions.stopQueue()
      rememberReplaced()
      fail(reason)
    } else if case .network(let network, let text) = job.question {
      note(.failed(reason), of: network, text, job)
    } else if job.question != nil {
      fail(reason)
    } else {
      captions.noteFailure(reason, of: job.path)
      if job.isQueued { captions.queue?.noteEnd(isFailure: true, now: now) } else { fail(reason) }
    }
  }

  private mutating func take(_ drawn: [Caption], of job: CaptionJob, now: Int) -> [Effect] {
    guard captions.end(job) else { return [] }
    guard !drawn.isEmpty else {
      noteFailure("the network drew no caption", of: job, now: now)
      return []
    }
    if let question = job.question {
      take(drawn, of: question, job)
      return []
    }
    captions.noteFailure(nil, of: job.path)
    if job.isQueued {
      takeQueued(drawn, of: job, now: now)
      return []
    }
    guard job.retold.isEmpty else {
      captions.change(job.path) { $0.retell(job.retold, as: drawn) }
      return photo?.path == job.path && job.maps == captions.maps ? retellOthers() : []
    }
    if let text = job.text {
      take(CaptionRecord.Entry.Reading(text: text, caption: drawn[0]), of: job.path)
      return []
    }
    guard job.references.isEmpty else {
      captions.change(job.path) { $0.addReferences(drawn) }
      return []
    }
    guard var record = captions[job.path] else {
      captions.put(CaptionRecord(settings: job.settings, captions: drawn), for: job.path)
      return requestReferences()
    }
    // What the user pinned is left for what is drawn next, which is what they want to see beside it.
    var isLeft = record.current.origin == .pinned
    // What was written while these were drawn is kept; drawing over what was written before has been agreed to.
    record.pinEdits()
    if case .edit(let edit) = prompt, edit.path == job.path, case .caption(let id) = edit.subject,
      let index = record.index(of: id)
    {
      record.pin(index, true)
      isLeft = false
    }
    record.replaceDrawn(with: drawn, settings: job.settings, choosing: isLeft)
    captions.put(record, for: job.path)
    return requestReferences()
  }
}
