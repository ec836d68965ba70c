import Dispatch
import Raster
import Synchronization
import SystemPackage

/// Reads and decodes the next images on a thread of its own while the last are captioned. Used from one thread.
final class LoadingAhead {
  /// How many decoded images may wait; each can take hundreds of megabytes.
  private static let depth = 2

  /// A result on its way from the loading thread.
  private final class Slot: Sendable {
    private let result = Mutex<Result<PixelImage, any Error>?>(nil)
    private let filled = DispatchSemaphore(value: 0)

    func fill(_ value: Result<PixelImage, any Error>) {
      result.withLock { $0 = value }
      filled.signal()
    }

    /// Waits for the result and takes it out; once.
    func take() -> Result<PixelImage, any Error> {
      filled.wait()
      return result.withLock { result in
        defer { result = nil }
        return result!
      }
    }
  }

  private let load: @Sendable (FilePath) throws -> PixelImage
  private let queue = DispatchQueue(label: "gaze.loading")
  private var waiting: ArraySlice<FilePath>
  private var slots: [Slot] = []

  init(_ paths: [FilePath], load: @escaping @Sendable (FilePath) throws -> PixelImage) {
    waiting = paths[...]
    self.load = load
    for _ in 0..<LoadingAhead.depth { startNext() }
  }

  /// The next image in the order of the paths; waits for it. Must not be called more often than there are paths.
  func next() -> Result<PixelImage, any Error> {
    let result = slots.removeFirst().take()
    startNext()
    return result
  }

  private func startNext() {
    guard let path = waiting.popFirst() else { return }
    let slot = Slot()
    slots.append(slot)
    queue.async { [load] in slot.fill(Result { try load(path) }) }
  }
}
