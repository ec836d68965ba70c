import Captioning
import Files
import PhotoLibrary
import Synchronization
import SystemPackage

/// Captions one photo at a time; the newest request wins.
///
/// A request for the photo that is being encoded lets the encoding go on and takes its result; encoded photos are kept,
/// so that new settings only decode. Any thread may ask; one at a time may run.
final class CaptionWorker: Sendable {
  private let service: any CaptionService
  private let send: @Sendable (Message) -> Void
  private let requests = LatestRequest<Request>()
  private let encoded = Mutex(BoundedCache<FileIdentity, EncodedPhoto>(capacity: CaptionWorker.mostBytes))

  /// What encoded photos may take together: 64 of a small network, or three of one with keys and values for hundreds of
  /// patches in each layer.
  static let mostBytes = 64 * leastBytes
  private static let leastBytes = 2 << 20

  private enum Request: Sendable {
    case caption(CaptionJob)
    /// Ends what goes on.
    case stop

    var job: CaptionJob? { if case .caption(let job) = self { job } else { nil } }
    var isStop: Bool { job == nil }
  }

  init(service: any CaptionService, send: @escaping @Sendable (Message) -> Void) {
    self.service = service
    self.send = send
  }

  /// Loads the weights and tells whose they are.
  func prepare() {
    do {
      try tellReady()
    } catch {
      send(.caption(.engineFailed("\(error)")))
    }
  }

  private func tellReady() throws {
    send(
      .caption(
        .engineReady(try service.prepare(), words: try service.words(), maps: try service.usualMaps())))
  }

  /// Asks for a job in place of those before; `run` does it, on another thread.
  func ask(_ job: CaptionJob) { requests.ask(.caption(job)) }

  /// Ends what runs and drops what was asked for.
  func stop() {
    if let dropped = requests.ask(.stop)?.job { send(.caption(.cancelled(dropped))) }
  }

  /// Does what was asked for; returns when there is nothing left.
  func run() {
    while let request = requests.take() {
      guard var job = request.job else { continue }
      do {
        try run(&job)
      } catch is CancellationError {
        // A newer job needs no word: the model has moved on to it.
        if !requests.isWaiting(where: { !$0.isStop }) { send(.caption(.cancelled(job))) }
      } catch {
        send(.caption(.failed(job, reason: "\(error)")))
      }
    }
  }

  private func run(_ job: inout CaptionJob) throws {
    let path = job.path
    let photo = try encodedPhoto(path)
    if let newer = requests.take(where: { $0.job?.path == path })?.job { job = newer }
    send(.caption(.stage(path: path, .decoding)))
    let drawn =
      if !job.retold.isEmpty {
        job.retold
      } else if let question = job.question {
        try answer(question, job, photo)
      } else if let text = job.text {
        [try reading(of: text, path, photo)]
      } else {
        try job.draws.flatMap { settings in
          try service.captions(for: photo, settings: settings) { requests.isWaiting() }
        }
      }
    let captions = job.retold.isEmpty ? drawn : try retold(drawn, path, photo, job.maps)
    if requests.isWaiting(where: \.isStop) { throw CancellationError() }
    send(.caption(.done(job, captions)))
  }

  private func answer(_ question: Question, _ job: CaptionJob, _ photo: EncodedPhoto) throws -> [Caption] {
    switch question {
    case .say(let sentence): return [try service.recited(sentence, for: photo) { requests.isWaiting() }]
    case .branch: return try service.captions(for: photo, settings: job.settings) { requests.isWaiting() }
    case .covering(let caption):
      let told = try service.covering(caption, path: job.path) { share in
        send(.caption(.progress(path: job.path, share)))
      } isCancelled: {
        requests.isWaiting()
      }
      return [told]
    case .network(let network, let text):
      return [
        try service.recited(text, byNetwork: network, of: job.path, for: photo, maps: job.maps) { requests.isWaiting() }
      ]
    case .hide(let hidden, let caption, _):
      let partial = try self.partial(hidden, job.path, photo)
      let recited = try service.recited(caption, for: partial) { requests.isWaiting() }
      guard !caption.isRecited else { return [recited] }
      return [recited] + (try service.captions(for: partial, settings: job.settings) { requests.isWaiting() })
    }
  }

  private func partial(_ hidden: HiddenRegions, _ path: FilePath, _ photo: EncodedPhoto) throws -> EncodedPhoto {
    try service.hiding(hidden, in: photo, path: path) { requests.isWaiting() }
  }

  /// Captions with chosen maps, each read from what the network saw of the photo.
  private func retold(
    _ captions: [Caption], _ path: FilePath, _ photo: EncodedPhoto, _ maps: MapChoice
  ) throws -> [Caption] {
    if captions.allSatisfy({ $0.hidden == nil }) {
      return try service.retold(captions, for: photo, maps: maps) { requests.isWaiting() }
    }
    return try captions.flatMap { caption in
      if caption.maps.choice == maps { return [caption] }
      let seen = try caption.hidden.map { try partial($0, path, photo) } ?? photo
      return try service.retold([caption], for: seen, maps: maps) { requests.isWaiting() }
    }
  }

  /// A text with its words' probabilities and maps: drawn again as its origin says, where these weights had drawn it;
  /// recited where that is not known or gives something else, as for another photo under the same name.
  private func reading(of text: String, _ path: FilePath, _ photo: EncodedPhoto) throws -> Caption {
    if let drawn = DrawnCaption(of: text, beside: path), try service.prepare().sha256 == drawn.sha256,
      let again = try service.captions(for: photo, settings: drawn.settings, isCancelled: { requests.isWaiting() })
        .first,
      again.text == text
    {
      return again
    }
    return try service.recited(text, for: photo) { requests.isWaiting() }
  }

  /// What the network sees in a photo, from the last time or made now. A file that was changed since is looked at again.
  private func encodedPhoto(_ path: FilePath) throws -> EncodedPhoto {
    let identity = FileIdentity(path: path)
    if let known = encoded.withLock({ $0.value(identity) }) { return known }
    send(.caption(.stage(path: path, .loading)))
    try tellReady()
    send(.caption(.stage(path: path, .encoding)))
    // Every share told is a frame drawn, on the cores that compute.
    var told = 0.0
    let photo = try service.encode(path: path) { share in
      guard share >= told + 0.05 else { return }
      told = share
      send(.caption(.progress(path: path, share)))
    } isCancelled: {
      requests.isWaiting { $0.job?.path != path }
    }
    encoded.withLock { $0.insert(photo, for: identity, weight: max(Self.leastBytes, photo.byteCount)) }
    return photo
  }
}
