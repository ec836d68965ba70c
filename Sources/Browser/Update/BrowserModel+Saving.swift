import Captioning
import PhotoLibrary

/// Editing and writing files.
extension BrowserModel {
  /// - Returns: nil when the action is not about keeping something.
  mutating func save(_ action: Action) -> [Effect]? {
    switch action {
    case .edit: edit()
    case .undo: return undo()
    case .redo: return redo()
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
    case .sidecar(let outcome): take(outcome)
    case .sidecarsRead(let part): take(part)
    case .failed(let reason): notice = Notice(kind: .error, text: reason)
    }
  }

  private mutating func take(_ outcome: SidecarOutcome) {
    switch outcome {
    case .wrote(let text, let name, let change):
      note(change.photo) { $0.sidecar = text }
      sidecars.insert(change.photo)
      if change.from != change.to { remember("writing \(name)", .sidecar(change), of: change.photo) }
      inform("wrote \(name)")
    case .changed(let change, let text, let name, let isRedo):
      note(change.photo) { $0.sidecar = text }
      let label = "writing \(name)"
      // Both stacks hold what was done, not how it is taken back.
      let done = UndoStep(label: label, path: change.photo, change: .sidecar(isRedo ? change : change.inverse))
      if isRedo { undoSteps.append(done) } else { redoSteps.append(done) }
      inform("\(isRedo ? "did" : "undid") \(label)\(isRedo ? " again" : "")")
    case .exists(let path, let name, let isHuman):
      guard prompt == nil, photo?.path == path else { return warn("\(name) is there already: w again replaces it") }
      let what = isHuman ? "\(name) was written by hand" : "\(name) is there already"
      prompt = .confirm(
        Confirmation(question: "\(what): y or w again replaces it", deed: .replaceSidecar(photo: path)))
    case .failed(let reason): notice = Notice(kind: .error, text: reason)
    }
  }
}
