import Captioning
import Foundation
import PhotoLibrary
import Raster

/// Captions one photo at a time; the newest wish wins. Safe to share: a lock guards what changes.
///
/// A wish for the photo that is being encoded lets the encoding go on and takes its result; encoded photos are kept,
/// so that new settings only decode.
final class CaptionWorker: @unchecked Sendable {
  private let service: any CaptionService
  private let send: @Sendable (Message) -> Void
  private let lock = NSLock()
  private var wish: CaptionJob?
  private var isStopped = false
  private var encoded = BoundedCache<FileIdentity, EncodedPhoto>(capacity: 64)

  init(service: any CaptionService, send: @escaping @Sendable (Message) -> Void) {
    self.service = service
    self.send = send
  }

  /// Loads the weights and tells whose they are.
  func prepare() {
    do {
      send(.caption(.engineReady(try service.prepare())))
    } catch {
      send(.caption(.engineFailed("\(error)")))
    }
  }

  /// Replaces the wish; `run` fulfils it, on another thread.
  func ask(_ job: CaptionJob) {
    lock.withLock {
      wish = job
      isStopped = false
    }
  }

  /// Ends what runs and forgets what is wished.
  func stop() {
    let forgotten = lock.withLock {
      isStopped = true
      defer { wish = nil }
      return wish
    }
    if let forgotten { send(.caption(.cancelled(forgotten))) }
  }

  /// Fulfils the wish there is, if any; returns when there is none left.
  func run() {
    while let job = takeWish() {
      var job = job
      do {
        try run(&job)
      } catch is CancellationError {
        // Another wish needs no word: the model has moved on to it.
        if lock.withLock({ wish == nil }) { send(.caption(.cancelled(job))) }
      } catch {
        send(.caption(.failed(job, reason: "\(error)")))
      }
    }
  }

  private func run(_ job: inout CaptionJob) throws {
    let path = job.path
    let photo = try encodedPhoto(path)
    if let newer = takeWish(for: path) { job = newer }
    send(.caption(.stage(path: path, .decoding)))
    let captions = try job.draws.flatMap { settings in
      try service.captions(for: photo, settings: settings) { lock.withLock { isStopped || wish != nil } }
    }
    if lock.withLock({ isStopped }) { throw CancellationError() }
    send(.caption(.done(job, captions)))
  }

  /// The photo's grid, from the last time or made now. A file that was changed since is looked at again.
  private func encodedPhoto(_ path: String) throws -> EncodedPhoto {
    let identity = FileIdentity(path: path)
    if let known = encoded.value(identity) { return known }
    send(.caption(.stage(path: path, .loading)))
    send(.caption(.engineReady(try service.prepare())))
    send(.caption(.stage(path: path, .encoding)))
    let photo = try service.encode(path: path) {
      lock.withLock { isStopped || (wish != nil && wish?.path != path) }
    }
    encoded.insert(photo, for: identity)
    return photo
  }

  private func takeWish(for path: String? = nil) -> CaptionJob? {
    lock.withLock {
      guard let wish, path == nil || wish.path == path else { return nil }
      self.wish = nil
      return wish
    }
  }
}
