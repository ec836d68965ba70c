import Foundation

/// Prepares the batches of coming steps on a thread of its own while the network works on the current one.
///
/// `@unchecked Sendable`: `ready`, `wanted` and `stopped` are only touched with `condition` locked.
final class Prefetcher<Batch: Sendable>: @unchecked Sendable {
  private let make: @Sendable (Int) -> Batch
  private let last: Int
  private let condition = NSCondition()
  private var ready: [Int: Batch] = [:]
  private var wanted: Int
  private var stopped = false

  /// Batches kept ready.
  private static var ahead: Int { 3 }

  /// Makes the batches of steps first..<last, in order; none where `last` is not after `first`.
  init(first: Int, last: Int, make: @escaping @Sendable (Int) -> Batch) {
    self.make = make
    self.last = last
    wanted = first
    let thread = Thread { [self] in load(from: first) }
    thread.name = "batches"
    thread.start()
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

  /// Ends the thread.
  func stop() {
    condition.lock()
    stopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func load(from first: Int) {
    for step in first..<max(first, last) {
      condition.lock()
      while !stopped && step >= wanted + Self.ahead { condition.wait() }
      let end = stopped
      condition.unlock()
      if end { return }
      let batch = make(step)
      condition.lock()
      ready[step] = batch
      condition.broadcast()
      condition.unlock()
    }
  }
}
