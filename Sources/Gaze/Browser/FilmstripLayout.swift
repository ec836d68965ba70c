import Raster
import Terminal

/// Where the pictures of a filmstrip go: one a word, row by row, as large as they can be with all of them in sight, or
/// as small as they are of use, and then scrolled.
struct FilmstripLayout: Equatable {
  /// A word's picture and the line under it that names the word.
  struct Tile: Equatable {
    let word: Int
    let picture: Rect
    let label: Rect
  }

  private(set) var tiles: [Tile] = []
  /// Whether some words are out of sight.
  private(set) var isScrolled = false

  private static let gap = 2
  /// Below this, nothing can be made out.
  private static let narrowest = 10

  /// - Parameters:
  ///   - photo: its width and height in pixels.
  ///   - current: the word that must be in sight.
  init(words: Int, current: Int, photo: (width: Int, height: Int), in rect: Rect) {
    guard words > 0, !rect.isEmpty else { return }
    let most = max(1, (rect.columns + Self.gap) / (Self.narrowest + Self.gap))
    var size = Self.tile(across: most, photo, in: rect)
    var across = most
    for candidate in 1...max(1, min(most, words)) {
      let tile = Self.tile(across: candidate, photo, in: rect)
      if (words + candidate - 1) / candidate * (tile.rows + 1) <= rect.rows {
        (across, size) = (candidate, tile)
        break
      }
    }
    size.rows = max(1, min(size.rows, rect.rows - 1))
    place(words, current, across: across, size: size, in: rect)
  }

  /// The size of pictures of which `across` stand side by side.
  private static func tile(across: Int, _ photo: (width: Int, height: Int), in rect: Rect) -> Size {
    let columns = max(1, (rect.columns - (across - 1) * gap) / across)
    let fit = PixelImage.fit(
      width: photo.width, height: photo.height, inColumns: columns, rows: max(1, rect.rows - 1))
    return Size(columns: columns, rows: fit.rows)
  }

  private mutating func place(_ words: Int, _ current: Int, across: Int, size: Size, in rect: Rect) {
    let lines = (words + across - 1) / across
    let shown = max(1, rect.rows / (size.rows + 1))
    let first = Layout.top(selected: current / across, count: lines, rows: shown)
    isScrolled = lines > shown
    for word in first * across..<min(words, (first + shown) * across) {
      let corner = Rect(
        row: rect.row + (word / across - first) * (size.rows + 1),
        column: rect.column + word % across * (size.columns + Self.gap), rows: size.rows + 1, columns: size.columns)
      let (picture, label) = corner.splitTop(size.rows)
      tiles.append(Tile(word: word, picture: picture, label: label))
    }
  }

  /// The word whose picture or name is at a place.
  func word(row: Int, column: Int) -> Int? {
    tiles.first { $0.picture.contains(row: row, column: column) || $0.label.contains(row: row, column: column) }?.word
  }
}
