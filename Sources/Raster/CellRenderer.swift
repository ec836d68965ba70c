/// Turns pictures into cells: of all the glyphs of a symbol set and all the colours allowed, for every cell those that
/// come closest to the picture.
///
/// Fitted by least squared error of the stored levels, as `colorError` judges: what a sub-pixel or part of a cell is shown
/// in is the mean of its levels. What the eye is to blend, parts of two palette colours in a cell and errors passed on to
/// neighbours, is blended in linear light. A cell that comes out in one colour is a space.
public struct CellRenderer: Sendable {
  public let symbols: SymbolSet
  public let colors: ColorDepth
  /// In truecolor, how many leading bits of each channel may differ between colours, 1…8. Fewer make fewer distinct
  /// pairs of colours, which some screens have a limited supply of, and fewer bytes; 6 are hard to tell from 8.
  public let bitsPerChannel: Int

  /// - Precondition: 1 ≤ bitsPerChannel ≤ 8.
  public init(symbols: SymbolSet, colors: ColorDepth, bitsPerChannel: Int = 8) {
    precondition((1...8).contains(bitsPerChannel), "\(bitsPerChannel) bits a channel")
    self.symbols = symbols
    self.colors = colors
    self.bitsPerChannel = bitsPerChannel
  }

  /// The picture stretched over exactly `columns × rows` cells.
  ///
  /// - Precondition: columns, rows ≥ 1.
  public func render(_ image: PixelImage, columns: Int, rows: Int) -> CellGrid {
    let across = symbols.patterns?.columns ?? 1
    let down = symbols.patterns?.rows ?? 1
    let samples = image.averaged(width: columns * across, height: rows * down)
    let cells =
      switch (symbols.patterns, colors) {
      case (nil, _): asciiCells(samples)
      case (let patterns?, .mono): monochromeCells(samples, patterns)
      case (let patterns?, .truecolor): trueColorCells(samples, patterns)
      case (let patterns?, _): paletteCells(samples, patterns)
      }
    return CellGrid(columns: columns, rows: rows, cells: cells)
  }

  /// The picture on the largest grid within `columns × rows` that keeps its aspect ratio.
  ///
  /// - Parameters:
  ///   - image: upright.
  ///   - columns: the most there may be, at least 1.
  ///   - rows: the most there may be, at least 1.
  ///   - cellAspect: a cell's height over its width.
  public func render(
    _ image: PixelImage, fittingColumns columns: Int, rows: Int, cellAspect: Double = 2
  ) -> CellGrid {
    let size = image.fit(inColumns: columns, rows: rows, cellAspect: cellAspect)
    return render(image, columns: size.columns, rows: size.rows)
  }

  /// The size in pixels that a picture shown on `columns × rows` cells need not be larger than: two pixels or more for
  /// each sub-pixel, so that the edges of areas averaged fall where they belong.
  public func pixels(forColumns columns: Int, rows: Int) -> (width: Int, height: Int) {
    (columns * 2 * max(2, symbols.patterns?.columns ?? 1), rows * 2 * max(2, symbols.patterns?.rows ?? 1))
  }

  private func trueColorCells(_ image: LinearImage, _ patterns: BlockPatterns) -> [Cell] {
    let (columns, rows) = (image.width / patterns.columns, image.height / patterns.rows)
    var samples = CellSamples(capacity: patterns.count)
    var cells: [Cell] = []
    cells.reserveCapacity(columns * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        samples.load(image, row: row, column: column, columns: patterns.columns, rows: patterns.rows)
        cells.append(trueColorCell(samples, patterns))
      }
    }
    return cells
  }

  /// The pattern of least error when each half is shown in its average colour.
  private func trueColorCell(_ samples: CellSamples, _ patterns: BlockPatterns) -> Cell {
    var best = (error: Int.max, pattern: 0, foreground: RGB(0, 0, 0), background: RGB(0, 0, 0))
    for pattern in patterns.canonical {
      let foreground = reduced(samples.meanLevels(of: pattern))
      let background =
        pattern == patterns.full ? foreground : reduced(samples.meanLevels(of: patterns.full ^ pattern))
      let error = samples.error(pattern: pattern, foreground: foreground.levels, background: background.levels)
      if error < best.error { best = (error, pattern, foreground, background) }
      if error == 0 { break }
    }
    let glyph = best.foreground == best.background ? " " : patterns.glyphs[best.pattern]
    return Cell(glyph: glyph, foreground: .rgb(best.foreground), background: .rgb(best.background))
  }

  /// The colour with all but the leading bits of each channel replaced by a repetition of those.
  func reduced(_ color: RGB) -> RGB {
    if bitsPerChannel == 8 { return color }
    func reduce(_ level: UInt8) -> UInt8 {
      let largest = (1 << bitsPerChannel) - 1
      let step = (Int(level) * largest + 127) / 255
      return UInt8((step * 255 + largest / 2) / largest)
    }
    return RGB(reduce(color.red), reduce(color.green), reduce(color.blue))
  }
}
