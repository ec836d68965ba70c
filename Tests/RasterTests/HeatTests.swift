import Testing

@testable import Raster

@Suite struct HeatTests {
  let image = PixelImage.noise(width: 16, height: 24)
  /// 2 rows, 3 columns; an even share is 1/6.
  let map: [Float] = [0.1, 0, 0.3, 0.2, 0.4, 0]
  var heats: [Float] { HeatScale.ownMaximum.heat(map) }

  @Test func interpolatedHeatSumsToTheMaps() {
    for smooth in [false, true] {
      let heat = HeatOverlay(smooth: smooth).heat(map, rows: 2, columns: 3, width: 12, height: 10)
      #expect(heat.count == 120)
      // 4×5 pixels a cell.
      let (sum, whole): (Float, Float) = (heat.reduce(0, +), heats.reduce(0, +))
      #expect(abs(sum - 20 * whole) < 1e-3)
    }
  }

  @Test func rawCellsAreHardBlocks() {
    let heat = HeatOverlay(smooth: false).heat(map, rows: 2, columns: 3, width: 12, height: 10)
    for y in 0..<10 {
      for x in 0..<12 { #expect(heat[y * 12 + x] == heats[y / 5 * 3 + x / 4]) }
    }
  }

  @Test func smoothHeatTakesEachCellsValueAtItsCentre() {
    let heat = HeatOverlay(smooth: true).heat(map, rows: 2, columns: 3, width: 9, height: 6)
    for y in 0..<2 {
      for x in 0..<3 { #expect(abs(heat[(3 * y + 1) * 9 + 3 * x + 1] - heats[y * 3 + x]) < 1e-6) }
    }
  }

  @Test func heatIsThatOfTheScale() {
    for scale in HeatScale.allCases {
      let heat = HeatOverlay(smooth: false, scale: scale).heat(map, rows: 2, columns: 3, width: 3, height: 2)
      #expect(heat == scale.heat(map))
    }
  }

  @Test func noHeatLeavesThePictureAsItIs() {
    let zeros = [Float](repeating: 0, count: 64)
    #expect(HeatOverlay(opacity: 1).applied(to: image, map: zeros, rows: 8, columns: 8) == image)
    #expect(HeatOverlay(opacity: 0).applied(to: image, map: map, rows: 2, columns: 3) == image)
    let broken: [Float] = [.nan, -1, 0, -.infinity]
    #expect(HeatOverlay(opacity: 1).applied(to: image, map: broken, rows: 2, columns: 2) == image)
  }

  /// One of two cells has everything; its half of the picture glows, the other stays.
  @Test(arguments: Colormap.all) func fullHeatIsTheColormapsLastColor(colormap: Colormap) {
    let overlay = HeatOverlay(colormap: colormap, opacity: 1, smooth: false)
    let found = overlay.applied(to: image, map: [1, 0], rows: 1, columns: 2)
    for y in 0..<24 {
      for x in 0..<16 {
        let expected = x < 8 ? colormap.color(1) : image.pixel(x: x, y: y)
        #expect(found.pixel(x: x, y: y) == expected)
      }
    }
  }

  @Test func heatBlendsInLinearLight() {
    let overlay = HeatOverlay(colormap: .grey, opacity: 0.5, smooth: false)
    let black = PixelImage.solid(RGB(0, 0, 0), width: 2, height: 1)
    let found = overlay.applied(to: black, map: [1, 0], rows: 1, columns: 2)
    #expect(found.pixels == [188, 188, 188, 0, 0, 0])
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
