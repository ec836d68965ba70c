import PhotoLibrary
import SystemPackage

/// Writing many captions, and taking that back.
extension BrowserModel {
  /// Asks whether the captions of the marked photos, or else all that are shown and in no file, shall be written.
  mutating func askToWriteAll() -> [Effect] {
    guard saving == nil else {
      inform("captions are being written")
      return []
    }
    let wanted =
      marked.isEmpty
      ? photos.filter { isOnlyHere($0) } : photos.listedImages.filter { marked.contains($0.path) && differs($0) }
    let requests = wanted.compactMap(writeRequest)
    guard !requests.isEmpty else {
      let reason = "nothing can be written before the weights are loaded"
      inform(wanted.isEmpty ? "no caption to write: all are written" : reason)
      return []
    }
    let replaced = wanted.count { $0.sidecar?.author == .machine }
    let what = requests.count == 1 ? "1 caption beside its photo" : "\(requests.count) captions beside their photos"
    let over = replaced == 0 ? "" : ", \(replaced) over \(replaced == 1 ? "one of a network" : "those of a network")"
    prompt = .confirm(Confirmation(question: "Write \(what)\(over)?", action: .writeAll(requests)))
    return []
  }

  /// Whether a photo's caption says something else than its text file.
  private func differs(_ photo: PhotoItem) -> Bool {
    guard let record = captions[photo.path] else { return false }
    return (record.unwritten ?? record.current).text != photo.sidecar?.text
  }

  /// Only what a network wrote is replaced, as it was when it was read.
  private func writeRequest(_ photo: PhotoItem) -> SidecarWriteRequest? {
    guard let record = captions[photo.path] else { return nil }
    let replaced = photo.sidecar.flatMap { $0.author == .machine ? $0.text : nil }
    return writeRequest(photo.path, record.unwritten ?? record.current, replaces: false, over: replaced)
  }

  mutating func begin(_ group: GroupSaving) -> [Effect] {
    saving = group
    return goOnSaving()
  }

  private mutating func goOnSaving() -> [Effect] {
    if let next = saving?.next() { return [next] }
    endSaving()
    return []
  }

  /// Notes what came of one of many files.
  /// - Returns: nil where it is none of them.
  mutating func takeFromGroup(_ outcome: SidecarOutcome) -> [Effect]? {
    guard saving?.current == outcome.photo else { return nil }
    saving?.note(outcome)
    return goOnSaving()
  }

  mutating func stopSaving() { saving?.stop() }

  private mutating func endSaving() {
    guard let group = saving else { return }
    saving = nil
    let changed = group.changes.filter { $0.from != $0.to }
    let count = group.changes.count
    let what = "writing \(count == 1 ? "1 caption" : "\(count) captions")"
    let step = UndoStep(
      label: what, path: nil, change: .sidecars(group.work == .undoing ? changed.map(\.inverse) : changed))
    var parts: [String]
    switch group.work {
    case .writing:
      if !changed.isEmpty { history.remember(step) }
      parts = ["\(count) written"]
    case .undoing:
      if !changed.isEmpty { history.noteUndone(step) }
      parts = ["undid \(what)"]
    case .redoing:
      if !changed.isEmpty { history.noteDoneAgain(step) }
      parts = ["did \(what) again"]
    }
    if !group.kept.isEmpty {
      parts.append("\(group.kept.count) left, whose text files say something else: w on one asks")
    }
    if let first = group.failures.first {
      let more = group.failures.count > 1 ? " (and \(group.failures.count - 1) more)" : ""
      return fail((parts + [first + more]).joined(separator: ", "))
    }
    group.kept.isEmpty ? inform(parts[0]) : warn(parts.joined(separator: ", "))
  }
}

extension SidecarOutcome {
  /// The photo it is about.
  fileprivate var photo: FilePath {
    switch self {
    case .wrote(_, _, let change), .changed(let change, _, _, _): change.photo
    case .exists(let photo, _, _), .failed(let photo, _): photo
    }
  }
}
