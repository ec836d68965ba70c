import Files
import Raster

/// The attention of a caption as one picture: the caption, the photo, the photo again under each word's attention with
/// the word, its probability and how spread out the attention is beneath, and at the foot what the colours mean and
/// where the caption comes from.
package struct AttentionSheet {
  let content: AttendedCaption

  private static let gap = 16
  /// Of the letters, in pixels.
  private static let (titleSize, wordSize, noteSize): (Float, Float, Float) = (36, 22, 17)
  private static let labelHeight = 6 + OutlineFont.lineHeight(wordSize) + OutlineFont.lineHeight(noteSize)
  private static let noteHeight = OutlineFont.lineHeight(noteSize) + 4
  /// The longer side of each picture.
  private static let tileSide = 320
  /// Narrower pictures keep room for what is written beneath.
  private static let narrowestCell = 240
  private static let legendWidth = 256
  /// Room for the legend and what it says.
  private static let narrowestSheet = 1120
  private static let mostColumns = 8

  private let photo: PixelImage
  private let cell: (width: Int, height: Int)
  private let columns: Int
  private let rows: Int

  package init(_ content: AttendedCaption) {
    self.content = content
    photo = content.photo.scaled(longerSide: Self.tileSide, enlarging: true)
    cell = (max(photo.width, Self.narrowestCell) + Self.gap, photo.height + Self.labelHeight + Self.gap)
    let count = content.caption.words.count + 1
    columns = Self.columns(for: count, cell: cell)
    rows = Self.rows(of: count, columns)
  }

  /// How many tiles go beside each other for a sheet of about a screen's shape whose last row is at least half full, and
  /// holds more than one.
  static func columns(for count: Int, cell: (width: Int, height: Int)) -> Int {
    func misfit(_ columns: Int) -> Double {
      let shape = Double(columns * cell.width) / Double(rows(of: count, columns) * cell.height)
      return max(shape / 1.6, 1.6 / shape)
    }
    func isBalanced(_ columns: Int) -> Bool {
      let empty = rows(of: count, columns) * columns - count
      return 2 * empty <= columns && (columns == 1 || columns - empty > 1)
    }
    return (1...min(count, mostColumns)).filter(isBalanced).min { misfit($0) < misfit($1) }!
  }

  private static func rows(of count: Int, _ columns: Int) -> Int { (count + columns - 1) / columns }

  package func drawn() -> PixelImage {
    let gridWidth = columns * cell.width - Self.gap
    let width = max(gridWidth, Self.narrowestSheet) + 2 * SheetLook.margin
    let text = Float(width - 2 * SheetLook.margin)
    let title = OutlineFont.wrapped(titleText, to: text, Self.titleSize)
    let foot = OutlineFont.wrapped(content.origin, to: text, Self.noteSize)
    let titleLine = OutlineFont.lineHeight(Self.titleSize)
    let titleHeight = title.count * titleLine + Self.gap
    let height = 2 * SheetLook.margin + titleHeight + rows * cell.height + (foot.count + 1) * Self.noteHeight
    var canvas = PixelCanvas(width: width, height: height, color: SheetLook.paper)
    canvas.draw(
      title, x: SheetLook.margin, y: SheetLook.margin, step: titleLine, size: Self.titleSize, color: SheetLook.ink)
    drawTiles(on: &canvas, top: SheetLook.margin + titleHeight)
    let y = SheetLook.margin + titleHeight + rows * cell.height
    drawLegend(on: &canvas, y: y)
    canvas.draw(
      foot, x: SheetLook.margin, y: y + Self.noteHeight, step: Self.noteHeight, size: Self.noteSize,
      color: SheetLook.pencil)
    return canvas.image
  }

  private var titleText: String {
    content.caption.words.isEmpty ? "(a caption without words)" : content.caption.text
  }

  private func drawTiles(on canvas: inout PixelCanvas, top: Int) {
    let size = "\(content.photo.width)×\(content.photo.height) pixels"
    drawTile(photo, Label(word: content.imageName, note: size), at: 0, top: top, on: &canvas)
    for (index, word) in content.caption.words.enumerated() {
      let map = word.attention
      let tile = content.overlay.applied(to: photo, map, scale: content.scale)
      let likelihood = Figures.probability(content.caption.likelihood(of: word))
      let label = Label(word: word.word, likelihood: likelihood, note: "as if spread \(map.spreadInWords)")
      drawTile(tile, label, at: index + 1, top: top, on: &canvas)
    }
  }

  /// What stands under a picture: the word at the left, its likelihood at the right, a note below.
  private struct Label {
    let word: String
    var likelihood = ""
    let note: String
  }

  private func drawTile(_ picture: PixelImage, _ label: Label, at index: Int, top: Int, on canvas: inout PixelCanvas) {
    let x = SheetLook.margin + index % columns * cell.width
    let y = top + index / columns * cell.height
    canvas.draw(picture, x: x, y: y)
    let room = Float(cell.width - Self.gap)
    let taken = OutlineFont.width(of: label.likelihood, Self.wordSize)
    let line = y + picture.height + 6
    let word = OutlineFont.fitted(label.word, to: taken == 0 ? room : room - taken - 8, Self.wordSize)
    canvas.draw(word, x: x, y: line, size: Self.wordSize, color: SheetLook.ink)
    let right = x + Int(room - taken)
    canvas.draw(label.likelihood, x: right, y: line, size: Self.wordSize, color: SheetLook.ink)
    let note = OutlineFont.fitted(label.note, to: room, Self.noteSize)
    let below = line + OutlineFont.lineHeight(Self.wordSize)
    canvas.draw(note, x: x, y: below, size: Self.noteSize, color: SheetLook.pencil)
  }

  /// The colours from no heat to full heat, and what they say.
  private func drawLegend(on canvas: inout PixelCanvas, y: Int) {
    let height = OutlineFont.lineHeight(Self.noteSize)
    for step in 0..<Self.legendWidth {
      let color = content.overlay.colormap.color(Float(step) / Float(Self.legendWidth - 1))
      canvas.fill(x: SheetLook.margin + step, y: y + 3, width: 1, height: height - 6, color: color)
    }
    let x = SheetLook.margin + Self.legendWidth + Self.gap
    let room = Float(canvas.image.width - SheetLook.margin - x)
    let meaning = OutlineFont.fitted(AttendedCaption.legend(content.scale), to: room, Self.noteSize)
    canvas.draw(meaning, x: x, y: y, size: Self.noteSize, color: SheetLook.pencil)
  }
}
