import Captioning
import PhotoLibrary
import SystemPackage

/// Writing files.
extension BrowserModel {
  /// - Returns: nil when the action is not about keeping something.
  mutating func save(_ action: Action) -> [Effect]? {
    switch action {
    case .edit: beginEdit()
    case .rewrite(let text): return rewriteChosen(as: text)
    case .undo: return undo()
    case .redo: return redo()
    case .write: return writeSidecar(replaces: false)
    case .writeAll: return askToWriteAll()
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
    let current = record.current
    // Nobody here wrote or drew it: who did is told as well as it can be.
    if current.edit == nil, let found = current.foundText, found == photo.sidecar?.text {
      inform("already written: its text file says this")
      return []
    }
    return writeRequest(photo.path, current, replaces: replaces).map { [.writeSidecar($0)] } ?? []
  }

  /// What writing a caption asks for; nil while nobody knows whose weights drew it.
  /// - Parameter replaced: a text that may be replaced in any case, beside the one the caption was made from.
  func writeRequest(
    _ path: FilePath, _ entry: CaptionRecord.Entry, replaces: Bool, over replaced: String? = nil
  ) -> SidecarWriteRequest? {
    var origin = CaptionOrigin(text: entry.text, author: entry.author)
    if let drawn = entry.caption, !drawn.isRecited {
      guard case .ready(let weights) = captions.engine else { return nil }
      origin = CaptionOrigin(text: entry.text, author: entry.author, drawn: drawn, weights: weights)
    }
    return SidecarWriteRequest(
      photo: path, origin: origin, replaces: replaces, source: entry.foundText ?? replaced ?? entry.drawnText)
  }

  private mutating func export() -> [Effect] {
    if let effects = recall() {
      if notice == nil { inform("x again exports its attention, once it is shown") }
      return effects
    }
    guard let photo, let caption = record?.told else {
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
    case .exportExists(let request, let name, let isOne): ask(about: request, name, isOne: isOne)
    case .sidecarChanged(let path, let text): noteSidecar(of: path, text)
    case .sidecar(let outcome): return take(outcome)
    case .sidecarsRead(let part):
      guard sidecars.take(part) else { break }
      note(part)
      if filter != .all {
        applyFilter()
        return requestPictures()
      }
    case .settingsKept(let settings, let path): inform("kept in \(FolderTitle.of([path])): \(settings.inWords)")
    case .recovered(let edits): offer(edits)
    case .failed(let reason): fail(reason)
    }
    return []
  }

  /// Asks whether files of an earlier export may go. Who presses x a second time means it.
  private mutating func ask(about request: ExportRequest, _ name: String, isOne: Bool) {
    let (what, them) = ("\(name) \(isOne ? "is" : "are") there already", isOne ? "it" : "them")
    guard prompt == nil, photo?.path == request.photo else { return warn("\(what): x again replaces \(them)") }
    prompt = .confirm(Confirmation(question: "\(what). Replace \(them)?", action: .replaceExport(request)))
  }

  // MARK: - What is beside photos

  private mutating func note(_ part: SidecarPart) {
    photos.note(part.entries)
    for (place, text) in part.entries { captions.change(photos.listed(place).path) { $0.noteSidecar(text.text) } }
  }

  /// Notes what is beside a photo now; an edit that is no longer there is to be written again.
  mutating func noteSidecar(of path: FilePath, _ text: SidecarText?) {
    photos.note(path) { $0.sidecar = text }
    captions.change(path) { $0.noteSidecar(text?.text) }
    // A change is told once; it is looked at again from here.
    pictures.watchedSidecars = []
  }

  private mutating func take(_ outcome: SidecarOutcome) -> [Effect] {
    note(outcome)
    if let effects = takeFromGroup(outcome) { return effects }
    switch outcome {
    case .wrote(_, let name, let change):
      if change.from != change.to { remember("writing \(name)", .sidecar(change), of: change.photo) }
      inform("wrote \(name)")
      noteWritten(change.photo)
    case .changed(let change, _, let name, let isRedo): noteWriting(change, name, isRedo: isRedo)
    case .exists(let path, let name, let author):
      // On the way out, what is in the way is shown and asked about.
      let effects = session == .browsing ? [] : select(path: path)
      stay()
      guard prompt == nil, photo?.path == path else {
        warn("\(name) is there already: w again replaces it")
        return effects
      }
      let what = author.isPersons ? "\(name) was \(author.inWords)" : "\(name) is there already"
      prompt = .confirm(
        Confirmation(question: "\(what): y or w again replaces it", action: .replaceSidecar(photo: path)))
      return effects
    case .failed(_, let reason):
      stay()
      fail(reason)
    }
    return []
  }

  /// Notes what files say now.
  private mutating func note(_ outcome: SidecarOutcome) {
    switch outcome {
    case .wrote(let text, _, let change):
      photos.note(change.photo) { $0.sidecar = text }
      sidecars.see(change.photo)
      captions.change(change.photo) { $0.note(text.text, isWritten: true) }
      captions.noteQueued(change.photo, isWritten: true)
    case .changed(let change, let text, _, _):
      let before = photos.item(change.photo)?.sidecar?.text
      photos.note(change.photo) { $0.sidecar = text }
      captions.change(change.photo) { record in
        if let before { record.note(before, isWritten: false) }
        if let text { record.note(text.text, isWritten: true) }
      }
    case .exists, .failed: break
    }
  }
}
