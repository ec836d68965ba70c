extension CellRenderer {
  /// Characters by the share of their area that is ink, evenly spaced in lightness on a dark screen.
  private static let ramp = Array(" .:-=+*#%@".unicodeScalars)

  /// One character of the ramp a pixel. Its weight shows the lightness, so that its colour, if any, need only show the
  /// rest: the pixel's at full brightness.
  func asciiCells(_ image: LinearImage) -> [Cell] {
    (0..<(image.width * image.height)).map { index in
      let light = image.light(at: index)
      let glyph = Self.ramp[Int((lightness(light) * Float(Self.ramp.count - 1)).rounded())]
      let foreground = glyph == " " ? Cell.Color.standard : glyphColor(RGB(light: light / max(light.max(), 1e-4)))
      return Cell(glyph: glyph, foreground: foreground, background: .standard)
    }
  }

  private func glyphColor(_ color: RGB) -> Cell.Color {
    switch colors {
    case .mono: .standard
    case .ansi16: .indexed(Palette.nearest16(color))
    case .ansi256: .indexed(Palette.nearest256(color))
    case .truecolor: .rgb(reduced(color))
    }
  }

  /// Light and dark sub-pixels in the terminal's own two colours, taken to be light on dark, by Floyd–Steinberg error
  /// diffusion.
  ///
  /// Of lightness, not of light: dots this coarse are seen one by one, and the shadows need more of them to be read.
  func monochromeCells(_ image: LinearImage, _ patterns: BlockPatterns) -> [Cell] {
    let isLight = diffused(image)
    let (columns, rows) = (image.width / patterns.columns, image.height / patterns.rows)
    return (0..<(columns * rows)).map { cell in
      var pattern = 0
      for index in 0..<patterns.count {
        let x = cell % columns * patterns.columns + index % patterns.columns
        let y = cell / columns * patterns.rows + index / patterns.columns
        if isLight[y * image.width + x] { pattern |= 1 << index }
      }
      return Cell(glyph: patterns.glyphs[pattern], foreground: .standard, background: .standard)
    }
  }

  /// Whether each pixel is light, rows alternately from left and from right.
  private func diffused(_ image: LinearImage) -> [Bool] {
    let (width, height) = (image.width, image.height)
    var targets = (0..<(width * height)).map { lightness(image.light(at: $0)) }
    var isLight = [Bool](repeating: false, count: width * height)
    for y in 0..<height {
      let step = y % 2 == 0 ? 1 : -1
      for column in 0..<width {
        let x = step > 0 ? column : width - 1 - column
        let target = targets[y * width + x]
        isLight[y * width + x] = target >= 0.5
        let error = target - (target >= 0.5 ? 1 : 0)
        for (dx, dy, share) in [(step, 0, 7), (-step, 1, 3), (0, 1, 5), (step, 1, 1)] as [(Int, Int, Float)]
        where (0..<width).contains(x + dx) && y + dy < height {
          targets[(y + dy) * width + x + dx] += error * share / 16
        }
      }
    }
    return isLight
  }

  /// How light a colour looks, 0…1: its luminance (ITU-R BT.709), encoded as sRGB levels are.
  private func lightness(_ light: SIMD4<Float>) -> Float {
    Float(LinearLight.level(light.luminance)) / 255
  }
}
