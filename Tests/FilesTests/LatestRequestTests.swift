import Foundation
import Synchronization
import Testing

@testable import Files

@Suite struct LatestRequestTests {
  @Test func aNewerRequestTakesTheOldOnesPlace() {
    let requests = LatestRequest<Int>()
    #expect(requests.take() == nil && !requests.isWaiting())
    #expect(requests.ask(1) == nil)
    #expect(requests.ask(2) == 1, "the one that is dropped is told")
    #expect(requests.isWaiting { $0 == 2 } && !requests.isWaiting { $0 == 1 })
    #expect(requests.take { $0 > 2 } == nil, "one that is not wanted stays")
    #expect(requests.take { $0 == 2 } == 2)
    #expect(requests.take() == nil)
  }

  /// The worker is held at its first request while others come.
  @Test func aWorkerDropsWhatItHasNotBegun() {
    let (begun, goOn, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let seen = Mutex<[(request: Int, wasSuperseded: Bool)]>([])
    let worker = LatestRequestWorker<Int>(name: "test") { request, isSuperseded in
      begun.signal()
      if request == 1 { goOn.wait() }
      let wasSuperseded = isSuperseded()
      seen.withLock { $0.append((request, wasSuperseded)) }
      done.signal()
    }
    worker.ask(1)
    begun.wait()
    for request in 2...5 { worker.ask(request) }
    goOn.signal()
    done.wait()
    done.wait()
    #expect(seen.withLock { $0.map(\.request) } == [1, 5])
    #expect(seen.withLock { $0.map(\.wasSuperseded) } == [true, false])
  }
}
