import Foundation
import Synchronization
import Testing

@testable import Tensors

@Suite("Thread pools") struct ThreadPoolTests {
  @Test func everyIndexIsRunOnce() {
    for threads in [1, 3] {
      let pool = ThreadPool(threads: threads)
      #expect(pool.threads == threads)
      for count in [0, 1, 2, 100] {
        let hits = Tensor([max(1, count)])
        pool.run(count) { hits.pointer[$0] += 1 }
        #expect(hits.values.prefix(count).allSatisfy { $0 == 1 })
      }
    }
  }

  @Test func aPoolHasFrom1To1024Threads() {
    #expect(ThreadPool.possibleThreads == 1...1024)
    #expect(ThreadPool(threads: 0).threads == 1 && ThreadPool(threads: -5).threads == 1)
    #expect(ThreadPool(threads: .max).threads <= 1024)
  }

  /// Stacks as large as the address space are granted to nobody: as with a limit on threads or memory, the work is the
  /// caller's alone.
  @Test func aPoolHasFewerThreadsWhereTheSystemGrantsNoMore() {
    let pool = ThreadPool(threads: 4, stackBytes: 1 << 47)
    #expect(pool.threads == 1)
    let hits = Tensor([10])
    pool.run(10) { hits.pointer[$0] += 1 }
    #expect(hits.values.allSatisfy { $0 == 1 })
  }

  @Test func loopsOfSeveralThreadsTakeTurns() {
    let pool = ThreadPool(threads: 3)
    let totals = Mutex([Int](repeating: 0, count: 4))
    DispatchQueue.concurrentPerform(iterations: 4) { caller in
      for _ in 0..<50 {
        let hits = Mutex(0)
        pool.run(20) { _ in hits.withLock { $0 += 1 } }
        totals.withLock { $0[caller] += hits.withLock { $0 } }
      }
    }
    #expect(totals.withLock { $0 } == [1000, 1000, 1000, 1000])
  }

  /// Tests and programs may use several numbers of threads at once.
  @Test func aPoolInUseIsSharedByItsTaskAlone() {
    let pool = ThreadPool(threads: 3)
    let outside = ThreadPool.shared
    pool.use {
      #expect(ThreadPool.shared === pool)
      #expect(ThreadPool(threads: 2).use { ThreadPool.shared.threads } == 2)
    }
    #expect(ThreadPool.shared === outside && outside !== pool)
  }
}
