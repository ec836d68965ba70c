import Captioning
import PhotoLibrary
import Raster
import Reports
import SystemPackage
import Terminal

/// A picture to be made of characters, and what it is made from.
package struct PreviewRequest: Sendable {
  /// What tells pictures apart: two of one key look the same. The pixels are not compared.
  package struct Key: Sendable, Hashable {
    let path: FilePath
    /// The file the image was made from.
    let version: FileIdentity?
    /// Of the image, in pixels.
    let width: Int
    let height: Int
    let columns: Int
    let rows: Int
    let symbols: SymbolSet
    let depth: ColorDepth
    /// Attention to be shown over the photo, and how.
    let heat: Heat?
    /// What the network could not look at.
    let hidden: HiddenRegions?
    /// Tells pictures of one photo and size on the same screen apart; what is shown does not depend on it.
    let place: Int
  }

  /// Attention over a photo.
  struct Heat: Sendable, Hashable {
    let map: AttentionMap
    let look: AttentionLook

    func hash(into hasher: inout Hasher) {
      hasher.combine(map.values)
      hasher.combine(look)
    }
  }

  let key: Key
  let image: PixelImage

  init(
    path: FilePath, image: PixelImage, columns: Int, rows: Int, symbols: SymbolSet, depth: ColorDepth,
    map: AttentionMap?, look: AttentionLook, hidden: HiddenRegions? = nil,
    place: Int = 0, version: FileIdentity? = nil
  ) {
    self.image = image
    key = Key(
      path: path, version: version, width: image.width, height: image.height, columns: columns, rows: rows,
      symbols: symbols, depth: depth, heat: map.map { Heat(map: $0, look: look) }, hidden: hidden,
      place: place)
  }

  /// Makes the picture: heat first, in pixels, then characters. Takes milliseconds.
  func paint() -> CellGrid {
    let size = image.fit(inColumns: key.columns, rows: key.rows)
    let renderer = CellRenderer(symbols: key.symbols, colors: key.depth, bitsPerChannel: 6)
    let pixels = renderer.pixels(forColumns: size.columns, rows: size.rows)
    var picture = key.hidden.map { image.showing($0) } ?? image
    // Colours have to be told apart to show heat; below 256 of them, digits do.
    if let heat = key.heat, key.depth > .ansi16 {
      if picture.width > pixels.width { picture = picture.resizedArea(width: pixels.width, height: pixels.height) }
      // Of 256 colours heat's nearest are the picture's too: over greys every colour is heat.
      if key.depth == .ansi256, heat.look.colormap != Colormap.grey.name { picture = picture.grey }
      picture = heat.look.overlay.applied(to: picture, heat.map, scale: heat.look.scale)
    }
    return renderer.render(picture, columns: size.columns, rows: size.rows)
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
  private var grids = BoundedCache<PreviewRequest.Key, CellGrid>(capacity: 32)

  func beginScreen() {}

  func grid(for request: PreviewRequest) -> CellGrid? {
    if let grid = grids.value(request.key) { return grid }
    let grid = request.paint()
    grids.insert(grid, for: request.key)
    return grid
  }
}
