import Files
import Foundation
import Raster

/// Paints on its own thread, so that no key waits for a picture. Safe to share: a lock guards what changes.
package final class BackgroundPainter: PreviewPainting, @unchecked Sendable {
  private let lock = NSLock()
  private let worker = Worker(name: "painter")
  private let whenPainted: @Sendable () -> Void
  private var grids = BoundedCache<PreviewRequest, CellGrid>(capacity: 512)
  private var latest = BoundedCache<Slot, CellGrid>(capacity: 256)
  /// What the latest screen lacks, in the order it was asked for.
  private var wanted: [PreviewRequest] = []
  /// What is being painted.
  private var current: PreviewRequest?

  /// Where a picture goes, whatever it shows.
  private struct Slot: Hashable {
    let path: String
    let columns: Int
    let rows: Int
    let place: Int

    init(_ request: PreviewRequest) {
      (path, columns, rows, place) = (request.path, request.columns, request.rows, request.place)
    }
  }

  /// - Parameter whenPainted: called, on the painter's thread, when the view should be drawn again.
  package init(whenPainted: @escaping @Sendable () -> Void) { self.whenPainted = whenPainted }

  package func beginScreen() { lock.withLock { wanted.removeAll() } }

  package func grid(for request: PreviewRequest) -> CellGrid? {
    lock.withLock {
      if let grid = grids.value(request) { return grid }
      if request != current, !wanted.contains(request) {
        wanted.append(request)
        worker.submit { [weak self] in self?.paintNext() }
      }
      return latest.value(Slot(request))
    }
  }

  private func paintNext() {
    guard let request = takeNext() else { return }
    let grid = request.paint()
    lock.withLock {
      current = nil
      grids.insert(grid, for: request)
      latest.insert(grid, for: Slot(request))
    }
    whenPainted()
  }

  private func takeNext() -> PreviewRequest? {
    lock.withLock {
      current = wanted.isEmpty ? nil : wanted.removeFirst()
      return current
    }
  }
}
