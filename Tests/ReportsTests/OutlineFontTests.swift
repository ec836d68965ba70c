import Testing

@testable import Raster
@testable import Reports

@Suite("Letters in pictures")
struct OutlineFontTests {
  @Test("all Latin letters with their accents are there, however they are spelled; others are a box") func coverage() {
    let ranges: [ClosedRange<UInt32>] = [0x20...0x7e, 0xa1...0xac, 0xae...0x17f, 0x218...0x21b, 0x1ea0...0x1ef9]
    let missing = ranges.joined().map { Character(Unicode.Scalar($0)!) }.filter { !OutlineFont.has($0) }
    #expect(missing.isEmpty)
    #expect("–—‘’“”„…‹›€™".allSatisfy(OutlineFont.has) && !OutlineFont.has("犬"))
    func outline(_ character: Character) -> [[SIMD2<Float>]] { OutlineFont.glyph(of: character).outline.contours }
    #expect(outline("e\u{301}") == outline("é") && outline("犬") == outline("😀"))
    #expect(outline(" ").isEmpty && OutlineFont.glyph(of: " ").advance > 0.2)
    #expect(outline("é").starts(with: outline("e")) && outline("é").count == outline("e").count + 1)
    // A letter is above the baseline, its accent above the letter, and a cedilla below.
    func height(_ character: Character) -> (low: Float, high: Float) {
      let rows = outline(character).joined().map(\.y)
      return (rows.min()!, rows.max()!)
    }
    #expect(height("x").low == 0 && height("É").high > height("E").high && height("ç").low < -0.1)
    #expect(abs(height("H").high - 0.711) < 0.001 && abs(height("x").high - 0.528) < 0.001)
  }

  @Test("pixels are covered as far as a letter lies over them", arguments: ["g", "B", "é", "%", "犬"])
  func antialiasing(letter: Character) {
    let (outline, size, origin) = (OutlineFont.glyph(of: letter).outline, Float(30), SIMD2<Float>(3.3, 24))
    let coverage = Coverage(outline, size: size, origin: origin)
    let contours = outline.contours.map { $0.map { origin + SIMD2($0.x, -$0.y) * size } }
    /// How often the outline goes round a point: told by its crossings of a ray to the left.
    func winding(_ point: SIMD2<Float>) -> Int {
      contours.reduce(0) { sum, contour in
        sum
          + contour.indices.reduce(0) { sum, index in
            let (a, b) = (contour[index], contour[(index + 1) % contour.count])
            guard (a.y <= point.y) != (b.y <= point.y) else { return sum }
            let x = a.x + (b.x - a.x) * (point.y - a.y) / (b.y - a.y)
            return x < point.x ? sum + (a.y < b.y ? 1 : -1) : sum
          }
      }
    }
    let fine = 10
    var worst: Float = 0
    for row in 0..<coverage.height {
      for column in 0..<coverage.width {
        var inside = 0
        for sample in 0..<fine * fine {
          let offset = SIMD2(Float(sample % fine) + 0.5, Float(sample / fine) + 0.5) / Float(fine)
          if winding(SIMD2(Float(coverage.left + column), Float(coverage.top + row)) + offset) != 0 { inside += 1 }
        }
        let share = Float(inside) / Float(fine * fine)
        worst = max(worst, abs(share - coverage.shares[row * coverage.width + column]))
      }
    }
    #expect(worst < 0.08 && coverage.shares.contains(1) && coverage.shares.contains { (0.2...0.8).contains($0) })
  }

  @Test("text is cut and broken where the line ends") func lines() {
    let width = OutlineFont.width(of: "elep…", 20)
    #expect(OutlineFont.fitted("elephant", to: width, 20) == "elep…")
    #expect(OutlineFont.fitted("elephant", to: width - 0.1, 20) == "ele…")
    #expect(OutlineFont.fitted("dog", to: OutlineFont.width(of: "dog", 20), 20) == "dog")
    #expect(OutlineFont.fitted("dog", to: 1, 20) == "")
    let line = OutlineFont.width(of: "extrao…", 20)
    #expect(OutlineFont.wrapped("a dog runs extraordinarily", to: line, 20) == ["a dog", "runs", "extrao…"])
  }

  @Test("a full stop is low and at the left of its line") func place() {
    var canvas = PixelCanvas(width: 10, height: 25, color: RGB(255, 255, 255))
    canvas.draw(".", x: 0, y: 0, size: 20, color: RGB(0, 0, 0))
    let dark = canvas.image.pixels.indices.filter { canvas.image.pixels[$0] < 128 }.map { ($0 / 3 / 10, $0 / 3 % 10) }
    #expect(!dark.isEmpty && dark.allSatisfy { (17..<20).contains($0.0) && (1..<5).contains($0.1) })
  }
}
