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

  /// Draws one line with its upper left corner at (x, y), each pixel of the font as a square of `scale` pixels.
  mutating func draw(_ text: String, x: Int, y: Int, color: RGB, scale: Int = 1) {
    for (index, character) in text.enumerated() {
      let left = x + index * BitmapFont.width * scale
      for (row, bits) in BitmapFont.rows(of: character).enumerated() where bits != 0 {
        for column in 0..<BitmapFont.width where bits >> (BitmapFont.width - 1 - column) & 1 == 1 {
          fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, color: color)
        }
      }
    }
  }

  private mutating func set(_ x: Int, _ y: Int, _ color: RGB) {
    let target = 3 * (y * image.width + x)
    image.pixels[target] = color.red
    image.pixels[target + 1] = color.green
    image.pixels[target + 2] = color.blue
  }
}
