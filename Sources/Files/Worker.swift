import Foundation

/// A thread that does jobs one after another. Any thread may submit.
package final class Worker: Sendable {
  private let queue = Queue()

  /// What the thread holds on to, so that a worker let go of ends its thread. `@unchecked Sendable`: the condition guards
  /// what changes, and threads wait for it, which a `Mutex` has no means for.
  private final class Queue: @unchecked Sendable {
    let condition = NSCondition()
    var jobs: [@Sendable () -> Void] = []
    var isEnded = false

    /// Waits for a job; nil when there will be none.
    func next() -> (@Sendable () -> Void)? {
      condition.lock()
      defer { condition.unlock() }
      while jobs.isEmpty, !isEnded { condition.wait() }
      return jobs.isEmpty ? nil : jobs.removeFirst()
    }
  }

  package init(name: String) {
    let thread = Thread { [queue] in
      Self.leaveSignalsToTheScreen()
      while let job = queue.next() { job() }
    }
    thread.name = name
    // Networks and decoders keep much on the stack.
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit {
    queue.condition.lock()
    queue.isEnded = true
    queue.jobs.removeAll()
    queue.condition.signal()
    queue.condition.unlock()
  }

  package func submit(_ job: @escaping @Sendable () -> Void) {
    queue.condition.lock()
    queue.jobs.append(job)
    queue.condition.signal()
    queue.condition.unlock()
  }

  /// Waits until every job submitted so far is done.
  package func waitUntilDone() {
    let done = DispatchSemaphore(value: 0)
    submit { done.signal() }
    done.wait()
  }

  /// Signals that end the program are handled where the screen is drawn, so that nothing is drawn after the terminal
  /// has been given back. Faults stay with the thread that makes them.
  package static func leaveSignalsToTheScreen() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
