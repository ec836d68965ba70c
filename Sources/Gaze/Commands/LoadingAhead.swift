import Dispatch
import Raster
import Synchronization
import SystemPackage

/// Reads and decodes the next images on a thread of its own while the last are captioned. One thread asks for them; any
/// may stop it.
final class LoadingAhead: Sendable {
  /// How many decoded images may wait; each can take hundreds of megabytes.
  private static let depth = 2

  /// A result on its way from the loading thread.
  private final class Slot: Sendable {
    private let result = Mutex<Result<PixelImage, any Error>?>(nil)
    private let filled = DispatchSemaphore(value: 0)

    /// The first of several values counts.
    func fill(_ value: Result<PixelImage, any Error>) {
      result.withLock { $0 = $0 ?? value }
      filled.signal()
    }

    /// Waits for the result; once.
    func wait() -> Result<PixelImage, any Error> {
      filled.wait()
      return result.withLock { $0! }
    }
  }

  private struct State {
    var paths: ArraySlice<FilePath>
    /// Those asked for and not taken yet, in order.
    var slots: [Slot] = []
    var isStopped = false
  }

  private let load: @Sendable (FilePath) throws -> PixelImage
  private let queue = DispatchQueue(label: "gaze.loading")
  private let state: Mutex<State>

  init(_ paths: [FilePath], load: @escaping @Sendable (FilePath) throws -> PixelImage) {
    state = Mutex(State(paths: paths[...]))
    self.load = load
    for _ in 0..<LoadingAhead.depth { startNext() }
  }

  /// The next image in the order of the paths, or `CancellationError` once this is stopped; waits for either. Must not be
  /// called more often than there are paths.
  func next() -> Result<PixelImage, any Error> {
    let slot = state.withLock { $0.slots[0] }
    let result = slot.wait()
    state.withLock { _ = $0.slots.removeFirst() }
    startNext()
    return result
  }

  /// Ends the wait for an image, whatever it is read from, and reads no more.
  func stop() {
    state.withLock { state in
      state.isStopped = true
      state.slots.forEach { $0.fill(.failure(CancellationError())) }
    }
  }

  private func startNext() {
    state.withLock { state in
      guard let path = state.paths.popFirst() else { return }
      let slot = Slot()
      state.slots.append(slot)
      if state.isStopped { return slot.fill(.failure(CancellationError())) }
      queue.async { [load] in slot.fill(Result { try load(path) }) }
    }
  }
}
