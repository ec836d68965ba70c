extension CellRenderer {
  /// The pattern and pair of palette entries of least error.
  ///
  /// With so few colours the parts' average colours are hardly ever available. Beside the sub-pixels' own errors that of
  /// the whole cell's average light is counted, so that a tone between two entries is shown as a pattern of both.
  func paletteCell(_ samples: CellSamples, _ patterns: BlockPatterns) -> Cell {
    let candidates = colors == .ansi16 ? Self.all16 : Self.candidates256(samples, patterns)
    let errors = PatternErrors(samples, patterns, candidates)
    let whole = RGB(light: samples.mean(of: patterns.full)).levels
    var best = (error: Int.max, pattern: patterns.full, foreground: candidates[0], background: candidates[0])
    for (f, foreground) in candidates.enumerated() {
      for (b, background) in candidates.enumerated() {
        var tone = ToneErrors(foreground: foreground, background: background, whole: whole, count: patterns.count)
        for pattern in patterns.canonical where (f == b) == (pattern == patterns.full) {
          let detail = errors[pattern, f] + errors[patterns.full ^ pattern, b]
          if detail >= best.error { continue }
          let error = detail + tone[pattern.nonzeroBitCount]
          if error < best.error { best = (error, pattern, foreground, background) }
        }
      }
    }
    let glyph = best.pattern == patterns.full ? " " : patterns.glyphs[best.pattern]
    return Cell(glyph: glyph, foreground: .indexed(best.foreground.index), background: .indexed(best.background.index))
  }

  private static let all16: [PaletteEntry] = (0..<16).map { PaletteEntry(index: $0) }
  private static let all256: [PaletteEntry] = (0...255).map { PaletteEntry(index: $0) }

  /// The entries a cell may be shown in: the nearest to each sub-pixel and to the average, and the corners of the cube
  /// step that holds the average.
  private static func candidates256(_ samples: CellSamples, _ patterns: BlockPatterns) -> [PaletteEntry] {
    let whole = RGB(light: samples.mean(of: patterns.full))
    var indices = [Palette.nearest256(whole)]
    func add(_ index: UInt8) {
      if !indices.contains(index) { indices.append(index) }
    }
    for levels in samples.levels {
      add(Palette.nearest256(RGB(UInt8(levels.x), UInt8(levels.y), UInt8(levels.z))))
    }
    let (red, green, blue) = (
      Palette.enclosingSteps[Int(whole.red)], Palette.enclosingSteps[Int(whole.green)],
      Palette.enclosingSteps[Int(whole.blue)]
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
  let foreground: PaletteEntry
  let background: PaletteEntry
  let whole: Levels
  let count: Int

  /// How much a sub-pixel of wrong tone weighs against one of wrong detail.
  private static let weight = 1

  subscript(foregroundCount: Int) -> Int {
    mutating get {
      let part = Float(foregroundCount) / Float(count)
      let mixed = RGB(light: foreground.light * part + background.light * (1 - part))
      return Self.weight * count * colorError(whole, mixed.levels)
    }
  }
}
