import Raster

/// A picture being put together. What lies outside is left out.
struct PixelCanvas {
  private(set) var image: PixelImage

  init(width: Int, height: Int, color: RGB) {
    image = PixelImage(
      width: width, height: height,
      pixels: (0..<width * height).flatMap { _ in [color.red, color.green, color.blue] })
  }

  mutating func fill(x: Int, y: Int, width: Int, height: Int, color: RGB) {
    for row in (y..<y + height).clamped(to: 0..<image.height) {
      for column in (x..<x + width).clamped(to: 0..<image.width) { set(column, row, color) }
    }
  }

  mutating func draw(_ picture: PixelImage, x: Int, y: Int) {
    for row in 0..<picture.height where (0..<image.height).contains(y + row) {
      for column in 0..<picture.width where (0..<image.width).contains(x + column) {
        let source = 3 * (row * picture.width + column)
        set(x + column, y + row, RGB(picture.pixels[source], picture.pixels[source + 1], picture.pixels[source + 2]))
      }
    }
  }

  /// Draws one line of text with its upper left corner at (x, y).
  /// - Parameter size: the font's em square in pixels.
  mutating func draw(_ text: String, x: Int, y: Int, size: Float, color: RGB) {
    var pen = SIMD2(Float(x), Float(y + OutlineFont.baseline(size)))
    for character in text {
      let glyph = OutlineFont.glyph(of: character)
      if !glyph.outline.contours.isEmpty { draw(Coverage(glyph.outline, size: size, origin: pen), color) }
      pen.x += glyph.advance * size
    }
  }

  /// Draws lines below each other, each `step` pixels below the one before, the first with its upper left corner at (x, y).
  mutating func draw(_ lines: [String], x: Int, y: Int, step: Int, size: Float, color: RGB) {
    for (index, line) in lines.enumerated() { draw(line, x: x, y: y + index * step, size: size, color: color) }
  }

  private mutating func draw(_ coverage: Coverage, _ color: RGB) {
    for row in (0..<coverage.height).clamped(to: -coverage.top..<max(-coverage.top, image.height - coverage.top)) {
      let columns = -coverage.left..<max(-coverage.left, image.width - coverage.left)
      for column in (0..<coverage.width).clamped(to: columns) {
        let share = coverage.shares[row * coverage.width + column]
        if share > 0 { mix(coverage.left + column, coverage.top + row, color, share) }
      }
    }
  }

  private mutating func mix(_ x: Int, _ y: Int, _ color: RGB, _ share: Float) {
    let target = 3 * (y * image.width + x)
    for (offset, level) in [color.red, color.green, color.blue].enumerated() {
      let below = Float(image.pixels[target + offset])
      image.pixels[target + offset] = UInt8((below + (Float(level) - below) * share).rounded())
    }
  }

  private mutating func set(_ x: Int, _ y: Int, _ color: RGB) {
    let target = 3 * (y * image.width + x)
    image.pixels[target] = color.red
    image.pixels[target + 1] = color.green
    image.pixels[target + 2] = color.blue
  }
}
