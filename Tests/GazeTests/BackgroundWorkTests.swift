import Dispatch
import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import Files
@testable import Gaze
@testable import Raster
@testable import Tensors

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

  @Test("on several threads values are made at once and come in the order asked for") func severalThreads() throws {
    let threads = BatchThreads(threads: 3, photos: 9)
    #expect(threads.workers == 3)
    let together = Mutex(0)
    let all = DispatchSemaphore(value: 0)
    let ahead = LoadingAhead((1...9).map { FilePath("\($0)") }, threads: threads) { path in
      let number = Int(path.string)!
      // The first three end only once all three have begun.
      if number <= 3 {
        let count = together.withLock { count in
          count += 1
          return count
        }
        if count == 3 { for _ in 0..<3 { all.signal() } }
        all.wait()
      }
      if number == 5 { throw Unreadable() }
      #expect(ThreadPool.shared.threads == 1)
      return number * number
    }
    for number in 1...9 {
      let value = try? ahead.next().get()
      #expect(value == (number == 5 ? nil : number * number))
    }
  }

  @Test("fewer photos than threads have all threads each, as many and unknown numbers one each") func sharing() {
    func workers(_ threads: Int, _ photos: Int?) -> Int { BatchThreads(threads: threads, photos: photos).workers }
    #expect(workers(4, 3) == 1 && workers(4, 1) == 1 && workers(4, 4) == 4 && workers(4, 1000) == 4)
    #expect(workers(4, nil) == 4 && workers(1, nil) == 1 && workers(1, 1) == 1 && workers(2, 0) == 1)
    #expect(BatchThreads(threads: 4, photos: 1).compute { ThreadPool.shared } === ThreadPool.shared)
  }

  @Test("what was made before a stop is given out, then the stop; the end stays the end") func stopping() throws {
    let (begun, go) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let rest = Mutex((1...5)[...])
    let ahead = WorkAhead<Int>(workers: 2, ahead: 4) {
      guard let number = rest.withLock({ $0.popFirst() }) else { return nil }
      return {
        // The second waits until it is let go.
        if number == 2 {
          begun.signal()
          go.wait()
        }
        return number
      }
    }
    begun.wait()
    #expect(try ahead.next() == 1)
    ahead.stop()
    #expect(throws: CancellationError.self) { try ahead.next() }
    go.signal()
    let short = WorkAhead<Int>(workers: 3, ahead: 3) { nil }
    #expect(try short.next() == nil && short.next() == nil)
  }
}
