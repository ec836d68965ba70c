import Raster

/// The attention of a caption as one picture: the caption, the photo, the photo again under each word's attention with
/// the word, its probability and how spread out the attention is beneath, and at the foot what the colours mean and
/// where the caption comes from.
package struct AttentionSheet {
  let content: AttendedCaption

  private static let paper = RGB(255, 255, 255)
  private static let ink = RGB(20, 20, 20)
  private static let pencil = RGB(100, 100, 100)
  private static let margin = 24
  private static let gap = 16
  private static let labelHeight = 52
  private static let lineHeight = 24
  private static let titleScale = 2
  /// The longer side of each picture.
  private static let tileSide = 320
  /// Narrower pictures keep room for what is written beneath.
  private static let narrowestCell = 200
  private static let legendWidth = 256
  /// Room for the legend and what it says.
  private static let narrowestSheet = 1220

  private let photo: PixelImage
  private let cell: (width: Int, height: Int)
  private let columns: Int
  private let rows: Int

  package init(_ content: AttendedCaption) {
    self.content = content
    photo = content.photo(longerSide: Self.tileSide, enlarging: true)
    cell = (max(photo.width, Self.narrowestCell) + Self.gap, photo.height + Self.labelHeight + Self.gap)
    let count = content.caption.words.count + 1
    columns = Self.columns(for: count, cell: cell)
    rows = (count + columns - 1) / columns
  }

  /// How many tiles go beside each other for a sheet of about a screen's shape.
  static func columns(for count: Int, cell: (width: Int, height: Int)) -> Int {
    func misfit(_ columns: Int) -> Double {
      let rows = (count + columns - 1) / columns
      let shape = Double(columns * cell.width) / Double(rows * cell.height)
      return max(shape / 1.6, 1.6 / shape)
    }
    return (1...min(count, 8)).min { misfit($0) < misfit($1) }!
  }

  package func drawn() -> PixelImage {
    let gridWidth = columns * cell.width - Self.gap
    let width = max(gridWidth, Self.narrowestSheet) + 2 * Self.margin
    let text = width - 2 * Self.margin
    let title = BitmapFont.wrapped(titleText, to: text / (BitmapFont.width * Self.titleScale))
    let foot = BitmapFont.wrapped(content.origin, to: text / BitmapFont.width)
    let titleHeight = title.count * Self.lineHeight * Self.titleScale + Self.gap
    let height = 2 * Self.margin + titleHeight + rows * cell.height + (foot.count + 1) * Self.lineHeight
    var canvas = PixelCanvas(width: width, height: height, color: Self.paper)
    for (index, line) in title.enumerated() {
      let y = Self.margin + index * Self.lineHeight * Self.titleScale
      canvas.draw(line, x: Self.margin, y: y, color: Self.ink, scale: Self.titleScale)
    }
    drawTiles(on: &canvas, top: Self.margin + titleHeight)
    var y = Self.margin + titleHeight + rows * cell.height
    drawLegend(on: &canvas, y: y)
    for line in foot {
      y += Self.lineHeight
      canvas.draw(line, x: Self.margin, y: y, color: Self.pencil)
    }
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
      let likelihood = Decimals.percent(content.caption.likelihood(of: word))
      let label = Label(word: word.word, likelihood: likelihood, note: map.spreadInWords)
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
    let x = Self.margin + index % columns * cell.width
    let y = top + index / columns * cell.height
    canvas.draw(picture, x: x, y: y)
    let room = (cell.width - Self.gap) / BitmapFont.width
    let count = label.likelihood.count
    let line = y + picture.height + 6
    let word = BitmapFont.fitted(label.word, to: count == 0 ? room : room - count - 1)
    canvas.draw(word, x: x, y: line, color: Self.ink)
    let right = x + cell.width - Self.gap - count * BitmapFont.width
    canvas.draw(label.likelihood, x: right, y: line, color: Self.ink)
    let note = BitmapFont.fitted(label.note, to: room)
    canvas.draw(note, x: x, y: line + BitmapFont.height, color: Self.pencil)
  }

  /// The colours from an even share of attention, or less, to the most.
  private func drawLegend(on canvas: inout PixelCanvas, y: Int) {
    for step in 0..<Self.legendWidth {
      let color = content.overlay.colormap.color(Float(step) / Float(Self.legendWidth - 1))
      canvas.fill(x: Self.margin + step, y: y + 3, width: 1, height: BitmapFont.height - 6, color: color)
    }
    let full = content.scale == .fixed ? "8 times an even share" : "each word's most"
    let meaning = "even share or less to \(full); over n cells: as spread out as if even over so many"
    let x = Self.margin + Self.legendWidth + Self.gap
    let room = (canvas.image.width - Self.margin - x) / BitmapFont.width
    canvas.draw(BitmapFont.fitted(meaning, to: room), x: x, y: y, color: Self.pencil)
  }
}
