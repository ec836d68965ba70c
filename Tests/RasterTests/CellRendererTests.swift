import Foundation
import TestSupport
import Testing

@testable import Raster

@Suite struct CellRendererTests {
  static let blockSets: [SymbolSet] = [.half, .quadrant, .sextant]

  /// The renderer's answer against every pattern there is, averaged in double precision.
  @Test(arguments: blockSets) func noPatternComesCloserThanTheOneChosen(symbols: SymbolSet) throws {
    let patterns = try #require(symbols.patterns)
    let image = PixelImage.noise(width: 12 * patterns.columns, height: 9 * patterns.rows)
    let grid = CellRenderer(symbols: symbols, colors: .truecolor).render(image, columns: 12, rows: 9)
    for row in 0..<9 {
      for column in 0..<12 {
        let samples = Reference.samples(of: image, row: row, column: column, patterns)
        let errors = (0...patterns.full).map { Reference.error(samples, $0, Reference.means(samples, $0)) }
        let cell = grid[row, column]
        let chosen = try #require(patterns.glyphs.firstIndex(of: cell.glyph))
        guard case (.rgb(let foreground), .rgb(let background)) = (cell.foreground, cell.background) else {
          Issue.record("\(cell)")
          continue
        }
        let error = Reference.error(samples, chosen, (foreground.levels, background.levels))
        // Colours on the brink between two levels may round either way.
        #expect(Double(error) <= Double(errors.min()!) * 1.01 + 50, "row \(row), column \(column)")
        let means = Reference.means(samples, chosen)
        #expect(difference(foreground.levels, means.foreground) <= 1 || cell.glyph == " ")
        #expect(difference(background.levels, means.background) <= 1)
      }
    }
  }

  /// A single cell, so that nothing is handed on from neighbours.
  @Test(arguments: blockSets) func noPairOfSixteenColorsComesCloser(symbols: SymbolSet) throws {
    let patterns = try #require(symbols.patterns)
    for seed in 0..<6 {
      let image = PixelImage.noise(width: patterns.columns, height: patterns.rows, seed: UInt64(seed))
      let samples = Reference.samples(of: image, row: 0, column: 0, patterns)
      var errors: [Reference.Choice: Int] = [:]
      for foreground in 0..<16 {
        for background in 0..<16 {
          for pattern in 0...patterns.full {
            let pair = (Palette.ansi16[foreground], Palette.ansi16[background])
            errors[Reference.Choice(pattern: pattern, foreground: UInt8(foreground), background: UInt8(background))] =
              Reference.error(samples, pattern, (pair.0.levels, pair.1.levels))
              + 2 * patterns.count * Reference.toneError(samples, pattern, pair.0, pair.1)
          }
        }
      }
      let cell = CellRenderer(symbols: symbols, colors: .ansi16).render(image, columns: 1, rows: 1)[0, 0]
      let pattern = try #require(patterns.glyphs.firstIndex(of: cell.glyph))
      guard case (.indexed(let foreground), .indexed(let background)) = (cell.foreground, cell.background) else {
        Issue.record("\(cell)")
        continue
      }
      let chosen = Reference.Choice(pattern: pattern, foreground: foreground, background: background)
      #expect(Double(errors[chosen]!) <= Double(errors.values.min()!) * 1.01 + 50, "seed \(seed)")
    }
  }

  @Test(arguments: SymbolSet.allCases) func two56ColorsAreOfTheUpper240(symbols: SymbolSet) {
    let renderer = CellRenderer(symbols: symbols, colors: .ansi256)
    for image in [PixelImage.noise(width: 60, height: 40), .gradient(width: 60, height: 40)] {
      for cell in renderer.render(image, columns: 20, rows: 9).cells {
        for color in [cell.foreground, cell.background] {
          switch color {
          case .indexed(let index): #expect(index >= 16)
          case .standard: #expect(symbols == .ascii)
          case .rgb: Issue.record("\(cell)")
          }
        }
      }
    }
  }

