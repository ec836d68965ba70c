import Captioning
import PhotoLibrary

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
    guard let photo, let record, let drawn = record.caption else {
      inform("no caption to write yet: Enter draws some")
      return []
    }
    guard case .ready(let weights) = captions.engine else { return [] }
    let origin = CaptionOrigin(
      text: record.current.text, isHuman: record.current.edit != nil, drawn: drawn, weights: weights)
    return [.writeSidecar(SidecarWriteRequest(photo: photo.path, origin: origin, replaces: replaces))]
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
    case .sidecar(let outcome): take(outcome)
    case .sidecarsRead(let part): if sidecars.take(part) { photos.note(part.entries) }
    case .failed(let reason): fail(reason)
    }
    return []
  }

  private mutating func take(_ outcome: SidecarOutcome) {
    switch outcome {
    case .wrote(let text, let name, let change):
      photos.note(change.photo) { $0.sidecar = text }
      sidecars.see(change.photo)
      if change.from != change.to { remember("writing \(name)", .sidecar(change), of: change.photo) }
      inform("wrote \(name)")
    case .changed(let change, let text, let name, let isRedo):
      photos.note(change.photo) { $0.sidecar = text }
      noteWriting(change, name, isRedo: isRedo)
    case .exists(let path, let name, let isHuman):
      guard prompt == nil, photo?.path == path else { return warn("\(name) is there already: w again replaces it") }
      let what = isHuman ? "\(name) was written by hand" : "\(name) is there already"
      prompt = .confirm(
        Confirmation(question: "\(what): y or w again replaces it", action: .replaceSidecar(photo: path)))
    case .failed(let reason): fail(reason)
    }
  }
}
