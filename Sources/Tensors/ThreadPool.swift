import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A fixed set of threads that run the pieces of one loop at a time.
///
/// Work is cut the same way whatever the number of threads, so results do not depend on it unless a caller asks for
/// `threads` itself. Waiting threads look out for the next loop a moment before they sleep, because the loops of a
/// network follow each other within microseconds.
///
/// `@unchecked Sendable`: `run` is serialised by `entry`, and `body` is published and retired through `tickets` and
/// `unfinished`.
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
  /// The loop under way. Written only while every ticket is used up and no piece is unfinished.
  private var body: ((Int) -> Void)?
  /// The next piece to take, with the number of pieces in the upper half, so that one read gives both: a thread that
  /// comes late to a finished loop can never mistake its ticket for one of the next loop.
  private let tickets = Atomic<Int>(0)
  private let unfinished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>
  private let done: UnsafeMutablePointer<pthread_cond_t>

  /// How often a waiting thread looks before it sleeps: some 20 µs, longer than most gaps between two loops.
  private static let looks = 1500

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
        self.body = body
        unfinished.store(count, ordering: .relaxed)
        tickets.store(count << 32, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
          pthread_mutex_lock(mutex)
          pthread_cond_broadcast(wake)
          pthread_mutex_unlock(mutex)
        }
        takePieces()
        waitUntilFinished()
        self.body = nil
      }
    }
  }

  private var hasPieces: Bool {
    let ticket = tickets.load(ordering: .sequentiallyConsistent)
    return ticket & 0xFFFF_FFFF < ticket >> 32
  }

  /// Takes pieces until none is left.
  private func takePieces() {
    while hasPieces {
      let ticket = tickets.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
      guard ticket & 0xFFFF_FFFF < ticket >> 32 else { return }
      // The loop this ticket belongs to cannot end before this piece does, so `body` is its.
      body!(ticket & 0xFFFF_FFFF)
      if unfinished.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
        pthread_mutex_lock(mutex)
        pthread_cond_signal(done)
        pthread_mutex_unlock(mutex)
      }
    }
  }

  private func waitUntilFinished() {
    for _ in 0..<Self.looks where unfinished.load(ordering: .acquiring) > 0 { gaze_pause() }
    if unfinished.load(ordering: .acquiring) == 0 { return }
    pthread_mutex_lock(mutex)
    while unfinished.load(ordering: .acquiring) > 0 { pthread_cond_wait(done, mutex) }
    pthread_mutex_unlock(mutex)
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
    while true {
      takePieces()
      for _ in 0..<Self.looks where !hasPieces { gaze_pause() }
      if !hasPieces { sleep() }
    }
  }

  private func sleep() {
    pthread_mutex_lock(mutex)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while !hasPieces { pthread_cond_wait(wake, mutex) }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
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
