import Testing

@testable import Raster

@Suite struct ResamplingTests {
  @Test func everyLevelSurvivesLinearLight() {
    for level in 0...255 { #expect(LinearLight.level(LinearLight.ofLevel[level]) == UInt8(level)) }
    #expect(LinearLight.level(-1) == 0)
    #expect(LinearLight.level(2) == 255)
  }

  @Test func blackAndWhiteAverageToHalfTheLight() {
    let image = PixelImage(width: 2, height: 1, pixels: [0, 0, 0, 255, 255, 255])
    #expect(image.resizedArea(width: 1, height: 1).pixels == [188, 188, 188])
  }

  @Test func previewsAverageWhatIsStored() {
    let image = PixelImage(width: 2, height: 1, pixels: [0, 0, 0, 255, 255, 255])
    let level = image.averaged(width: 1, height: 1).encoded.pixels[0]
    #expect(level == 127 || level == 128)
  }

  /// A picture whose last column is only half there is averaged as if that half were all of it.
  @Test func partsOfPixelsAtTheEdgeWeighLess() {
    let pixels: [UInt8] = [0, 0, 0, 0, 0, 0, 255, 255, 255]
    let image = PixelImage(width: 3, height: 1, pixels: pixels, columns: 0...2.5, rows: 0...1)
    #expect(abs(image.linear(width: 1, height: 1).samples[0] - 0.2) < 1e-6)
    let mirrored = image.upright(from: .mirrored)
    #expect(abs(mirrored.linear(width: 1, height: 1).samples[0] - 0.2) < 1e-6)
    let turned = image.upright(from: .clockwise)
    #expect(abs(turned.linear(width: 1, height: 1).samples[0] - 0.2) < 1e-6)
  }

  /// Each result against the sum over the source of light × area covered.
  @Test func shrinkingAveragesTheAreaCovered() {
    let image = PixelImage.noise(width: 13, height: 11)
    let resized = image.linear(width: 5, height: 3)
    for y in 0..<3 {
      for x in 0..<5 {
        for channel in 0..<3 {
          var sum = 0.0
          for sourceY in 0..<11 {
            for sourceX in 0..<13 {
              let down = overlap(Double(sourceY), Double(y) * 11 / 3, Double(y + 1) * 11 / 3)
              let across = overlap(Double(sourceX), Double(x) * 13 / 5, Double(x + 1) * 13 / 5)
              let level = image.pixels[(sourceY * 13 + sourceX) * 3 + channel]
              sum += Double(LinearLight.ofLevel[Int(level)]) * down * across
            }
          }
          let expected = sum / (11.0 / 3 * 13 / 5)
          #expect(abs(Double(resized.samples[(y * 5 + x) * 3 + channel]) - expected) < 1e-5)
        }
      }
    }
  }

  @Test func growingKeepsFlatColorsAndTheOrderOfARamp() {
    let flat = PixelImage.solid(RGB(10, 128, 250), width: 3, height: 2)
    #expect(flat.resizedArea(width: 17, height: 9) == .solid(RGB(10, 128, 250), width: 17, height: 9))
    let ramp = PixelImage(width: 3, height: 1, pixels: [0, 0, 0, 100, 100, 100, 200, 200, 200])
    let reds = stride(from: 0, to: 30, by: 3).map { ramp.resizedArea(width: 10, height: 1).pixels[$0] }
    #expect(reds == reds.sorted() && reds.first! < 10 && reds.last! > 190)
  }

  @Test func sameSizeIsTheSamePicture() {
    let image = PixelImage.noise(width: 5, height: 4)
    #expect(image.resizedArea(width: 5, height: 4) == image)
    #expect(image.linear(width: 5, height: 4).encoded == image)
  }

  /// The length of the part of [position, position + 1] within [from, to].
  private func overlap(_ position: Double, _ from: Double, _ to: Double) -> Double {
    max(0, min(position + 1, to) - max(position, from))
  }
}
