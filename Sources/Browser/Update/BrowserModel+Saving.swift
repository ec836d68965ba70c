import Captioning
import PhotoLibrary
import SystemPackage

/// Writing files.
extension BrowserModel {
  /// - Returns: nil when the action is not about keeping something.
  mutating func save(_ action: Action) -> [Effect]? {
    switch action {
    case .edit: beginEdit()
    case .rewrite(let text): rewriteChosen(as: text)
    case .undo: return undo()
    case .redo: return redo()
    case .write: return writeSidecar(replaces: false)
    case .export: return export()
    default: return nil
    }
    return []
  }

  /// - Parameter replaces: whether a sidecar that says something else may go.
  mutating func writeSidecar(replaces: Bool) -> [Effect] {
    guard let photo, let record else {
      inform("no caption to write yet: Enter draws some")
      return []
    }
    return writeRequest(photo.path, record.current, replaces: replaces).map { [.writeSidecar($0)] } ?? []
  }

  /// What writing a caption asks for; nil while nobody knows whose weights drew it.
  func writeRequest(_ path: FilePath, _ entry: CaptionRecord.Entry, replaces: Bool) -> SidecarWriteRequest? {
    var origin = CaptionOrigin(text: entry.text, isHuman: entry.isByHand)
    if let drawn = entry.caption {
      guard case .ready(let weights) = captions.engine else { return nil }
      origin = CaptionOrigin(text: entry.text, isHuman: entry.isByHand, drawn: drawn, weights: weights)
    }
    return SidecarWriteRequest(photo: path, origin: origin, replaces: replaces, source: entry.foundText)
  }

  private mutating func export() -> [Effect] {
    guard let photo, let caption = record?.caption else {
      inform("no attention to export yet: Enter draws a caption")
      return []
    }
    guard case .ready(let weights) = captions.engine else { return [] }
    return [
      .export(
        ExportRequest(
          photo: photo.path, name: photo.name, caption: caption, weights: weights, look: appearance.look))
    ]
  }

  mutating func handle(_ message: FileMessage) -> [Effect] {
    switch message {
    case .wrote(let name): inform("wrote \(name)")
    case .sidecar(let outcome): return take(outcome)
    case .sidecarsRead(let part): if sidecars.take(part) { photos.note(part.entries) }
    case .recovered(let edits): offer(edits)
    case .failed(let reason): fail(reason)
    }
    return []
  }

  private mutating func take(_ outcome: SidecarOutcome) -> [Effect] {
    switch outcome {
    case .wrote(let text, let name, let change):
      photos.note(change.photo) { $0.sidecar = text }
      sidecars.see(change.photo)
      if change.from != change.to { remember("writing \(name)", .sidecar(change), of: change.photo) }
      captions.change(change.photo) { $0.note(text.text, isWritten: true) }
      inform("wrote \(name)")
      noteWritten(change.photo)
    case .changed(let change, let text, let name, let isRedo):
      let before = photos.place(of: change.photo).flatMap { photos[$0].sidecar?.text }
      photos.note(change.photo) { $0.sidecar = text }
      captions.change(change.photo) { record in
        if let before { record.note(before, isWritten: false) }
        if let text { record.note(text.text, isWritten: true) }
      }
      noteWriting(change, name, isRedo: isRedo)
    case .exists(let path, let name, let isHuman):
      // On the way out, what is in the way is shown and asked about.
      let effects = session == .browsing ? [] : select(path: path)
      stay()
      guard prompt == nil, photo?.path == path else {
        warn("\(name) is there already: w again replaces it")
        return effects
      }
      let what = isHuman ? "\(name) was written by hand" : "\(name) is there already"
      prompt = .confirm(
        Confirmation(question: "\(what): y or w again replaces it", action: .replaceSidecar(photo: path)))
      return effects
    case .failed(_, let reason):
      stay()
      fail(reason)
    }
    return []
  }
}
