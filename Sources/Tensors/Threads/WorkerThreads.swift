import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A pool's threads beside the caller's, and the loop they share with it.
///
/// Waiting threads look out for the next loop a moment before they sleep, because the loops of a network follow each
/// other within microseconds.
///
/// `@unchecked Sendable`: `body` is written only while every ticket is used up and no piece is unfinished, by the one
/// caller of `run` at a time, and is published and retired through the atomics `tickets` and `unfinished`.
final class WorkerThreads: @unchecked Sendable {
  /// The loop under way.
  private var body: ((Int) -> Void)?
  /// The next piece to take, with the number of pieces in the upper half, so that one read gives both: a thread that
  /// comes late to a finished loop can never mistake its ticket for one of the next loop.
  private let tickets = Atomic<Int>(0)
  private let unfinished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)
  /// What sleeping threads wait for: a loop, or their end.
  private let wake = ConditionVariable()
  /// What the caller of `run` waits for: the last piece's end.
  private let done = ConditionVariable()

  /// How often a waiting thread looks before it sleeps: some 20 µs, longer than most gaps between two loops.
  private static let looks = 1500

  /// What the threads are called in the system's lists, which show 15 bytes.
  static let name = "gaze pool"

  private let stackBytes: Int?

  /// - Parameter stackBytes: the stack of each thread; the system's usual size when nil.
  init(stackBytes: Int?) { self.stackBytes = stackBytes }

  /// Starts threads, and fewer where the system grants no more.
  /// - Returns: how many were started.
  func start(_ count: Int) -> Int {
    var started = 0
    while started < count, startThread() { started += 1 }
    return started
  }

  /// Ends all threads, each when it next finds no piece to take.
  func stop() {
    isStopped.store(true, ordering: .sequentiallyConsistent)
    wake.notifyAll()
  }

  /// Runs a loop with the caller's help. One caller at a time.
  func run(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      self.body = body
      unfinished.store(count, ordering: .relaxed)
      tickets.store(count << 32, ordering: .sequentiallyConsistent)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake.notifyAll() }
      takePieces()
      for _ in 0..<Self.looks where !isFinished { gaze_pause() }
      if !isFinished { done.wait { isFinished } }
      self.body = nil
    }
  }

  private var isFinished: Bool { unfinished.load(ordering: .acquiring) == 0 }

  private var hasPieces: Bool {
    let ticket = tickets.load(ordering: .sequentiallyConsistent)
    return ticket & 0xFFFF_FFFF < ticket >> 32
  }

  private var isNeeded: Bool { hasPieces || isStopped.load(ordering: .sequentiallyConsistent) }

  /// Takes pieces until none is left.
  private func takePieces() {
    while hasPieces {
      let ticket = tickets.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
      guard ticket & 0xFFFF_FFFF < ticket >> 32 else { return }
      // The loop this ticket belongs to cannot end before this piece does, so `body` is its.
      body!(ticket & 0xFFFF_FFFF)
      if unfinished.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done.notifyOne() }
    }
  }

  private func startThread() -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    if let stackBytes { pthread_attr_setstacksize(&attributes, stackBytes) }
    // The thread keeps this object alive until it is stopped.
    let retained = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        leaveSignalsToOthers()
        gaze_name_thread(WorkerThreads.name)
        Unmanaged<WorkerThreads>.fromOpaque(argument!).takeRetainedValue().work()
        return nil
      }, retained.toOpaque())
    if status != 0 { retained.release() }
    return status == 0
  }

  private func work() {
    while !isStopped.load(ordering: .relaxed) {
      takePieces()
      for _ in 0..<Self.looks where !isNeeded { gaze_pause() }
      if !isNeeded { sleep() }
    }
  }

  private func sleep() {
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    wake.wait { isNeeded }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
  }
}

/// Signals from outside are the main thread's to handle. A fault stays with the thread that makes it: were it blocked,
/// the process would end without the handler that gives the terminal back.
private func leaveSignalsToOthers() {
  var signals = sigset_t()
  sigfillset(&signals)
  for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&signals, fault) }
  pthread_sigmask(SIG_BLOCK, &signals, nil)
}

/// What threads sleep on until something has happened; Swift's `Mutex` has no such thing.
///
/// `@unchecked Sendable`: both pointers are fixed, and what they point at is POSIX's, made for use by several threads.
private final class ConditionVariable: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Sleeps until `hasHappened`, which whoever makes it true must notify of afterwards.
  func wait(until hasHappened: () -> Bool) {
    pthread_mutex_lock(mutex)
    while !hasHappened() { pthread_cond_wait(condition, mutex) }
    pthread_mutex_unlock(mutex)
  }

  /// Has all threads that wait here look again.
  func notifyAll() { notify(pthread_cond_broadcast) }

  /// Has one of the threads that wait here look again.
  func notifyOne() { notify(pthread_cond_signal) }

  private func notify(_ how: (UnsafeMutablePointer<pthread_cond_t>) -> Int32) {
    pthread_mutex_lock(mutex)
    _ = how(condition)
    pthread_mutex_unlock(mutex)
  }
}
