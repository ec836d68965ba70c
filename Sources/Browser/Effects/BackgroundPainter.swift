import Files
import Raster
import Synchronization
import SystemPackage

/// Paints on its own thread, so that no key waits for a picture.
///
/// Pictures painted are kept up to a number of bytes; the photos they were made from are let go of.
package final class BackgroundPainter: PreviewPainting, Sendable {
  private let state: Mutex<State>
  private let worker = Worker(name: "painter")
  private let whenPainted: @Sendable () -> Void

  private struct State {
    var grids: BoundedCache<PreviewRequest.Key, CellGrid>
    /// What was painted last for a place of the screen, whatever it shows.
    var latest: BoundedCache<Slot, CellGrid>
    /// What the latest screen lacks, in the order it was asked for.
    var wanted: [PreviewRequest] = []
    /// What is being painted.
    var current: PreviewRequest.Key?

    func isComing(_ key: PreviewRequest.Key) -> Bool { key == current || wanted.contains { $0.key == key } }
  }

  /// Where a picture goes.
  private struct Slot: Hashable {
    let path: FilePath
    let columns: Int
    let rows: Int
    let place: Int

    init(_ key: PreviewRequest.Key) { (path, columns, rows, place) = (key.path, key.columns, key.rows, key.place) }
  }

  /// - Parameters:
  ///   - bytes: how much of what was painted is kept, twice: by what it shows, and by where it goes.
  ///   - whenPainted: called, on the painter's thread, when the view should be drawn again.
  package init(bytes: Int = 32 << 20, whenPainted: @escaping @Sendable () -> Void) {
    state = Mutex(State(grids: BoundedCache(capacity: bytes), latest: BoundedCache(capacity: bytes)))
    self.whenPainted = whenPainted
  }

  /// How much of what was painted is kept now.
  var bytes: Int { state.withLock { $0.grids.weight + $0.latest.weight } }

  package func beginScreen() { state.withLock { $0.wanted.removeAll() } }

  package func grid(for request: PreviewRequest) -> CellGrid? {
    let (grid, isNew) = state.withLock { state -> (CellGrid?, Bool) in
      if let grid = state.grids.value(request.key) { return (grid, false) }
      let isNew = !state.isComing(request.key)
      if isNew { state.wanted.append(request) }
      return (state.latest.value(Slot(request.key)), isNew)
    }
    if isNew { worker.submit { [weak self] in self?.paintNext() } }
    return grid
  }

  private func paintNext() {
    guard let request = takeNext() else { return }
    let grid = request.paint()
    state.withLock { state in
      state.current = nil
      state.grids.insert(grid, for: request.key, weight: grid.bytes)
      state.latest.insert(grid, for: Slot(request.key), weight: grid.bytes)
    }
    whenPainted()
  }

  private func takeNext() -> PreviewRequest? {
    state.withLock { state in
      let next = state.wanted.isEmpty ? nil : state.wanted.removeFirst()
      state.current = next?.key
      return next
    }
  }
}

extension CellGrid {
  /// What its cells take in memory.
  fileprivate var bytes: Int { cells.count * MemoryLayout<Cell>.stride }
}