  @Test func nearestOf240IsTheNearest() {
    for red in stride(from: 0, through: 255, by: 15) {
      for green in stride(from: 0, through: 255, by: 15) {
        for blue in stride(from: 0, through: 255, by: 15) {
          let color = RGB(UInt8(red), UInt8(green), UInt8(blue))
          let least = Palette.ansi256[16...].map { colorError($0.levels, color.levels) }.min()!
          let found = Int(Palette.nearest256(color))
          #expect(found >= 16 && colorError(Palette.ansi256[found].levels, color.levels) == least, "\(color)")
        }
      }
    }
  }

  @Test(arguments: blockSets) func oneColorIsSpaces(symbols: SymbolSet) {
    let image = PixelImage.solid(RGB(95, 135, 175), width: 9, height: 9)
    let truecolor = CellRenderer(symbols: symbols, colors: .truecolor).render(image, columns: 4, rows: 3)
    let color = Cell.Color.rgb(RGB(95, 135, 175))
    #expect(truecolor.cells.allSatisfy { $0 == Cell(glyph: " ", foreground: color, background: color) })
    let indexed = CellRenderer(symbols: symbols, colors: .ansi256).render(image, columns: 4, rows: 3)
    #expect(indexed.cells.allSatisfy { $0.glyph == " " && $0.background == .indexed(67) })
  }

  /// Each cell the mean of its part of the picture, on a space.
  @Test(arguments: [ColorDepth.truecolor, .ansi256, .ansi16]) func spacesShowThePictureInTheirGround(
    _ colors: ColorDepth
  ) {
    let image = PixelImage(
      width: 4, height: 2,
      pixels: [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255] + [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255])
    let grid = CellRenderer(symbols: .space, colors: colors).render(image, columns: 2, rows: 1)
    let expected: [Cell.Color] =
      switch colors {
      case .truecolor: [.rgb(RGB(255, 0, 0)), .rgb(RGB(0, 0, 255))]
      case .ansi256: [.indexed(196), .indexed(21)]
      default: [.indexed(9), .indexed(4)]
      }
    #expect(grid.cells.map(\.glyph) == [" ", " "] && grid.cells.map(\.background) == expected)
  }

  @Test func upperAndLowerHalvesAreDrawnWithTheLowerGlyph() {
    let image = PixelImage(width: 1, height: 2, pixels: [255, 0, 0, 0, 0, 255])
    for symbols in [SymbolSet.half, .quadrant] {
      let cell = CellRenderer(symbols: symbols, colors: .truecolor).render(image, columns: 1, rows: 1)[0, 0]
      #expect(cell == Cell(glyph: "▄", foreground: .rgb(RGB(0, 0, 255)), background: .rgb(RGB(255, 0, 0))))
    }
  }

  @Test func fewerBitsKeepBlackAndWhiteAndMakeFewerColors() {
    let renderer = CellRenderer(symbols: .half, colors: .truecolor, bitsPerChannel: 6)
    let white = PixelImage.solid(RGB(255, 255, 255), width: 1, height: 2)
    #expect(renderer.render(white, columns: 1, rows: 1)[0, 0].background == .rgb(RGB(255, 255, 255)))
    #expect(Set((0...255).map { renderer.reduced(RGB(UInt8($0), 0, 0)) }).count == 64)
    for level in 0...255 {
      #expect(abs(Int(renderer.reduced(RGB(UInt8(level), 0, 0)).red) - level) <= 2)
    }
  }

  @Test func monochromeIsAsLightAsThePicture() {
    let image = PixelImage.solid(RGB(102, 102, 102), width: 10, height: 10)
    let grid = CellRenderer(symbols: .quadrant, colors: .mono).render(image, columns: 20, rows: 20)
    #expect(grid.cells.allSatisfy { $0.foreground == .standard && $0.background == .standard })
    let light = grid.cells.map { BlockPatterns.quadrant.glyphs.firstIndex(of: $0.glyph)!.nonzeroBitCount }.reduce(0, +)
    #expect(abs(Double(light) / 1600 - 0.4) < 0.02)
  }

