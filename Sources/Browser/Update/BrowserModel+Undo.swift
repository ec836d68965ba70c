import Captioning
import PhotoLibrary

/// What `u` brings back, or `U` does again.
struct UndoStep: Sendable, Equatable {
  enum Change: Sendable, Equatable {
    /// The captions of a photo and the settings; nil captions stand for none.
    case captions(CaptionRecord?, DecodingSettings)
    /// The files beside a photo.
    case sidecar(SidecarChange)
  }

  let label: String
  let path: String?
  let change: Change
}

/// Undoing, and doing again what was undone.
extension BrowserModel {
  /// Keeps the selected photo's captions and the settings as they are now for `u`.
  mutating func remember(_ label: String) { remember(label, .captions(record, settings), of: photo?.path) }

  mutating func remember(_ label: String, _ change: UndoStep.Change, of path: String?) {
    undoSteps.append(UndoStep(label: label, path: path, change: change))
    if undoSteps.count > 100 { undoSteps.removeFirst() }
    // What was undone no longer follows from what there is.
    redoSteps = []
  }

  mutating func undo() -> [Effect] {
    guard let step = undoSteps.popLast() else {
      inform("nothing to undo")
      return []
    }
    switch step.change {
    case .sidecar(let change): return select(path: step.path) + [.changeSidecar(change.inverse, isRedo: false)]
    case .captions(let record, let settings):
      redoSteps.append(present(of: step))
      let effects = bringBack(record, settings, of: step.path)
      inform("undid \(step.label)")
      return effects
    }
  }

  mutating func redo() -> [Effect] {
    guard let step = redoSteps.popLast() else {
      inform("nothing to do again")
      return []
    }
    switch step.change {
    case .sidecar(let change): return select(path: step.path) + [.changeSidecar(change, isRedo: true)]
    case .captions(let record, let settings):
      undoSteps.append(present(of: step))
      var effects = bringBack(record, settings, of: step.path)
      // It was undone before its captions were there.
      if let record, record.settings != settings, !record.hasEditsToLose { effects += draw(settings) }
      inform("did \(step.label) again")
      return effects
    }
  }

  /// What a step changes, as it is now.
  private func present(of step: UndoStep) -> UndoStep {
    let record = step.path.flatMap { records[$0] }
    return UndoStep(label: step.label, path: step.path, change: .captions(record, settings))
  }

  private mutating func bringBack(
    _ record: CaptionRecord?, _ settings: DecodingSettings, of path: String?
  ) -> [Effect] {
    var effects: [Effect] = []
    if let path {
      if work?.job.path == path {
        work = nil
        effects.append(.cancelCaption)
      }
      // Captions drawn since by a photo that had none stay: only the settings were changed.
      if let record {
        records[path] = record
        records[path]?.rank(isRanked)
      }
    }
    effects += select(path: path)
    self.settings = settings
    if self.record == nil { (pane, isComparing) = (.photos, false) }
    return effects
  }

  private mutating func select(path: String?) -> [Effect] { path.flatMap { places[$0] }.map { select($0) } ?? [] }
}
