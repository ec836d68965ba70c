import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// A fixed set of threads that run the pieces of one loop at a time.
///
/// Work is cut the same way whatever the number of threads, so results do not depend on it unless a caller asks for
/// `threads` itself.
///
/// `@unchecked Sendable`: all mutable state is guarded by `mutex`; `run` is serialised by `entry`.
public final class ThreadPool: @unchecked Sendable {
  /// The pool the package's operations use; made by `configure` or with one thread per available processor.
  public static var shared: ThreadPool { sharedSlot.locked { $0 } }
  private static let sharedSlot = LockedValue(ThreadPool(threads: availableProcessors))

  /// Replaces the shared pool. Call it before work starts.
  public static func configure(threads: Int) {
    if shared.threads != threads { sharedSlot.set(ThreadPool(threads: threads)) }
  }

  /// Processors this process may run on.
  public static var availableProcessors: Int { Int(gaze_available_processors()) }

  /// Threads that share a loop, the caller's included; ≥ 1.
  public let threads: Int

  private let entry = PlatformLock()
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>
  private let done: UnsafeMutablePointer<pthread_cond_t>
  private var body: ((Int) -> Void)?
  private var next = 0
  private var count = 0
  private var unfinished = 0

  public init(threads: Int) {
    self.threads = max(1, threads)
    mutex = .allocate(capacity: 1)
    wake = .allocate(capacity: 1)
    done = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(done, nil)
    for _ in 1..<self.threads { startWorker() }
  }

  /// Runs `body` for every index in 0..<count and returns when all are done. Calls from several threads take turns;
  /// a body must not call `run` on the same pool.
  public func run(_ count: Int, _ body: (Int) -> Void) {
    if count <= 0 { return }
    if count == 1 || threads == 1 {
      for index in 0..<count { body(index) }
      return
    }
    entry.locked {
      withoutActuallyEscaping(body) { body in
        pthread_mutex_lock(mutex)
        self.body = body
        next = 0
        self.count = count
        unfinished = count
        pthread_cond_broadcast(wake)
        takeTurns()
        while unfinished > 0 { pthread_cond_wait(done, mutex) }
        self.body = nil
        pthread_mutex_unlock(mutex)
      }
    }
  }

  /// Takes indices until none is left. Called, and returns, with the mutex held.
  private func takeTurns() {
    while next < count, let body {
      let index = next
      next += 1
      pthread_mutex_unlock(mutex)
      body(index)
      pthread_mutex_lock(mutex)
      unfinished -= 1
      if unfinished == 0 { pthread_cond_signal(done) }
    }
  }

  private func startWorker() {
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // Workers belong to the pool for the life of the process: they keep it alive.
    let pool = Unmanaged.passRetained(self).toOpaque()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        blockSignals()
        Unmanaged<ThreadPool>.fromOpaque(argument!).takeUnretainedValue().work()
      }, pool)
    precondition(status == 0, "cannot start a worker thread: \(String(cString: strerror(status)))")
  }

  private func work() -> Never {
    pthread_mutex_lock(mutex)
    while true {
      takeTurns()
      pthread_cond_wait(wake, mutex)
    }
  }
}

/// Signals are the main thread's to handle.
private func blockSignals() {
  var all = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_BLOCK, &all, nil)
}

/// A value behind a lock.
final class LockedValue<Value>: @unchecked Sendable {
  private var value: Value
  private let lock = PlatformLock()
  init(_ value: Value) { self.value = value }
  func locked<R>(_ body: (inout Value) -> R) -> R { lock.locked { body(&value) } }
  func set(_ new: Value) { lock.locked { value = new } }
}
