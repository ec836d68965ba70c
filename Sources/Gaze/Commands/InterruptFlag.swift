import Dispatch
import Glibc
import Synchronization

/// Turns Ctrl-C and a polite kill into a flag that long work asks for, so that it can finish its step and save.
final class InterruptFlag: Sendable {
  private let raised = Raised()
  private let signals: [Int32]
  // Set once and only cancelled: Dispatch makes both safe on any thread.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  private final class Raised: Sendable {
    let value = Atomic(false)
  }

  /// - Parameter signals: those that raise it; they do nothing else until the flag is let go of.
  init(_ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
    self.signals = signals
    // A queue of its own gets a thread even while the shared ones are all at work.
    let queue = DispatchQueue(label: "gaze.interrupt")
    sources = signals.map { [raised] number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { raised.value.store(true, ordering: .relaxed) }
      source.resume()
      return source
    }
  }

  deinit {
    sources.forEach { $0.cancel() }
    for number in signals { signal(number, SIG_DFL) }
  }

  /// Whether a signal has come.
  var isRaised: Bool { raised.value.load(ordering: .relaxed) }
}
