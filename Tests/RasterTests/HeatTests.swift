import Testing

@testable import Raster

@Suite struct HeatTests {
  let image = PixelImage.noise(width: 16, height: 24)
  /// 2 rows, 3 columns.
  let map: [Float] = [0.1, 0, 0.3, 0.2, 0.4, 0]

  @Test func interpolatedHeatSumsToTheMap() {
    for smooth in [false, true] {
      let overlay = HeatOverlay(smooth: smooth, scale: .fixed(multipleOfUniform: 6))
      let heat = overlay.heat(map, rows: 2, columns: 3, width: 12, height: 10)
      #expect(heat.count == 120)
      // 4×5 pixels a cell, and the map sums to 1.
      #expect(abs(heat.reduce(0, +) - 20) < 1e-3)
    }
  }

  @Test func rawCellsAreHardBlocks() {
    let overlay = HeatOverlay(smooth: false, scale: .fixed(multipleOfUniform: 6))
    let heat = overlay.heat(map, rows: 2, columns: 3, width: 12, height: 10)
    for y in 0..<10 {
      for x in 0..<12 { #expect(heat[y * 12 + x] == map[y / 5 * 3 + x / 4]) }
    }
  }

  @Test func smoothHeatTakesEachCellsValueAtItsCentre() {
    let overlay = HeatOverlay(smooth: true, scale: .fixed(multipleOfUniform: 6))
    let heat = overlay.heat(map, rows: 2, columns: 3, width: 9, height: 6)
    for y in 0..<2 {
      for x in 0..<3 { #expect(abs(heat[(3 * y + 1) * 9 + 3 * x + 1] - map[y * 3 + x]) < 1e-6) }
    }
  }

  @Test func largestValueOfTheWordIsFullHeat() {
    let heat = HeatOverlay(smooth: false).heat(map, rows: 2, columns: 3, width: 3, height: 2)
    #expect(heat == map.map { $0 / 0.4 })
    let clipped = HeatOverlay(smooth: false, scale: .fixed(multipleOfUniform: 1.2))
    #expect(clipped.heat(map, rows: 2, columns: 3, width: 3, height: 2).max() == 1)
  }

  @Test func noHeatLeavesThePictureAsItIs() {
    let zeros = [Float](repeating: 0, count: 64)
    #expect(HeatOverlay(opacity: 1).applied(to: image, map: zeros, rows: 8, columns: 8) == image)
    #expect(HeatOverlay(opacity: 0).applied(to: image, map: map, rows: 2, columns: 3) == image)
    let broken: [Float] = [.nan, -1, 0, -.infinity]
    #expect(HeatOverlay(opacity: 1).applied(to: image, map: broken, rows: 2, columns: 2) == image)
  }

  @Test(arguments: Colormap.all) func fullHeatIsTheColormapsLastColor(colormap: Colormap) {
    let overlay = HeatOverlay(colormap: colormap, opacity: 1)
    let even = [Float](repeating: 1.0 / 64, count: 64)
    let hot = overlay.applied(to: image, map: even, rows: 8, columns: 8)
    #expect(hot == .solid(colormap.color(1), width: 16, height: 24))
  }

  @Test func heatBlendsInLinearLight() {
    let overlay = HeatOverlay(colormap: .grey, opacity: 0.5)
    let black = PixelImage.solid(RGB(0, 0, 0), width: 2, height: 2)
    let half = PixelImage.solid(RGB(188, 188, 188), width: 2, height: 2)
    #expect(overlay.applied(to: black, map: [1], rows: 1, columns: 1) == half)
  }
}

@Suite struct ColormapTests {
  @Test func endsAreThePublishedColors() {
    #expect(Colormap.inferno.color(0) == RGB(0, 0, 4))
    #expect(Colormap.inferno.color(1) == RGB(252, 255, 164))
    #expect(Colormap.viridis.color(0) == RGB(68, 1, 84))
    #expect(Colormap.viridis.color(1) == RGB(253, 231, 37))
    #expect(Colormap.magma.color(1) == RGB(252, 253, 191))
    #expect(Colormap.cividis.color(0) == RGB(0, 34, 78))
    #expect(Colormap.grey.color(0.2) == RGB(51, 51, 51))
  }

  @Test(arguments: Colormap.all) func lightnessOnlyRises(colormap: Colormap) {
    let luminance = (0...255).map { index in
      (colormap.color(Float(index) / 255).light * SIMD4(0.2126, 0.7152, 0.0722, 0)).sum()
    }
    for (dark, light) in zip(luminance, luminance.dropFirst()) { #expect(light > dark - 2e-3) }
    #expect(luminance.last! > luminance.first! + 0.5)
  }

  @Test func valuesOutsideAreClamped() {
    #expect(Colormap.inferno.color(-3) == Colormap.inferno.color(0))
    #expect(Colormap.inferno.color(.infinity) == Colormap.inferno.color(1))
    #expect(Colormap.inferno.color(.nan) == Colormap.inferno.color(0))
  }

  @Test func everyMapIsFoundByItsOwnName() {
    #expect(Colormap.all.first == .inferno)
    for colormap in Colormap.all { #expect(Colormap.named(colormap.name) == colormap) }
    #expect(Colormap.named("jet") == nil)
  }
}
