import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Raster
@testable import Terminal

@Suite struct BackgroundPainterTests {
  private func request(_ path: FilePath, columns: Int = 8, opacity: Float = 0.5) -> PreviewRequest {
    PreviewRequest(
      path: path, image: PictureFolder.picture(0), columns: columns, rows: 4, symbols: .half, depth: .truecolor,
      map: FakeCaptionService.spot(row: 3, column: 4),
      look: AttentionLook(opacity: opacity, smooth: false, colormap: "inferno"))
  }

  /// Asks for a picture until it is painted.
  private func paint(_ request: PreviewRequest, _ painter: BackgroundPainter, _ painted: DispatchSemaphore) {
    painter.beginScreen()
    _ = painter.grid(for: request)
    painted.wait()
  }

  @Test func aPictureIsThereOnceItIsPainted() {
    let painted = DispatchSemaphore(value: 0)
    let painter = BackgroundPainter { painted.signal() }
    #expect(painter.grid(for: request("a")) == nil)
    painted.wait()
    #expect(painter.grid(for: request("a")) == request("a").paint())
  }

  @Test func whileItIsPaintedTheLastOneOfThatPlaceIsShown() {
    let painted = DispatchSemaphore(value: 0)
    let painter = BackgroundPainter { painted.signal() }
    paint(request("a"), painter, painted)
    #expect(painter.grid(for: request("a", opacity: 0.9)) == request("a").paint())
    painted.wait()
    #expect(painter.grid(for: request("a", opacity: 0.9)) == request("a", opacity: 0.9).paint())
    #expect(painter.grid(for: request("b")) == nil, "another photo's place is empty")
  }

  @Test func whatIsKeptIsBoundedByBytes() {
    let painted = DispatchSemaphore(value: 0)
    let size = request("a").paint().cells.count * MemoryLayout<Cell>.stride
    let painter = BackgroundPainter(bytes: 3 * size) { painted.signal() }
    for index in 0..<20 {
      paint(request(FilePath("\(index)")), painter, painted)
      #expect(painter.bytes <= 6 * size)
    }
    #expect(painter.grid(for: request("19")) != nil && painter.bytes == 6 * size)
    #expect(painter.grid(for: request("0")) == nil, "what was not used for longest is gone")
  }
}

@Suite struct HeatPaintingTests {
  private func paint(_ depth: ColorDepth, heat: Bool = true, colormap: String = "inferno") -> CellGrid {
    var values = [Float](repeating: 0, count: 64)
    values[0] = 1
    return PreviewRequest(
      path: "a", image: PictureFolder.picture(0), columns: 16, rows: 8, symbols: .half, depth: depth,
      map: heat ? AttentionMap(rows: 8, columns: 8, values: values) : nil,
      look: AttentionLook(opacity: 1, smooth: false, colormap: colormap)
    ).paint()
  }

  private func isGrey(_ color: Cell.Color) -> Bool {
    guard case .indexed(let index) = color else { return false }
    let rgb = Palette.ansi256[Int(index)]
    return rgb.red == rgb.green && rgb.green == rgb.blue
  }

  /// In 256 colours whatever has a colour is heat.
  @Test func of256ColoursHeatStandsOnGreys() {
    let grid = paint(.ansi256)
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        let cell = grid[row, column]
        let isHot = row == 0 && column < 2
        #expect((isGrey(cell.foreground) && isGrey(cell.background)) == !isHot, "row \(row), column \(column)")
      }
    }
    #expect(grid[0, 0].background == .indexed(Palette.nearest256(Colormap.inferno.color(1))))
  }

  @Test func withoutHeatOrInGreyHeatThePictureKeepsItsColours() {
    for grid in [paint(.ansi256, heat: false), paint(.ansi256, colormap: "grey")] {
      #expect(grid.cells.contains { !isGrey($0.background) })
    }
    let grid = paint(.truecolor)
    guard case .rgb(let corner) = grid[grid.rows - 1, grid.columns - 1].background else {
      Issue.record("no colour")
      return
    }
    #expect(corner.red != corner.green || corner.green != corner.blue)
  }
}

@Suite struct BoundedCacheTests {
  @Test func whatWasUsedLastStays() {
    var cache = BoundedCache<String, Int>(capacity: 10)
    cache.insert(1, for: "a", weight: 4)
    cache.insert(2, for: "b", weight: 4)
    #expect(cache.value("a") == 1)
    cache.insert(3, for: "c", weight: 4)
    #expect(cache.peek("b") == nil && cache.peek("a") == 1 && cache.peek("c") == 3)
    cache.insert(4, for: "a", weight: 1)
    #expect(cache.weight == 5 && cache.count == 2, "a value put in another's place weighs alone")
    cache.insert(5, for: "d", weight: 50)
    #expect(cache.count == 1 && cache.peek("d") == 5, "the newest stays however much it weighs")
  }
}
