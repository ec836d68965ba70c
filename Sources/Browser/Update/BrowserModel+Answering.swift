/// Questions and their answers.
extension BrowserModel {
  /// Answers the question that is asked; any answer that is none leaves everything as it was.
  mutating func answer(_ character: Character?, now: Int) -> [Effect] {
    guard case .confirm(let confirmation) = prompt else { return [] }
    prompt = nil
    switch (confirmation.action, character?.lowercased()) {
    case (.draw(let path, let settings, let label), "y") where photo?.path == path:
      remember(label)
      captions.change(path) { $0.dropEdits() }
      return draw(settings)
    case (.draw(let path, let settings, let label), "p") where photo?.path == path:
      remember(label)
      if captions[path] == nil, let sidecar = photo?.sidecar { captions.put(CaptionRecord(sidecar), for: path) }
      captions.change(path) { $0.pinWritten() }
      return draw(settings)
    // Who presses w a second time means it.
    case (.replaceSidecar(let path), "y") where photo?.path == path,
      (.replaceSidecar(let path), "w") where photo?.path == path:
      return writeSidecar(replaces: true)
    case (.captionAll(let photos, let redraws), "y"): return beginQueue(photos, redraws: redraws, now: now)
    case (.writeAll(let requests), "y"): return begin(GroupSaving(.writing, requests.map { .writeSidecar($0) }))
    case (.filter, let key): return show(PhotoFilter.allCases.first { String($0.key) == key })
    case (.replaceExport(var request), "y"), (.replaceExport(var request), "x"):
      request.replaces = true
      return [.export(request)]
    case (.leave, "w"): return writeEditsAndLeave()
    case (.leave, "l"): return leaveEdits()
    case (.recover(let edits), "y"): return recover(edits)
    case (.recover, "f"):
      inform("forgotten")
      return [.forgetFoundEdits]
    // They are kept for the next start.
    case (.recover, "q"): return leave()
    case (.recover, _): inform("kept for the next start")
    default:
      inform("left as it was")
    }
    return []
  }
}
