import Dispatch
import Glibc
import Synchronization

/// Turns Ctrl-C and a polite kill into a flag that long work asks for, so that it can finish its step and save; what only
/// waits is ended by an action of its own.
final class InterruptFlag: Sendable {
  private let state = State()
  private let signals: [Int32]
  // Set once and only cancelled: Dispatch makes both safe on any thread.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  private final class State: Sendable {
    let isRaised = Atomic(false)
    let actions = Mutex<[@Sendable () -> Void]>([])

    func raise() {
      let actions = actions.withLock { actions in
        isRaised.store(true, ordering: .relaxed)
        defer { actions = [] }
        return actions
      }
      for action in actions { action() }
    }
  }

  /// - Parameter signals: those that raise it; they do nothing else until the flag is let go of.
  init(_ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
    self.signals = signals
    // A queue of its own gets a thread even while the shared ones are all at work.
    let queue = DispatchQueue(label: "gaze.interrupt")
    sources = signals.map { [state] number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { state.raise() }
      source.resume()
      return source
    }
  }

  deinit {
    sources.forEach { $0.cancel() }
    for number in signals { signal(number, SIG_DFL) }
  }

  /// Whether a signal has come.
  var isRaised: Bool { state.isRaised.load(ordering: .relaxed) }

  /// Has `action` called when a signal comes, on another thread; at once where one has come.
  func whenRaised(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.actions.withLock { actions in
      if !isRaised { actions.append(action) }
      return isRaised
    }
    if isLate { action() }
  }
}
