import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Training

@Suite("Batches are made ahead, in order, and no more of them than planned")
struct PrefetcherTests {
  /// What was made so far, for a thread and its test.
  private final class Made: @unchecked Sendable {
    private let lock = NSCondition()
    private var steps: [Int] = []

    func add(_ step: Int) {
      lock.lock()
      steps.append(step)
      lock.broadcast()
      lock.unlock()
    }

    /// Waits until `count` were made.
    func first(_ count: Int) -> [Int] {
      lock.lock()
      defer { lock.unlock() }
      while steps.count < count { lock.wait() }
      return steps
    }
  }

  @Test("the batch of each step comes in order, each made once") func order() {
    let made = Made()
    let batches = Prefetcher(first: 3, last: 20) { step in
      made.add(step)
      return step * step
    }
    #expect((3..<20).map { batches.next($0) } == (3..<20).map { $0 * $0 })
    #expect(made.first(17) == Array(3..<20))
    batches.stop()
  }

  @Test("three are made before the first is asked for, and not one more until it is") func ahead() {
    let made = Made()
    let batches = Prefetcher(first: 0, last: 100) { step in
      made.add(step)
      return step
    }
    #expect(made.first(3) == [0, 1, 2])
    #expect(batches.next(0) == 0 && batches.next(1) == 1)
    #expect(made.first(4) == [0, 1, 2, 3], "three ahead of step 1, however long one waits")
    batches.stop()
  }

  @Test("several workers make each once, work at the same time, and go no further ahead than two more than they are")
  func workers() {
    let made = Made()
    let together = DispatchSemaphore(value: 0)
    let batches = Prefetcher(first: 0, last: 100, workers: 2) { step in
      // The first ends only once the second has begun.
      if step == 0 { together.wait() }
      if step == 1 { together.signal() }
      made.add(step)
      return step
    }
    #expect(made.first(4).sorted() == [0, 1, 2, 3])
    #expect((0..<100).map { batches.next($0) } == Array(0..<100))
    #expect(made.first(100).sorted() == Array(0..<100))
    batches.stop()
  }

  @Test("where the planned end lies at or before the first step, nothing is made and nothing breaks") func nothing() {
    for last in [5, 4, 0] {
      let batches = Prefetcher(first: 5, last: last) { step -> Int in
        Issue.record("step \(step) was made")
        return step
      }
      batches.stop()
    }
  }

  @Test("a run that has gone further than its new planned end says so, and goes on to a later one") func endBehind()
    throws
  {
    var world = try TrainerTests.World()
    defer { world.remove() }
    world.options.epochs = 3
    #expect(try world.trainer("w.safetensors").run())
    func resumed(_ epochs: Int) throws -> Trainer {
      try Trainer(
        resuming: world.path("w.safetensors"), epochs: epochs, dataset: { _, _ in (world.photos, world.photos) },
        provenance: [:])
    }
    #expect(throws: CaptioningError.badOption("epochs: 2, expected at least 3, for 9 steps are done")) {
      try resumed(2)
    }
    #expect(try resumed(3).run())
    let longer = try resumed(4)
    #expect(try longer.run() && longer.stepsTaken == 12)
  }
}
