import Files
import Synchronization
import SystemPackage

/// What is made of each of some images on other threads while the values before are worked on. One thread asks for them; any
/// may stop it.
final class LoadingAhead<Value: Sendable>: Sendable {
  private let values: WorkAhead<Result<Value, any Error>>

  /// - Parameters:
  ///   - threads: what they are made on; one at a time where nothing is said, of which at most two wait, as each can take
  ///     hundreds of megabytes.
  ///   - load: called once for each path.
  init(
    _ paths: [FilePath], threads: BatchThreads = BatchThreads(threads: 1, photos: nil),
    load: @escaping @Sendable (FilePath) throws -> Value
  ) {
    let rest = Mutex(paths[...])
    values = WorkAhead(workers: threads.workers, ahead: threads.ahead) {
      guard let path = rest.withLock({ $0.popFirst() }) else { return nil }
      return { Result { try threads.compute { try load(path) } } }
    }
  }

  /// The next in the order of the paths, or `CancellationError` once this is stopped; waits for either. Must not be called
  /// more often than there are paths.
  func next() -> Result<Value, any Error> {
    do {
      guard let value = try values.next() else { preconditionFailure("asked for more images than there are paths") }
      return value
    } catch {
      return .failure(error)
    }
  }

  /// Ends the wait, whatever is read, and reads no more.
  func stop() { values.stop() }
}
