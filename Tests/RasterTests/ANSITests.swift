import Testing

@testable import Raster

@Suite struct ANSITests {
  private func grid(_ cells: [(Unicode.Scalar, Cell.Color, Cell.Color)], columns: Int) -> CellGrid {
    CellGrid(
      columns: columns, rows: cells.count / columns,
      cells: cells.map { Cell(glyph: $0.0, foreground: $0.1, background: $0.2) })
  }

  @Test func smallImageIsThisText() {
    let image = PixelImage(
      width: 3, height: 4,
      pixels: [
        255, 0, 0, 255, 0, 0, 0, 255, 0,
        255, 0, 0, 0, 0, 255, 0, 0, 255,
        9, 8, 7, 9, 8, 7, 9, 8, 7,
        9, 8, 7, 9, 8, 7, 100, 8, 7,
      ])
    let grid = CellRenderer(symbols: .half, colors: .truecolor).render(image, columns: 3, rows: 2)
    #expect(
      grid.ansi(colors: .truecolor) == """
        \u{1B}[48;2;255;0;0m \u{1B}[38;2;0;0;255m▄\u{1B}[48;2;0;255;0m▄\u{1B}[0m
        \u{1B}[48;2;9;8;7m  \u{1B}[38;2;100;8;7m▄\u{1B}[0m

        """)
  }

  @Test func colorsAreSetOnlyWhereTheyChange() {
    let cells = grid(
      [("▄", .indexed(200), .indexed(17)), ("▌", .indexed(200), .indexed(17)), (" ", .indexed(30), .indexed(17))],
      columns: 3)
    #expect(cells.ansi(colors: .ansi256) == "\u{1B}[38;5;200;48;5;17m▄▌ \u{1B}[0m\n")
  }

  @Test func sixteenColorsUseTheShortCodes() {
    let cells = grid([("▄", .indexed(1), .indexed(9)), ("▄", .indexed(15), .standard)], columns: 2)
    #expect(cells.ansi(colors: .ansi16) == "\u{1B}[31;101m▄\u{1B}[97;49m▄\u{1B}[0m\n")
  }

  @Test func monochromeHasNoSequences() {
    let cells = grid([("▚", .standard, .standard), (" ", .standard, .standard)], columns: 1)
    #expect(cells.ansi(colors: .mono) == "▚\n \n")
  }
}

@Suite struct SymbolTests {
  /// Unicode names sextants by their filled sixths, numbered row by row.
  @Test func sextantsFollowUnicodesOrder() {
    let glyphs = BlockPatterns.sextant.glyphs
    #expect(glyphs.count == 64 && Set(glyphs).count == 64)
    #expect(glyphs[0b000001] == "\u{1FB00}")
    #expect(glyphs[0b010100] == "\u{1FB13}")
    #expect(glyphs[0b010101] == "▌")
    #expect(glyphs[0b010110] == "\u{1FB14}")
    #expect(glyphs[0b101010] == "▐")
    #expect(glyphs[0b111110] == "\u{1FB3B}")
  }

  @Test(arguments: [BlockPatterns.half, .quadrant, .sextant])
  func onePatternOfEachComplementaryPairIsTried(patterns: BlockPatterns) {
    #expect(patterns.canonical.count == patterns.glyphs.count / 2)
    #expect(Set(patterns.canonical.flatMap { [$0, patterns.full ^ $0] }).count == patterns.glyphs.count)
  }
}
