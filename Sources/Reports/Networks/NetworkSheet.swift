import Captioning
import Files
import Raster

/// What several networks see in one photo, as one picture: a row of tiles for each network, a column for each word.
package struct NetworkSheet {
  private let content: AttendedCaption
  private let comparison: NetworkComparison
  private let photo: PixelImage

  private static let paper = RGB(255, 255, 255)
  private static let ink = RGB(20, 20, 20)
  private static let pencil = RGB(100, 100, 100)
  private static let (margin, gap) = (24, 12)
  /// Of the letters, in pixels.
  private static let (titleSize, wordSize, noteSize): (Float, Float, Float) = (32, 18, 15)
  private static let (tileSide, narrowestCell) = (200, 150)

  package init(_ content: AttendedCaption, _ comparison: NetworkComparison) {
    (self.content, self.comparison) = (content, comparison)
    photo = content.photo(longerSide: Self.tileSide, enlarging: true)
  }

  package func drawn() -> PixelImage {
    let cellWidth = max(photo.width, Self.narrowestCell) + Self.gap
    let (wordLine, noteLine) = (OutlineFont.lineHeight(Self.wordSize), OutlineFont.lineHeight(Self.noteSize))
    let rowHeight = noteLine + 4 + photo.height + 4 + wordLine + Self.gap
    let columns = comparison.tellings.map(\.caption.words.count).max() ?? 0
    let width = max(2 * Self.margin + columns * cellWidth, 700)
    let room = Float(width - 2 * Self.margin)
    let title = OutlineFont.wrapped(content.caption.text, to: room, Self.titleSize)
    let titleLine = OutlineFont.lineHeight(Self.titleSize)
    let top = Self.margin + title.count * titleLine + Self.gap
    var canvas = PixelCanvas(
      width: width, height: top + comparison.tellings.count * rowHeight + Self.margin, color: Self.paper)
    for (index, line) in title.enumerated() {
      canvas.draw(line, x: Self.margin, y: Self.margin + index * titleLine, size: Self.titleSize, color: Self.ink)
    }
    for (row, telling) in comparison.tellings.enumerated() {
      let y = top + row * rowHeight
      let name =
        "\(NetworkComparison.letter(row)): \(telling.weights.name) \(telling.weights.sha256.prefix(12)), "
        + "log-probability \(Figures.logProbability(telling.caption.logProbability))"
      canvas.draw(
        OutlineFont.fitted(name, to: room, Self.noteSize), x: Self.margin, y: y, size: Self.noteSize,
        color: Self.pencil)
      for (column, word) in telling.caption.words.enumerated() {
        let (x, below) = (Self.margin + column * cellWidth, y + noteLine + 4)
        canvas.draw(content.overlay.applied(to: photo, word.attention, scale: content.scale), x: x, y: below)
        let label = "\(word.word) \(Figures.probability(exponential(word.logProbability)))"
        canvas.draw(
          OutlineFont.fitted(label, to: Float(cellWidth - Self.gap), Self.wordSize), x: x,
          y: below + photo.height + 4, size: Self.wordSize, color: Self.ink)
      }
    }
    return canvas.image
  }
}
