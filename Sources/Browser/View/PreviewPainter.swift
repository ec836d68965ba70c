import Captioning
import PhotoLibrary
import Raster
import Reports
import Terminal

/// A picture to be made of characters. Two requests that look the same are equal; the pixels are not compared.
package struct PreviewRequest: Sendable, Hashable {
  let path: String
  let image: PixelImage
  let columns: Int
  let rows: Int
  let symbols: SymbolSet
  let depth: ColorDepth
  let map: AttentionMap?
  let look: AttentionLook
  /// Tells pictures of one photo and size on the same screen apart; what is shown does not depend on it.
  var place = 0
  /// The file the image was made from.
  var version: FileIdentity?

  package static func == (a: PreviewRequest, b: PreviewRequest) -> Bool {
    a.path == b.path && a.version == b.version && a.image.width == b.image.width && a.image.height == b.image.height
      && a.columns == b.columns
      && a.place == b.place && a.rows == b.rows && a.symbols == b.symbols && a.depth == b.depth && a.map == b.map
      && (a.map == nil || a.look == b.look)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(version)
    hasher.combine(columns)
    hasher.combine(rows)
    hasher.combine(map?.values)
    hasher.combine(place)
    if map != nil { hasher.combine(look) }
  }

  /// Makes the picture: heat first, in pixels, then characters. Takes milliseconds.
  func paint() -> CellGrid {
    let size = image.fit(inColumns: columns, rows: rows)
    let renderer = CellRenderer(symbols: symbols, colors: depth, bitsPerChannel: 6)
    let pixels = renderer.pixels(forColumns: size.columns, rows: size.rows)
    var picture = image
    // Colours have to be told apart to show heat; below 256 of them, digits do.
    if let map, depth > .ansi16 {
      if picture.width > pixels.width { picture = picture.resizedArea(width: pixels.width, height: pixels.height) }
      picture = look.overlay.applied(to: picture, map, scale: look.scale)
    }
    return renderer.render(picture, columns: size.columns, rows: size.rows)
  }
}

extension AttentionLook {
  var overlay: HeatOverlay {
    HeatOverlay(colormap: Colormap.named(colormap) ?? .inferno, opacity: opacity, smooth: smooth)
  }
}

/// Makes pictures of characters for the view.
package protocol PreviewPainting: AnyObject {
  /// A screen begins to be drawn: only the pictures it asks for are wanted from now on.
  func beginScreen()
  /// The picture asked for or, while it is being made, the latest one of that photo and size, if any.
  func grid(for request: PreviewRequest) -> CellGrid?
}

/// Paints while the view waits.
final class ImmediatePainter: PreviewPainting {
  private var grids = BoundedCache<PreviewRequest, CellGrid>(capacity: 32)

  func beginScreen() {}

  func grid(for request: PreviewRequest) -> CellGrid? {
    if let grid = grids.value(request) { return grid }
    let grid = request.paint()
    grids.insert(grid, for: request)
    return grid
  }
}
