import Files
import PhotoLibrary
import SystemPackage

/// Steps back, and the way out, on which nothing the user wrote is lost.
extension BrowserModel {
  /// One step back out of what is open. Never out of the program.
  mutating func goBack() -> [Effect] {
    if captions.asked != nil { return [.cancelCaption] }
    if saving != nil {
      stopSaving()
    } else if playback != nil {
      playback = nil
    } else if views.isComparing {
      views.toggleComparison()
    } else if views.isZoomed {
      views.toggleZoom()
    } else if views.pane == .captions {
      views.focus(.photos)
    } else if views.isFilmstrip {
      views.toggleFilmstrip()
    } else if captions.queue?.isRunning == true {
      return drawMany(.stopCaptioning, now: 0) ?? []
    } else if search != .none {
      search = .none
    } else if filter != .all {
      return show(.all)
    } else if record?.current.origin == .pinned {
      pin()
    } else {
      inform("q leaves")
    }
    return []
  }

  /// Leaves the program; asks where edits are not written.
  mutating func leave() -> [Effect] {
    let (edits, count) = (captions.unwritten.count, unwrittenPhotos.count)
    guard count > 0 else {
      session = .over
      return []
    }
    let one = edits == count ? "An edit" : "A caption"
    let what = count == 1 ? "\(one) is" : "\(count) \(edits == count ? "edits" : "captions") are"
    prompt = .confirm(Confirmation(question: "\(what) not written.", action: .leave))
    return []
  }

  /// Ctrl-C leaves as q does, with what is being typed kept; pressed once more, at once, and edits stay kept for the next
  /// run.
  mutating func interrupt() -> [Effect] {
    switch prompt {
    case .confirm(let confirmation) where confirmation.action == .leave:
      session = .over
      return []
    case .edit(let edit): end(edit)
    default: prompt = nil
    }
    return leave()
  }

  /// Leaves without what is not written.
  mutating func leaveEdits() -> [Effect] {
    session = .over
    return [.keepEdits([])]
  }

  /// Writes what is not written, then leaves.
  mutating func writeEditsAndLeave() -> [Effect] {
    saving = nil
    let requests = unwrittenPhotos.compactMap { path -> SidecarWriteRequest? in
      guard let record = captions[path] else { return nil }
      if let edit = record.unwritten { return writeRequest(path, edit, replaces: false) }
      let there = photos.item(path)?.sidecar
      return writeRequest(
        path, record.current, replaces: false, over: there?.author == .machine ? there?.text : nil)
    }
    guard !requests.isEmpty else {
      fail("nothing can be written before the weights are loaded")
      return []
    }
    session = .leaving(writing: Set(requests.map(\.photo)))
    return requests.map { .writeSidecar($0) }
  }

  /// Photos with words of the user's, or captions drawn with many, that are not written.
  private var unwrittenPhotos: [FilePath] {
    Set(captions.unwritten.map(\.image)).union(captions.queued).sorted { FileName.text($0) < FileName.text($1) }
  }

  /// Notes that an edit was written while the program is being left; once all are, it is.
  mutating func noteWritten(_ photo: FilePath) {
    guard case .leaving(var photos) = session else { return }
    photos.remove(photo)
    session = photos.isEmpty ? .over : .leaving(writing: photos)
  }

  /// What could not be written keeps the program open.
  mutating func stay() { if session != .over { session = .browsing } }

  // MARK: - Edits outlive the program

  /// Has edits that are not written kept for a later run, whenever they change.
  mutating func keepUnwrittenEdits() -> [Effect] { takeUnwrittenEdits().map { [.keepEdits($0)] } ?? [] }

  /// Asks whether edits of an earlier run shall be taken back.
  mutating func offer(_ edits: [UnwrittenEdit]) {
    // Whoever types already is asked at the next start.
    guard !edits.isEmpty, prompt == nil else { return }
    let what = edits.count == 1 ? "An edit was" : "\(edits.count) edits were"
    prompt = .confirm(Confirmation(question: "\(what) not written last time.", action: .recover(edits)))
  }

  /// Takes edits of an earlier run back as captions of their photos.
  mutating func recover(_ edits: [UnwrittenEdit]) -> [Effect] {
    for edit in edits {
      var record = captions[edit.image] ?? CaptionRecord(text: edit.source, author: .unknown)
      let words = CaptionRecord.Entry.Edit(text: edit.text)
      if captions[edit.image] == nil { record.edit(0, words) } else { record.add(words, to: edit.source) }
      captions.put(record, for: edit.image)
    }
    let place = edits.first.map { placeText(of: $0.image) } ?? ""
    inform(edits.count == 1 ? "the edit\(place) is back: w writes it" : "\(edits.count) edits are back: w writes them")
    // Names may still be being read where the question is answered at once.
    if let first = edits.first { photos.selectOnceRead(first.image) }
    // They are kept as this run's before those of the earlier one go.
    return select(path: edits.first?.image) + keepUnwrittenEdits() + [.forgetFoundEdits]
  }
}
