import Raster
import Terminal

/// Where the pictures of a filmstrip go: one a word, row by row, as large as they can be with all of them in sight, or
/// as small as they are of use, and then scrolled.
struct FilmstripLayout: Equatable {
  /// A word's picture and the line under it that names the word.
  struct Tile: Equatable {
    let word: Int
    let picture: Rect
    /// As wide as the picture, or as a word needs.
    let label: Rect
  }

  private(set) var tiles: [Tile] = []

  private static let gap = 2
  /// Below this, nothing can be made out.
  private static let smallest = Size(columns: 6, rows: 4)

  /// - Parameters:
  ///   - photo: its width and height in pixels.
  ///   - current: the word that must be in sight.
  ///   - narrowest: the columns that a word under its picture needs.
  ///   - sizedFor: how many words there should be room for, where strips beside each other are to be alike.
  init(
    words: Int, current: Int, photo: (width: Int, height: Int), narrowest: Int = 10, sizedFor most: Int? = nil,
    in rect: Rect
  ) {
    guard words > 0, !rect.isEmpty else { return }
    let (across, size) = Self.size(for: max(words, most ?? 0), photo, narrowest: narrowest, in: rect)
    let width = min(max(size.columns, narrowest), rect.columns)
    place(words, current, across: across, size: size, width: width, in: rect)
  }

  /// How many pictures stand side by side, and their size.
  private static func size(
    for words: Int, _ photo: (width: Int, height: Int), narrowest: Int, in rect: Rect
  ) -> (across: Int, size: Size) {
    let most = max(1, (rect.columns + gap) / (narrowest + gap))
    let fewer = min(most, words)
    var best = (across: fewer, size: picture(photo, across: fewer, rows: rect.rows - 1, in: rect), isWhole: false)
    for across in 1...min(most, words) {
      let lines = (words + across - 1) / across
      let size = picture(photo, across: across, rows: rect.rows / lines - 1, in: rect)
      guard size.rows >= smallest.rows, size.columns >= smallest.columns else { continue }
      if !best.isWhole || size.columns > best.size.columns { best = (across, size, true) }
    }
    return (best.across, best.size)
  }

  /// The size of pictures of which `across` stand side by side, at most `rows` high.
  private static func picture(
    _ photo: (width: Int, height: Int), across: Int, rows: Int, in rect: Rect
  ) -> Size {
    let columns = max(1, (rect.columns - (across - 1) * gap) / across)
    let fit = PixelImage.fit(width: photo.width, height: photo.height, inColumns: columns, rows: max(1, rows))
    return Size(columns: fit.columns, rows: fit.rows)
  }

  /// - Parameter width: of a picture with its word, in columns.
  private mutating func place(
    _ words: Int, _ current: Int, across: Int, size: Size, width: Int, in rect: Rect
  ) {
    let lines = (words + across - 1) / across
    let shown = max(1, rect.rows / (size.rows + 1))
    let first = Layout.top(selected: current / across, count: lines, rows: shown)
    let step = width + Self.gap
    // In the middle of what is there.
    let left = rect.column + max(0, rect.columns - across * step + Self.gap) / 2
    for word in first * across..<min(words, (first + shown) * across) {
      let corner = Rect(
        row: rect.row + (word / across - first) * (size.rows + 1), column: left + word % across * step,
        rows: size.rows + 1, columns: width)
      let (picture, label) = corner.splitTop(size.rows)
      tiles.append(Tile(word: word, picture: picture.splitLeft(size.columns).left, label: label))
    }
  }

  /// The word whose picture or name is at a place.
  func word(row: Int, column: Int) -> Int? {
    tiles.first { $0.picture.contains(row: row, column: column) || $0.label.contains(row: row, column: column) }?.word
  }
}
