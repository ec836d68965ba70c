extension CellRenderer {
  /// Cells in palette entries. What the shown tone of each lacks is made up for by its neighbours to come
  /// (Floyd–Steinberg error diffusion of cells, rows alternately from left and from right).
  func paletteCells(_ image: LinearImage, _ patterns: BlockPatterns) -> [Cell] {
    let (columns, rows) = (image.width / patterns.columns, image.height / patterns.rows)
    var samples = CellSamples(capacity: patterns.count)
    var cells = [Cell](
      repeating: Cell(glyph: " ", foreground: .standard, background: .standard), count: columns * rows)
    var lacking = [SIMD4<Float>](repeating: .zero, count: columns * rows)
    for row in 0..<rows {
      let step = row % 2 == 0 ? 1 : -1
      for index in 0..<columns {
        let column = step > 0 ? index : columns - 1 - index
        samples.load(image, row: row, column: column, columns: patterns.columns, rows: patterns.rows)
        let target = samples.mean(of: patterns.full) + lacking[row * columns + column]
        let (cell, shown) = paletteCell(samples, tone: target.clamped(lowerBound: .zero, upperBound: .one), patterns)
        cells[row * columns + column] = cell
        let error = (target - shown) * diffusedShare
        for (dx, dy, share) in [(step, 0, 7), (-step, 1, 3), (0, 1, 5), (step, 1, 1)] as [(Int, Int, Float)]
        where (0..<columns).contains(column + dx) && row + dy < rows {
          lacking[(row + dy) * columns + column + dx] += error * (share / 16)
        }
      }
    }
    return cells
  }

  /// How much of the error neighbours make up for. Of sixteen colours most, but not all, so that what cannot be shown at
  /// all does not pile up. Of 256 little: enough to break up bands in skies, too little to cost detail.
  private var diffusedShare: Float { colors == .ansi16 ? 0.85 : 0.3 }

  /// How much a cell of wrong tone weighs against all of its sub-pixels wrong in detail by as much.
  private var toneWeight: Int { colors == .ansi16 ? 2 : 1 }

  /// The pattern and pair of palette entries of least error, and the average light they show.
  ///
  /// With so few colours the parts' average colours are hardly ever available. Beside the sub-pixels' own errors that of
  /// the whole cell's average light is counted, so that a tone between two entries is shown as a pattern of both.
  ///
  /// - Parameter tone: the average light wanted.
  func paletteCell(
    _ samples: CellSamples, tone: SIMD4<Float>, _ patterns: BlockPatterns
  ) -> (cell: Cell, shown: SIMD4<Float>) {
    let wanted = RGB(light: tone)
    let candidates = colors == .ansi16 ? Self.all16 : Self.candidates256(samples, tone: wanted)
    let errors = PatternErrors(samples, patterns, candidates)
    var best = (error: Int.max, pattern: patterns.full, foreground: candidates[0], background: candidates[0])
    for (f, foreground) in candidates.enumerated() {
      for (b, background) in candidates.enumerated() {
        let tones = ToneErrors(
          foreground, background, wanted: wanted.levels, count: patterns.count, weight: toneWeight)
        for pattern in patterns.canonical where (f == b) == (pattern == patterns.full) {
          let detail = errors[pattern, f] + errors[patterns.full ^ pattern, b]
          if detail >= best.error { continue }
          let error = detail + tones[pattern.nonzeroBitCount]
          if error < best.error { best = (error, pattern, foreground, background) }
        }
      }
    }
    let glyph = best.pattern == patterns.full ? " " : patterns.glyphs[best.pattern]
    let cell = Cell(
      glyph: glyph, foreground: .indexed(best.foreground.index), background: .indexed(best.background.index))
    let part = Float(best.pattern.nonzeroBitCount) / Float(patterns.count)
    return (cell, best.foreground.light * part + best.background.light * (1 - part))
  }

  private static let all16: [PaletteEntry] = (0..<16).map { PaletteEntry(index: $0) }
  private static let all256: [PaletteEntry] = (0...255).map { PaletteEntry(index: $0) }

  /// The entries a cell may be shown in: the nearest to each sub-pixel and to the tone, and the corners of the cube step
  /// that holds the tone.
  private static func candidates256(_ samples: CellSamples, tone: RGB) -> [PaletteEntry] {
    var indices = [Palette.nearest256(tone)]
    func add(_ index: UInt8) {
      if !indices.contains(index) { indices.append(index) }
    }
    for levels in samples.levels {
      add(Palette.nearest256(RGB(UInt8(levels.x), UInt8(levels.y), UInt8(levels.z))))
    }
    let (red, green, blue) = (
      Palette.enclosingSteps[Int(tone.red)], Palette.enclosingSteps[Int(tone.green)],
      Palette.enclosingSteps[Int(tone.blue)]
    )
    for r in [red.0, red.1] {
      for g in [green.0, green.1] {
        for b in [blue.0, blue.1] { add(Palette.cubeIndex(red: r, green: g, blue: b)) }
      }
    }
    return indices.map { all256[Int($0)] }
  }
}

/// A palette entry with its colour in both forms.
private struct PaletteEntry {
  let index: UInt8
  let levels: Levels
  let light: SIMD4<Float>

  init(index: UInt8) {
    self.index = index
    levels = Palette.ansi256[Int(index)].levels
    light = Palette.ansi256[Int(index)].light
  }
}

/// For every pattern and candidate, the error of showing the pattern's sub-pixels in that colour.
private struct PatternErrors {
  private var sums: [Int]
  private let candidateCount: Int

  init(_ samples: CellSamples, _ patterns: BlockPatterns, _ candidates: [PaletteEntry]) {
    candidateCount = candidates.count
    sums = [Int](repeating: 0, count: patterns.glyphs.count * candidateCount)
    for pattern in 1...patterns.full {
      // The pattern less its lowest sub-pixel came before.
      let (sample, rest) = (pattern.trailingZeroBitCount, pattern & (pattern - 1))
      for (index, candidate) in candidates.enumerated() {
        sums[pattern * candidateCount + index] =
          sums[rest * candidateCount + index] + colorError(samples.levels[sample], candidate.levels)
      }
    }
  }

  subscript(pattern: Int, candidate: Int) -> Int { sums[pattern * candidateCount + candidate] }
}

/// The error of a whole cell's average light when some of its sub-pixels are foreground, by how many.
private struct ToneErrors {
  private let foreground: PaletteEntry
  private let background: PaletteEntry
  private let wanted: Levels
  private let count: Int

  private let weight: Int

  init(_ foreground: PaletteEntry, _ background: PaletteEntry, wanted: Levels, count: Int, weight: Int) {
    (self.foreground, self.background, self.wanted) = (foreground, background, wanted)
    (self.count, self.weight) = (count, weight)
  }

  subscript(foregroundCount: Int) -> Int {
    let part = Float(foregroundCount) / Float(count)
    let mixed = RGB(light: foreground.light * part + background.light * (1 - part))
    return weight * count * colorError(wanted, mixed.levels)
  }
}
