import Captioning
import PhotoLibrary
import SystemPackage

/// Captioning many photos. What the user asks for meanwhile goes first.
extension BrowserModel {
  /// - Returns: nil when the action is not about many photos.
  mutating func drawMany(_ action: Action, now: Int) -> [Effect]? {
    switch action {
    case .captionAll where captions.queue?.isRunning == true: return stopQueue()
    case .captionAll where captions.queue?.isEmpty == false:
      captions.queue?.goOn(now: now)
      return goOnInQueue()
    case .captionAll: askForQueue()
    case .stopCaptioning: return stopQueue()
    default: return nil
    }
    return []
  }

  /// Asks whether the marked photos, or else all that are shown and have no caption, shall be captioned.
  private mutating func askForQueue() {
    if case .failed(let reason) = captions.engine { return fail(reason) }
    let redraws = !marked.isEmpty
    let wanted =
      redraws
      ? photos.listedImages.filter { marked.contains($0.path) && !hasWordsToKeep($0) }
      : photos.filter { !$0.isFolder && passes($0, .uncaptioned) }
    guard !wanted.isEmpty else {
      return inform(redraws ? Self.allByHand : photos.isEmpty ? "no photos here" : Self.allCaptioned)
    }
    let paths = wanted.prefix(CaptionQueue.mostPhotos).map(\.path)
    let left = redraws ? marked.count - wanted.count : 0
    let one = paths.count == 1
    let what =
      redraws ? (one ? "marked photo" : "marked photos") : one ? "photo without caption" : "photos without caption"
    var question = "Caption \(paths.count) \(what)"
    if paths.count < wanted.count { question += ", the first of \(wanted.count)" }
    if left > 0 { question += ", and leave \(left) written by hand" }
    prompt = .confirm(Confirmation(question: question + "?", action: .captionAll(paths, redraws: redraws)))
  }

  private static let allByHand = "the marked photos have captions written by hand: Enter draws over one"
  private static let allCaptioned = "all have captions: mark those to be captioned anew"

  /// Whether drawing a photo's captions anew would be over a person's words.
  private func hasWordsToKeep(_ photo: PhotoItem) -> Bool {
    captions[photo.path].map(\.hasEditsToLose) ?? (photo.sidecar?.author == .human)
  }

  mutating func beginQueue(_ paths: [FilePath], redraws: Bool, now: Int) -> [Effect] {
    captions.queue = CaptionQueue(paths, redraws: redraws, now: now)
    return goOnInQueue()
  }

  /// Begins with the queue's next photo, unless something else is being drawn.
  mutating func goOnInQueue() -> [Effect] {
    while captions.queue?.isRunning == true, captions.work == nil {
      guard let path = captions.queue?.next() else {
        tellEndOfQueue()
        return []
      }
      if captions.queue?.redraws == true ? hasWordsToKeep(path) : captions[path] != nil {
        captions.queue?.skip()
      } else {
        let job = CaptionJob(path: path, settings: captions.settings, isQueued: true)
        captions.begin(job)
        return [.caption(job)]
      }
    }
    return []
  }

  private func hasWordsToKeep(_ path: FilePath) -> Bool {
    photos.item(path).map(hasWordsToKeep) ?? captions[path]?.hasEditsToLose ?? false
  }

  private mutating func stopQueue() -> [Effect] {
    guard captions.queue?.isRunning == true else {
      inform("nothing is being captioned")
      return []
    }
    let isCancelled = captions.stopQueue()
    rememberReplaced()
    if let queue = captions.queue { inform("stopped after \(queue.placeText): A goes on") }
    return isCancelled ? [.cancelCaption] : []
  }

  private mutating func tellEndOfQueue() {
    rememberReplaced()
    guard let queue = captions.queue else { return }
    captions.queue = nil
    var parts = ["\(queue.total - queue.failed - queue.skipped) captioned: W writes them"]
    if queue.failed > 0 { parts.append("\(queue.failed) failed: V f shows them") }
    if queue.skipped > 0 { parts.append("\(queue.skipped) left as they were") }
    inform(parts.joined(separator: ", "))
  }

  /// Takes what was drawn for a photo of the queue; of several the best is chosen, as `gaze caption` does.
  mutating func takeQueued(_ drawn: [Caption], of job: CaptionJob, now: Int) {
    captions.queue?.noteEnd(isFailure: false, now: now)
    if let present = captions.replaceable(job.path) { captions.queue?.note(present, of: job.path) }
    captions.noteQueued(job.path, isWritten: false)
    if var record = captions[job.path] {
      record.pinEdits()
      record.replaceDrawn(with: drawn, settings: job.settings)
      captions.put(record, for: job.path)
    } else {
      captions.put(CaptionRecord(settings: job.settings, captions: drawn), for: job.path)
    }
    captions.change(job.path) { $0.chooseBestDrawn() }
  }
}
