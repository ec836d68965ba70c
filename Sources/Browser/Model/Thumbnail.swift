import Foundation
import PhotoLibrary
import Raster
import Terminal

/// How small pictures are drawn.
package struct ThumbnailStyle: Sendable, Equatable {
  /// At most this many columns and rows.
  var columns: Int
  var rows: Int
  var symbols: SymbolSet
  var depth: ColorDepth
}

/// A photo as a small picture of characters.
package struct Thumbnail: Sendable, Equatable {
  let grid: CellGrid
  let style: ThumbnailStyle
  /// The file it was made from.
  let version: FileIdentity
}

/// Makes small pictures, the most wanted first. Safe to share: a lock guards the list of wishes.
final class ThumbnailLoader: @unchecked Sendable {
  private let send: @Sendable (Message) -> Void
  private let lock = NSLock()
  private var wanted: [String] = []
  private var style: ThumbnailStyle?

  init(send: @escaping @Sendable (Message) -> Void) { self.send = send }

  /// Replaces what is wanted: who scrolls on quickly waits for nothing in between.
  func ask(_ paths: [String], _ style: ThumbnailStyle) {
    lock.withLock { (wanted, self.style) = (paths, style) }
  }

  /// Makes what is wanted until nothing is.
  func run() {
    while let (path, style) = next() { send(.preview(Self.load(path, style))) }
  }

  private func next() -> (String, ThumbnailStyle)? {
    lock.withLock {
      guard let style, !wanted.isEmpty else { return nil }
      return (wanted.removeFirst(), style)
    }
  }

  static func load(_ path: String, _ style: ThumbnailStyle) -> PreviewMessage {
    let renderer = CellRenderer(symbols: style.symbols, colors: style.depth, bitsPerChannel: 6)
    let version = FileIdentity(path: path)
    do throws(RasterError) {
      let image = try ImageDecoder.decode(
        path: path, covering: renderer.pixels(forColumns: style.columns, rows: style.rows))
      let grid = renderer.render(image, fittingColumns: style.columns, rows: style.rows)
      return .thumbnail(path: path, Thumbnail(grid: grid, style: style, version: version))
    } catch {
      return .failed(version, reason: PreviewLoader.reason(error))
    }
  }
}
