import Captioning

/// Editing, undoing and writing files.
extension BrowserModel {
  /// - Returns: nil when the action is not about keeping something.
  mutating func save(_ action: Action) -> [Effect]? {
    switch action {
    case .edit: edit()
    case .undo: return undo()
    case .write: return writeSidecar(replaces: false)
    case .export: return export()
    default: return nil
    }
    return []
  }

  private mutating func edit() {
    guard let record else {
      inform("no caption to edit yet: Enter draws some")
      return
    }
    nextWordAt = nil
    prompt = .edit(LineEditor(record.text(record.chosen)))
  }

  /// Keeps what the user wrote; nothing, or the network's own words, takes an edit back.
  mutating func endEdit(_ text: String) {
    prompt = nil
    guard let photo, let record else { return }
    let trimmed = text.split(separator: " ").joined(separator: " ")
    guard trimmed != record.text(record.chosen) else { return }
    remember("the edit")
    let isOwn = trimmed.isEmpty || trimmed == record.caption.text
    records[photo.path]?.edit(record.chosen, isOwn ? nil : trimmed)
    inform(isOwn ? "the network's own caption is back" : "edited by hand: w writes it")
  }

  /// Keeps the present for `u`.
  mutating func remember(_ label: String) {
    undoSteps.append(UndoStep(label: label, path: photo?.path, record: record, settings: settings))
    if undoSteps.count > 100 { undoSteps.removeFirst() }
  }

  private mutating func undo() -> [Effect] {
    guard let step = undoSteps.popLast() else {
      inform("nothing to undo")
      return []
    }
    var effects: [Effect] = []
    if let path = step.path {
      if work?.job.path == path {
        work = nil
        effects.append(.cancelCaption)
      }
      // Captions drawn since by a photo that had none stay: only the settings were changed.
      if let record = step.record {
        records[path] = record
        records[path]?.rank(isRanked)
      }
      if let index = photos.firstIndex(where: { $0.path == path }) { effects += select(index) }
    }
    settings = step.settings
    if record == nil { (pane, isComparing) = (.photos, false) }
    inform("undid \(step.label)")
    return effects
  }

  /// - Parameter replaces: whether a sidecar that says something else may go.
  mutating func writeSidecar(replaces: Bool) -> [Effect] {
    guard let photo, let record else {
      inform("no caption to write yet: Enter draws some")
      return []
    }
    guard case .ready(let weights) = engine else { return [] }
    let origin = CaptionOrigin(
      text: record.text(record.chosen), isHuman: record.entries[record.chosen].edit != nil, drawn: record.caption,
      weights: weights)
    return [.writeSidecar(SidecarRequest(photo: photo.path, origin: origin, replaces: replaces))]
  }

  private mutating func export() -> [Effect] {
    guard let photo, let record else {
      inform("no attention to export yet: Enter draws a caption")
      return []
    }
    guard case .ready(let weights) = engine else { return [] }
    return [
      .export(ExportRequest(photo: photo.path, name: photo.name, caption: record.caption, weights: weights, look: look))
    ]
  }

  mutating func handle(_ message: FileMessage) {
    switch message {
    case .wrote(let name): inform("wrote \(name)")
    case .originRead(let photo, let isHuman): note(photo) { $0.isSidecarHuman = isHuman }
    case .wroteSidecar(let photo, let text, let isHuman, let name):
      note(photo) {
        $0.sidecar = text
        $0.isSidecarHuman = isHuman
      }
      inform("wrote \(name)")
    case .sidecarExists(let path, let name, let isHuman):
      guard prompt == nil, photo?.path == path else { return warn("\(name) is there already: w again replaces it") }
      let what = isHuman ? "\(name) was written by hand" : "\(name) is there already"
      prompt = .confirm(
        Confirmation(question: "\(what): y or w again replaces it", deed: .replaceSidecar(photo: path)))
    case .failed(let reason): notice = Notice(kind: .error, text: reason)
    }
  }
}
