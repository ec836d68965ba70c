import Captioning
import Files
import Raster

/// What several networks see in one photo, as one picture: a row of tiles for each network, a column for each word.
package struct NetworkSheet {
  private let content: AttendedCaption
  private let comparison: NetworkComparison
  private let photo: PixelImage

  private static let gap = 12
  /// Of the letters, in pixels.
  private static let (titleSize, wordSize, noteSize): (Float, Float, Float) = (32, 18, 15)
  private static let (tileSide, narrowestCell) = (200, 150)

  package init(_ content: AttendedCaption, _ comparison: NetworkComparison) {
    (self.content, self.comparison) = (content, comparison)
    photo = content.photo.scaled(longerSide: Self.tileSide, enlarging: true)
  }

  package func drawn() -> PixelImage {
    let cellWidth = max(photo.width, Self.narrowestCell) + Self.gap
    let (wordLine, noteLine) = (OutlineFont.lineHeight(Self.wordSize), OutlineFont.lineHeight(Self.noteSize))
    let rowHeight = noteLine + 4 + photo.height + 4 + wordLine + Self.gap
    let columns = comparison.tellings.map(\.caption.words.count).max() ?? 0
    let width = max(2 * SheetLook.margin + columns * cellWidth, 700)
    let room = Float(width - 2 * SheetLook.margin)
    let title = OutlineFont.wrapped(content.caption.text, to: room, Self.titleSize)
    let titleLine = OutlineFont.lineHeight(Self.titleSize)
    let top = SheetLook.margin + title.count * titleLine + Self.gap
    var canvas = PixelCanvas(
      width: width, height: top + comparison.tellings.count * rowHeight + SheetLook.margin, color: SheetLook.paper)
    canvas.draw(
      title, x: SheetLook.margin, y: SheetLook.margin, step: titleLine, size: Self.titleSize, color: SheetLook.ink)
    for (row, telling) in comparison.tellings.enumerated() {
      let y = top + row * rowHeight
      let name =
        "\(NetworkComparison.letter(row)): \(telling.weights.name) \(telling.weights.sha256.prefix(12)), "
        + "log-probability \(Figures.logProbability(telling.caption.logProbability))"
      canvas.draw(
        OutlineFont.fitted(name, to: room, Self.noteSize), x: SheetLook.margin, y: y, size: Self.noteSize,
        color: SheetLook.pencil)
      for (column, word) in telling.caption.words.enumerated() {
        let (x, below) = (SheetLook.margin + column * cellWidth, y + noteLine + 4)
        canvas.draw(content.overlay.applied(to: photo, word.attention, scale: content.scale), x: x, y: below)
        let label = "\(word.word) \(Figures.probability(exponential(word.logProbability)))"
        canvas.draw(
          OutlineFont.fitted(label, to: Float(cellWidth - Self.gap), Self.wordSize), x: x,
          y: below + photo.height + 4, size: Self.wordSize, color: SheetLook.ink)
      }
    }
    return canvas.image
  }
}
