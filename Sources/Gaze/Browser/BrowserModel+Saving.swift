/// Editing, undoing and writing files.
extension BrowserModel {
  /// - Returns: nil when the action is not about keeping something.
  mutating func save(_ action: Action) -> [Effect]? {
    switch action {
    case .edit: edit()
    case .undo: return undo()
    case .write: return write()
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
      records[path] = step.record
      if let index = photos.firstIndex(where: { $0.path == path }) { effects += select(index) }
    }
    settings = step.settings
    if record == nil { (pane, isComparing) = (.photos, false) }
    inform("undid \(step.label)")
    return effects
  }

  private mutating func write() -> [Effect] {
    guard let photo, let record else {
      inform("no caption to write yet: Enter draws some")
      return []
    }
    let replaces = mayReplaceSidecarOf == photo.path
    mayReplaceSidecarOf = nil
    return [
      .writeSidecar(SidecarRequest(photo: photo.path, text: record.text(record.chosen), replaces: replaces))
    ]
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
    case .wroteSidecar(let photo, let text, let name):
      note(photo) { $0.sidecar = text }
      inform("wrote \(name)")
    case .sidecarExists(let photo, let name):
      mayReplaceSidecarOf = photo
      warn("\(name) is there already: w again replaces it")
    case .failed(let reason): notice = Notice(kind: .error, text: reason)
    }
  }
}
