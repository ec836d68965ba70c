import Synchronization

/// Holds one request: a newer one takes the place of the one that waits. Any thread may call.
package final class LatestRequest<Request: Sendable>: Sendable {
  private let waiting = Mutex<Request?>(nil)

  package init() {}

  /// Puts a request in the place of the one that waits.
  /// - Returns: the one that waited, which is not fulfilled any more.
  @discardableResult
  package func ask(_ request: Request) -> Request? {
    waiting.withLock { waiting in
      let dropped = waiting
      waiting = request
      return dropped
    }
  }

  /// Takes the request that waits, if there is one and it is of the kind wanted.
  package func take(where isWanted: (Request) -> Bool = { _ in true }) -> Request? {
    waiting.withLock { waiting in
      guard let request = waiting, isWanted(request) else { return nil }
      waiting = nil
      return request
    }
  }

  /// Whether a request of a kind waits.
  package func isWaiting(where isMeant: (Request) -> Bool = { _ in true }) -> Bool {
    waiting.withLock { $0.map(isMeant) ?? false }
  }
}

/// Fulfils the newest request on a thread of its own: what was asked for before and not begun is dropped, and what goes
/// on is told that it is superseded. Any thread may call.
package final class LatestRequestWorker<Request: Sendable>: Sendable {
  /// Fulfils a request; it should end soon once `isSuperseded` says so.
  package typealias Work = @Sendable (_ request: Request, _ isSuperseded: @escaping () -> Bool) -> Void

  private let latest = LatestRequest<Request>()
  private let thread: Worker
  private let work: Work

  package init(name: String, work: @escaping Work) {
    thread = Worker(name: name)
    self.work = work
  }

  package func ask(_ request: Request) {
    latest.ask(request)
    thread.submit { [latest, work] in
      guard let request = latest.take() else { return }
      work(request) { latest.isWaiting() }
    }
  }
}
