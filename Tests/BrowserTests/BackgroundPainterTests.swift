import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
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
