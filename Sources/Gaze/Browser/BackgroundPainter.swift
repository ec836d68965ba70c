import Foundation
import Raster

/// Paints on its own thread, so that no key waits for a picture. Safe to share: a lock guards what changes.
final class BackgroundPainter: PreviewPainting, @unchecked Sendable {
  private let lock = NSLock()
  private let worker = Worker(name: "painter")
  private let whenPainted: @Sendable () -> Void
  private var grids = BoundedCache<PreviewRequest, CellGrid>(capacity: 512)
  private var latest = BoundedCache<Slot, CellGrid>(capacity: 256)
  /// What is wanted and not begun, the newest last.
  private var wanted: [PreviewRequest] = []
  /// No frame asks for more pictures than this: one a word of every caption shown.
  private static let most = 200

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
  init(whenPainted: @escaping @Sendable () -> Void) { self.whenPainted = whenPainted }

  func grid(for request: PreviewRequest) -> CellGrid? {
    lock.withLock {
      if let grid = grids.value(request) { return grid }
      if !wanted.contains(request) {
        wanted.append(request)
        if wanted.count > Self.most { wanted.removeFirst() }
        worker.submit { [weak self] in self?.paintNext() }
      }
      return latest.value(Slot(request))
    }
  }

  private func paintNext() {
    guard let request = lock.withLock({ wanted.popLast() }) else { return }
    let grid = request.paint()
    lock.withLock {
      grids.insert(grid, for: request)
      latest.insert(grid, for: Slot(request))
    }
    whenPainted()
  }
}
