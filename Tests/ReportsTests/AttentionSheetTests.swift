import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Reports

@Suite("The sheet of overlays")
struct AttentionSheetTests {
  @Test("drawing beyond the edges is cut off") func clipping() {
    var canvas = PixelCanvas(width: 3, height: 2, color: RGB(9, 9, 9))
    canvas.fill(x: -5, y: -5, width: 6, height: 6, color: RGB(1, 2, 3))
    canvas.draw(PixelImage(width: 2, height: 2, pixels: [UInt8](repeating: 7, count: 12)), x: 2, y: 1)
    canvas.draw("W", x: 50, y: -30, size: 60, color: RGB(0, 0, 0))
    canvas.draw("W", x: -200, y: 40, size: 60, color: RGB(0, 0, 0))
    #expect(canvas.image.pixels == [1, 2, 3, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 7, 7, 7])
  }

  @Test("a sheet has about a screen's shape and no row that is nearly empty, for short and long captions")
  func shape() {
    for count in 1...66 {
      let cell = (width: 336, height: 300)
      let columns = AttentionSheet.columns(for: count, cell: cell)
      let rows = (count + columns - 1) / columns
      let shape = Double(columns * cell.width) / Double(rows * cell.height)
      // Three tiles go in one row: two and one would leave one alone.
      let shapes = count == 3 ? 3.3...3.4 : 0.6...2.6
      #expect((1...min(count, 8)).contains(columns) && (count > 40 || shapes.contains(shape)), "\(count)")
    }
    for count in 2...66 {
      for cell in [(width: 336, height: 300), (336, 90), (256, 397), (336, 397)] {
        let columns = AttentionSheet.columns(for: count, cell: cell)
        let last = count - (count - 1) / columns * columns
        #expect(columns == 1 || (last > 1 && 2 * last >= columns), "\(last) of \(columns) left of \(count)")
      }
    }
  }

  @Test("every photo gives a sheet, however thin, and a caption without words too") func extremes() throws {
    let caption = Caption(words: [], logProbability: -1, finished: true, settings: DecodingSettings())
    for (width, height) in [(1, 1), (400, 1), (1, 400)] {
      let content = AttendedCaption(
        imageName: "x",
        photo: PixelImage(width: width, height: height, pixels: [UInt8](repeating: 80, count: width * height * 3)),
        caption: caption, weights: WeightsIdentity(name: "w", sha256: ""), provenance: [:], overlay: HeatOverlay())
      let sheet = AttentionSheet(content).drawn()
      #expect(sheet.width > 500 && sheet.height > 100)
      #expect(try AttentionPage(content: content).html().contains("<h1></h1>"))
    }
  }

  @Test(
    "the tile of a word is the photo under that word's heat, by the scale asked for",
    arguments: [
      (HeatScale.ownMaximum, UInt8(255)), (.fixed, 70),
    ]) func tile(scale: HeatScale, hottest: UInt8)
  {
    let photo = PixelImage(width: 320, height: 200, pixels: [UInt8](repeating: 60, count: 320 * 200 * 3))
    let map = AttentionMap(rows: 1, columns: 2, values: [0, 1])
    let word = CaptionWord(word: "dog", token: 4, probability: 1, logProbability: 0, attention: map, alternatives: [])
    let overlay = HeatOverlay(colormap: .grey, opacity: 1, smooth: false)
    let content = AttendedCaption(
      imageName: "x", photo: photo,
      caption: Caption(words: [word], logProbability: 0, finished: true, settings: DecodingSettings()),
      weights: WeightsIdentity(name: "w", sha256: ""), provenance: [:], overlay: overlay, scale: scale)
    let sheet = AttentionSheet(content).drawn()
    // Halfway down the one row of tiles, below a margin and a line of title: the photo, a gap, the word's tile.
    let top = 24 + OutlineFont.lineHeight(36) + 16
    let row = sheet.pixels[(top + 100) * sheet.width * 3..<(top + 101) * sheet.width * 3]
    let levels = stride(from: row.startIndex, to: row.endIndex, by: 3).map { row[$0] }
    func run(_ count: Int, _ level: UInt8) -> [UInt8] { [UInt8](repeating: level, count: count) }
    #expect(
      Array(levels[..<680]) == run(24, 255) + run(320, 60) + run(16, 255) + run(160, 60) + run(160, hottest))
  }
  @Test(
    "the colours are explained in the page's words",
    arguments: [
      (
        HeatScale.ownMaximum,
        "What glows got more than an even share of attention; full strength is each word's most attended cell."
      ),
      (
        .fixed,
        "What glows got more than an even share of attention; full strength is 8 times an even share or more."
      ),
    ]) func legend(scale: HeatScale, words: String)
  {
    let photo = PixelImage(width: 32, height: 20, pixels: [UInt8](repeating: 60, count: 32 * 20 * 3))
    let content = AttendedCaption(
      imageName: "x", photo: photo,
      caption: Caption(words: [], logProbability: 0, finished: true, settings: DecodingSettings()),
      weights: WeightsIdentity(name: "w", sha256: ""), provenance: [:], overlay: HeatOverlay(), scale: scale)
    let sheet = AttentionSheet(content).drawn()
    let (x, width) = (24 + 256 + 16, sheet.width - 24 - 256 - 16 - 24)
    var line = PixelCanvas(width: width, height: OutlineFont.lineHeight(17), color: RGB(255, 255, 255))
    line.draw(words, x: 0, y: 0, size: 17, color: RGB(100, 100, 100))
    // The line stands above that of the origin, which is the last.
    let y = sheet.height - 24 - 2 * (OutlineFont.lineHeight(17) + 4)
    var worst = 0
    for index in line.image.pixels.indices {
      let (row, rest) = (index / (width * 3), index % (width * 3))
      let there = sheet.pixels[((y + row) * sheet.width + x) * 3 + rest]
      worst = max(worst, abs(Int(there) - Int(line.image.pixels[index])))
    }
    #expect(worst <= 2 && OutlineFont.width(of: words, 17) < Float(width))
  }
}
