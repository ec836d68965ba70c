import Dispatch
import Synchronization

/// Values that are made on a thread of its own a little before they are asked for. One thread asks for them; any may stop
/// it.
final class WorkAhead<Value: Sendable>: Sendable {
  /// A value on its way from the thread that makes it; nil for the end.
  private final class Slot: Sendable {
    private let result = Mutex<Result<Value?, CancellationError>?>(nil)
    private let filled = DispatchSemaphore(value: 0)

    /// The first of several values counts.
    func fill(_ value: Result<Value?, CancellationError>) {
      result.withLock { $0 = $0 ?? value }
      filled.signal()
    }

    /// Waits for the value; once.
    func wait() -> Result<Value?, CancellationError> {
      filled.wait()
      return result.withLock { $0! }
    }
  }

  private struct State {
    /// Those asked for and not taken yet, in order.
    var slots: [Slot] = []
    var isStopped = false
  }

  private let make: @Sendable () -> Value?
  private let queue = DispatchQueue(label: "gaze.loading")
  private let state = Mutex(State())

  /// - Parameters:
  ///   - depth: how many values may wait.
  ///   - make: makes the next value, nil at the end and from then on; called by one thread at a time.
  init(depth: Int = 2, make: @escaping @Sendable () -> Value?) {
    self.make = make
    for _ in 0..<depth { startNext() }
  }

  /// The next value in the order they are made, nil at the end; waits for it.
  /// - Throws: once this is stopped.
  func next() throws(CancellationError) -> Value? {
    let slot = state.withLock { $0.slots[0] }
    let result = slot.wait()
    state.withLock { _ = $0.slots.removeFirst() }
    startNext()
    return try result.get()
  }

  /// Ends the wait for a value, whatever is read for it, and makes no more.
  func stop() {
    state.withLock { state in
      state.isStopped = true
      state.slots.forEach { $0.fill(.failure(CancellationError())) }
    }
  }

  private func startNext() {
    state.withLock { state in
      let slot = Slot()
      state.slots.append(slot)
      if state.isStopped { return slot.fill(.failure(CancellationError())) }
      queue.async { [make] in slot.fill(.success(make())) }
    }
  }
}
