import Captioning
import Files
import Raster

/// A caption's maps beside what hiding each cell does, as one picture: of each word the photo under its map, and under the
/// falls of its log-probability, in each way of hiding.
package struct RelevanceSheet {
  private let content: AttendedCaption
  private let words: [WordRelevance]
  private let photo: PixelImage

  private static let gap = 12
  /// Of the letters, in pixels.
  private static let (titleSize, wordSize, noteSize): (Float, Float, Float) = (32, 20, 15)
  /// The longer side of each picture, and the least room for what is written beneath.
  private static let (tileSide, narrowestCell) = (260, 220)
  /// Words beside each other.
  private static let wordsInRow = 2

  /// - Parameter words: of the content's caption.
  package init(_ content: AttendedCaption, _ words: [WordRelevance]) {
    (self.content, self.words) = (content, words)
    photo = content.photo.scaled(longerSide: Self.tileSide, enlarging: true)
  }

  package func drawn() -> PixelImage {
    let tiles = words.map(tiles)
    let cellWidth = max(photo.width, Self.narrowestCell) + Self.gap
    let label = OutlineFont.lineHeight(Self.wordSize) + OutlineFont.lineHeight(Self.noteSize) + 6
    let cellHeight = photo.height + label + Self.gap
    let inRow = min(max(words.count, 1), Self.wordsInRow)
    let rows = (words.count + inRow - 1) / inRow
    let width = 2 * SheetLook.margin + inRow * (tiles.first?.count ?? 1) * cellWidth
    let room = Float(width - 2 * SheetLook.margin)
    let title = OutlineFont.wrapped(content.caption.text, to: room, Self.titleSize)
    let foot = OutlineFont.wrapped(content.origin, to: room, Self.noteSize)
    let (titleLine, footLine) = (OutlineFont.lineHeight(Self.titleSize), OutlineFont.lineHeight(Self.noteSize) + 4)
    let top = SheetLook.margin + title.count * titleLine + Self.gap
    var canvas = PixelCanvas(
      width: width, height: top + rows * cellHeight + foot.count * footLine + SheetLook.margin, color: SheetLook.paper)
    canvas.draw(
      title, x: SheetLook.margin, y: SheetLook.margin, step: titleLine, size: Self.titleSize, color: SheetLook.ink)
    for (index, tiles) in tiles.enumerated() {
      for (place, tile) in tiles.enumerated() {
        let x = SheetLook.margin + (index % inRow * tiles.count + place) * cellWidth
        draw(tile, x: x, y: top + index / inRow * cellHeight, room: Float(cellWidth - Self.gap), on: &canvas)
      }
    }
    canvas.draw(
      foot, x: SheetLook.margin, y: top + rows * cellHeight, step: footLine, size: Self.noteSize,
      color: SheetLook.pencil)
    return canvas.image
  }

  private typealias Tile = (map: AttentionMap, name: String, note: String)

  private func tiles(_ word: WordRelevance) -> [Tile] {
    let map = word.word.attention
    let own: Tile = (
      map, word.word.word, "probability \(Figures.probability(exponential(Float(word.logProbability))))"
    )
    return [own]
      + RelevanceReport.ways(word).map { way in
        let largest = RelevanceReport.largest(way.relevance.falls, map)
        return (
          way.relevance.occlusionMap(like: map), "hidden in \(way.name)",
          "falls by \(Figures.logProbability(largest.fall)), rank correlation "
            + Figures.logProbability(way.relevance.rankCorrelation)
        )
      }
  }

  private func draw(_ tile: Tile, x: Int, y: Int, room: Float, on canvas: inout PixelCanvas) {
    let picture = content.overlay.applied(to: photo, tile.map, scale: content.scale)
    canvas.draw(picture, x: x, y: y)
    let line = y + photo.height + 4
    canvas.draw(
      OutlineFont.fitted(tile.name, to: room, Self.wordSize), x: x, y: line, size: Self.wordSize, color: SheetLook.ink)
    canvas.draw(
      OutlineFont.fitted(tile.note, to: room, Self.noteSize), x: x, y: line + OutlineFont.lineHeight(Self.wordSize),
      size: Self.noteSize, color: SheetLook.pencil)
  }
}
