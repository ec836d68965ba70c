import Testing

@testable import Raster

@Suite struct PaletteTests {
  /// Colours at and between the cube's steps and greys, in every combination.
  private static let colors: [RGB] = {
    let levels: [UInt8] = [0, 4, 8, 47, 48, 95, 115, 128, 155, 196, 215, 236, 255]
    return levels.flatMap { red in levels.flatMap { green in levels.map { RGB(red, green, $0) } } }
  }()

  private func error(_ color: RGB, _ entry: UInt8) -> Int {
    let other = Palette.ansi256[Int(entry)]
    let red = Int(color.red) - Int(other.red)
    let green = Int(color.green) - Int(other.green)
    let blue = Int(color.blue) - Int(other.blue)
    return red * red + green * green + blue * blue
  }

  @Test func theNearestHasTheLeastSquaredDistance() {
    for color in Self.colors {
      let least = (UInt8(16)...255).map { error(color, $0) }.min()!
      #expect(error(color, Palette.nearest256(color)) == least)
      #expect(error(color, Palette.nearest(to: color, among: 16...255)) == least)
      let least16 = (UInt8(0)...15).map { error(color, $0) }.min()!
      #expect(error(color, Palette.nearest16(color)) == least16)
    }
  }

  @Test func everyEntryIsNearestToItself() {
    for color in Palette.ansi256[16...] {
      let nearest = Palette.nearest256(color)
      #expect(Palette.ansi256[Int(nearest)] == color)
    }
    for entry in UInt8(0)...15 { #expect(Palette.nearest16(Palette.ansi256[Int(entry)]) == entry) }
  }

  @Test func greyIsAsLightAsTheColour() {
    let image = PixelImage(width: 4, height: 1, pixels: [255, 255, 255, 0, 0, 0, 255, 0, 0, 128, 128, 128])
    // Red gives 0.2126 of white's light, which is level 127 of 255.
    #expect(image.grey.pixels == [255, 255, 255, 0, 0, 0, 127, 127, 127, 128, 128, 128])
  }
}
