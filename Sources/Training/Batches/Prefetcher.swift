import Foundation

/// Prepares the batches of coming steps on threads of its own while the network works on the current one.
///
/// `@unchecked Sendable`: `ready`, `wanted`, `nextMade` and `stopped` are only touched with `condition` locked.
final class Prefetcher<Batch: Sendable>: @unchecked Sendable {
  private let make: @Sendable (Int) -> Batch
  private let last: Int
  /// Batches kept ready, those under way among them.
  private let ahead: Int
  private let condition = NSCondition()
  private var ready: [Int: Batch] = [:]
  private var wanted: Int
  /// The first that no thread has begun.
  private var nextMade: Int
  private var stopped = false

  /// Makes the batches of steps first..<last; none where `last` is not after `first`.
  /// - Parameter workers: threads, which begin the batches in order.
  init(first: Int, last: Int, workers: Int = 1, make: @escaping @Sendable (Int) -> Batch) {
    self.make = make
    self.last = last
    ahead = workers + 2
    (wanted, nextMade) = (first, first)
    for _ in 0..<workers {
      let thread = Thread { [self] in work() }
      thread.name = "batches"
      thread.start()
    }
  }

  /// The batch of `step`; steps are asked for in order, and none after the last.
  func next(_ step: Int) -> Batch {
    precondition(step < last, "step \(step) is not among those before \(last)")
    condition.lock()
    defer { condition.unlock() }
    wanted = step
    condition.broadcast()
    while ready[step] == nil { condition.wait() }
    return ready.removeValue(forKey: step)!
  }

  /// Ends the threads, each after the batch it is at.
  func stop() {
    condition.lock()
    stopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func work() {
    while let step = begin() {
      let batch = make(step)
      condition.lock()
      ready[step] = batch
      condition.broadcast()
      condition.unlock()
    }
  }

  /// The next step to make, once it is time to; nil when there is none.
  private func begin() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while !stopped && nextMade < last && nextMade >= wanted + ahead { condition.wait() }
    guard !stopped, nextMade < last else { return nil }
    defer { nextMade += 1 }
    return nextMade
  }
}