  @Test func asciiIsAsciiAndGetsDenserWithLightness() {
    let levels = (0..<10).flatMap { [UInt8](repeating: UInt8($0 * 255 / 9), count: 3) }
    let image = PixelImage(width: 10, height: 1, pixels: levels)
    let grid = CellRenderer(symbols: .ascii, colors: .mono).render(image, columns: 10, rows: 1)
    #expect(grid.ansi(colors: .mono) == " .:-=+*#%@\n")
  }

  @Test func fittingKeepsTheAspectRatio() {
    #expect(PixelImage.fit(width: 400, height: 300, inColumns: 80, rows: 40) == (80, 30))
    #expect(PixelImage.fit(width: 300, height: 400, inColumns: 80, rows: 40) == (60, 40))
    #expect(PixelImage.fit(width: 400, height: 300, inColumns: 80, rows: 40, cellAspect: 1) == (53, 40))
    #expect(PixelImage.fit(width: 10000, height: 1, inColumns: 80, rows: 40) == (80, 1))
    #expect(PixelImage.fit(width: 1, height: 10000, inColumns: 80, rows: 40) == (1, 40))
  }

  private func difference(_ a: Levels, _ b: Levels) -> Int32 { max((a &- b).max(), (b &- a).max()) }
}

/// Straightforward twins of what the renderer computes.
private enum Reference {
  struct Choice: Hashable {
    var pattern: Int
    var foreground: UInt8
    var background: UInt8
  }

  static func samples(of image: PixelImage, row: Int, column: Int, _ patterns: BlockPatterns) -> [RGB] {
    (0..<patterns.count).map { index in
      image.pixel(
        x: column * patterns.columns + index % patterns.columns, y: row * patterns.rows + index / patterns.columns)
    }
  }

  /// The average colours of the samples in the pattern and of the rest; black for none.
  static func means(_ samples: [RGB], _ pattern: Int) -> (foreground: Levels, background: Levels) {
    func mean(_ part: [RGB]) -> Levels {
      func channel(_ path: KeyPath<RGB, UInt8>) -> Int32 {
        part.isEmpty ? 0 : Int32((part.map { Double($0[keyPath: path]) }.reduce(0, +) / Double(part.count)).rounded())
      }
      return Levels(channel(\.red), channel(\.green), channel(\.blue), 0)
    }
    let inside = samples.indices.filter { pattern >> $0 & 1 == 1 }.map { samples[$0] }
    let outside = samples.indices.filter { pattern >> $0 & 1 == 0 }.map { samples[$0] }
    return (mean(inside), mean(outside))
  }

  static func error(_ samples: [RGB], _ pattern: Int, _ colors: (foreground: Levels, background: Levels)) -> Int {
    samples.indices.map { index in
      colorError(samples[index].levels, pattern >> index & 1 == 1 ? colors.foreground : colors.background)
    }.reduce(0, +)
  }

  static func toneError(_ samples: [RGB], _ pattern: Int, _ foreground: RGB, _ background: RGB) -> Int {
    let shown = samples.indices.map { pattern >> $0 & 1 == 1 ? foreground : background }
    return colorError(blended(shown), blended(samples))
  }

  /// What the eye makes of colours side by side: the mean of their light.
  private static func blended(_ part: [RGB]) -> Levels {
    func channel(_ path: KeyPath<RGB, UInt8>) -> Int32 {
      encode(part.map { decode($0[keyPath: path]) }.reduce(0, +) / Double(part.count))
    }
    return Levels(channel(\.red), channel(\.green), channel(\.blue), 0)
  }

  private static func decode(_ level: UInt8) -> Double {
    let value = Double(level) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  private static func encode(_ light: Double) -> Int32 {
    Int32((255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055)).rounded())
  }
}
