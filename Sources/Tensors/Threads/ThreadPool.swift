import CKernels
import Synchronization

/// A fixed set of threads that run the pieces of one loop at a time.
///
/// Work is cut the same way whatever the number of threads, so results do not depend on it unless a caller asks for
/// `threads` itself: the gradients of convolutions' kernels do, which are summed by thread.
public final class ThreadPool: Sendable {
  /// How many threads a pool may have.
  public static let possibleThreads = 1...1024

  /// Processors this process may run on.
  public static var availableProcessors: Int { Int(gaze_available_processors()) }

  /// Threads that share a loop, the caller's included; in `possibleThreads`.
  public let threads: Int
  private let workers: WorkerThreads
  /// Held while a loop runs: loops of several threads take turns.
  private let turn = Mutex<Void>(())

  /// - Parameter threads: brought into `possibleThreads`. The pool has fewer where the system grants fewer, because of
  ///   a limit on threads or memory.
  public convenience init(threads: Int) { self.init(threads: threads, stackBytes: nil) }

  /// - Parameter stackBytes: the stack of each thread; the system's usual size when nil.
  init(threads: Int, stackBytes: Int?) {
    let wanted = min(max(threads, Self.possibleThreads.lowerBound), Self.possibleThreads.upperBound)
    workers = WorkerThreads(stackBytes: stackBytes)
    self.threads = 1 + workers.start(wanted - 1)
  }

  deinit { workers.stop() }

  /// Runs `body` for every index in 0..<count and returns when all are done. Calls from several threads take turns;
  /// a body must not call `run` on the same pool.
  public func run(_ count: Int, _ body: (Int) -> Void) {
    if count <= 0 { return }
    if count == 1 || threads == 1 {
      for index in 0..<count { body(index) }
      return
    }
    turn.withLock { _ in workers.run(count, body) }
  }
}

// MARK: - The pool that operations use

extension ThreadPool {
  /// The process's pool, once it is made, and the threads that were asked for.
  private struct Main {
    var threads = availableProcessors
    var pool: ThreadPool?
  }

  private static let main = Mutex(Main())

  /// A pool for the work of one task instead of the main one, set by `use`.
  @TaskLocal private static var own: ThreadPool?

  /// The pool the package's operations use: the one given to `use` around them, or else the process's main one, which
  /// is made when first asked for, of as many threads as `configure` said or of one for each available processor.
  public static var shared: ThreadPool {
    if let own { return own }
    return main.withLock { main in
      if let pool = main.pool { return pool }
      let pool = ThreadPool(threads: main.threads)
      main.pool = pool
      return pool
    }
  }

  /// Says how many threads the main pool has; the number is brought into `possibleThreads`. No thread is made before
  /// there is work. A pool of another size that is there already is replaced; loops that run on it end there.
  public static func configure(threads: Int) {
    main.withLock { main in
      if main.threads == threads { return }
      main = Main(threads: threads)
    }
  }

  /// Runs `body` with this pool as `shared`, for the calling task and its children alone. Other work goes on with the
  /// main pool, so tests of different numbers of threads do not disturb the ones beside them.
  public func use<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$own.withValue(self, operation: body)
  }
}
