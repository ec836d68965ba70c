import Captioning
import PhotoLibrary
import SystemPackage

/// Undoing, and doing again what was undone.
extension BrowserModel {
  /// Keeps the selected photo's captions and the settings as they are now for `u`.
  mutating func remember(_ label: String) { remember(label, .captions(record, captions.settings), of: photo?.path) }

  mutating func remember(_ label: String, _ change: UndoStep.Change, of path: FilePath?) {
    rememberReplaced()
    history.remember(UndoStep(label: label, path: path, change: change))
  }

  /// Keeps for `u` what captioning many has drawn over so far, as one step; what is done after it comes after it.
  mutating func rememberReplaced() {
    guard let replaced = captions.queue?.takeReplaced(), replaced.count > 0 else { return }
    let photos = replaced.count == 1 ? "1 photo" : "\(replaced.count) photos"
    history.remember(UndoStep(label: "captioning \(photos) anew", path: nil, change: .manyCaptions(replaced)))
  }

  mutating func undo() -> [Effect] {
    guard saving == nil else {
      inform("files are being written")
      return []
    }
    guard let step = history.takeDone() else {
      inform("nothing to undo")
      return []
    }
    switch step.change {
    case .sidecar(let change): return select(path: step.path) + [.changeSidecar(change.inverse, isRedo: false)]
    case .sidecars(let changes):
      return begin(GroupSaving(.undoing, changes.reversed().map { .changeSidecar($0.inverse, isRedo: false) }))
    case .manyCaptions(let replaced):
      history.noteUndone(present(of: step, replaced))
      inform("undid \(step.label)")
      return bringBack(replaced)
    case .captions(let record, let settings):
      history.noteUndone(present(of: step))
      let effects = bringBack(record, settings, of: step.path)
      inform("undid \(step.label)\(placeText(of: step.path))")
      return effects
    }
  }

  mutating func redo() -> [Effect] {
    guard saving == nil else {
      inform("files are being written")
      return []
    }
    guard let step = history.takeUndone() else {
      inform("nothing to do again")
      return []
    }
    switch step.change {
    case .sidecar(let change): return select(path: step.path) + [.changeSidecar(change, isRedo: true)]
    case .sidecars(let changes):
      return begin(GroupSaving(.redoing, changes.map { .changeSidecar($0, isRedo: true) }))
    case .manyCaptions(let replaced):
      history.noteDoneAgain(present(of: step, replaced))
      inform("did \(step.label) again")
      return bringBack(replaced)
    case .captions(let record, let settings):
      history.noteDoneAgain(present(of: step))
      var effects = bringBack(record, settings, of: step.path)
      // It was undone before its captions were there.
      if let record, record.settings != settings, !record.hasEditsToLose { effects += draw(settings) }
      inform("did \(step.label)\(placeText(of: step.path)) again")
      return effects
    }
  }

  /// Notes that a written sidecar was taken back or, with `isRedo`, written again.
  mutating func noteWriting(_ change: SidecarChange, _ name: String, isRedo: Bool) {
    let label = "writing \(name)"
    let step = UndoStep(label: label, path: change.photo, change: .sidecar(isRedo ? change : change.inverse))
    if isRedo { history.noteDoneAgain(step) } else { history.noteUndone(step) }
    inform("\(isRedo ? "did" : "undid") \(label)\(isRedo ? " again" : "")")
  }

  /// Which photo something was done to, where that is not listed.
  func placeText(of path: FilePath?) -> String {
    guard let path, photos.place(of: path) == nil else { return "" }
    return " of \(FolderTitle.of([path]))"
  }

  /// What a step changes, as it is now.
  private func present(of step: UndoStep) -> UndoStep {
    let record = step.path.flatMap { captions[$0] }
    return UndoStep(label: step.label, path: step.path, change: .captions(record, captions.settings))
  }

  private func present(of step: UndoStep, _ replaced: ReplacedCaptions) -> UndoStep {
    var present = ReplacedCaptions()
    for path in replaced.photos.keys { present[path] = captions.replaceable(path) }
    return UndoStep(label: step.label, path: nil, change: .manyCaptions(present))
  }

  private mutating func bringBack(_ replaced: ReplacedCaptions) -> [Effect] {
    var effects: [Effect] = []
    for (path, before) in replaced.photos {
      effects += stopWork(on: path)
      captions.put(before.record, for: path)
      captions.noteQueued(path, isWritten: !before.isUnwritten)
    }
    return effects
  }

  /// Ends what is being drawn for a photo: its captions are to be others.
  private mutating func stopWork(on path: FilePath) -> [Effect] {
    captions.queue?.forgetReplaced(path)
    guard let work = captions.work, work.job.path == path, captions.end(work.job) else { return [] }
    return [.cancelCaption]
  }

  private mutating func bringBack(
    _ record: CaptionRecord?, _ settings: DecodingSettings, of path: FilePath?
  ) -> [Effect] {
    var effects: [Effect] = []
    if let path {
      effects += stopWork(on: path)
      // Captions drawn since by a photo that had none stay: only the settings were changed.
      if let record { captions.put(record, for: path) }
    }
    effects += select(path: path)
    captions.settings = settings
    if self.record == nil { views.closeCaptions() }
    return effects
  }
}
