import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import Gaze
@testable import Raster

@Suite("What commands do beside their main work") struct BackgroundWorkTests {
  private struct Unreadable: Error {}

  private static func picture(_ width: Int) -> PixelImage {
    PixelImage(width: width, height: 1, pixels: [UInt8](repeating: 0, count: 3 * width))
  }

  @Test("images come in the order asked for, failures in their places") func order() throws {
    let ahead = LoadingAhead((1...9).map { FilePath("\($0)") }) { path in
      guard let width = Int(path.string), width % 4 != 0 else { throw Unreadable() }
      return Self.picture(width)
    }
    for width in 1...9 {
      let result = ahead.next()
      if width % 4 == 0 {
        #expect(throws: Unreadable.self) { try result.get() }
      } else {
        #expect(try result.get().width == width)
      }
    }
  }

  @Test("at most two images are decoded ahead of the one asked for, each once") func depth() throws {
    let started = Mutex<[String]>([])
    let ahead = LoadingAhead((1...6).map { FilePath("\($0)") }) { path in
      started.withLock { $0.append(path.string) }
      return Self.picture(Int(path.string)!)
    }
    for index in 1...6 {
      #expect(try ahead.next().get().width == index)
      #expect(started.withLock { $0.count } <= index + 2)
    }
    #expect(started.withLock { $0 } == (1...6).map(String.init))
  }
}
