import Files
import Foundation

/// A file or folder as it was at a time.
package protocol FileStamp: Sendable, Equatable {
  /// Whether it is no longer as it was.
  var isOutdated: Bool { get }
}

/// Notices that files or folders changed. Any thread may call.
///
/// They are looked at once a second, which works on network file systems too, where the kernel tells nothing.
package final class FileWatch<Stamp: FileStamp>: Sendable {
  private let state = State()

  /// What the thread holds on to, so that a watch let go of ends its thread. `@unchecked Sendable`: the condition guards
  /// what changes, and the thread waits for it.
  private final class State: @unchecked Sendable {
    let condition = NSCondition()
    var stamps: [Stamp] = []
    var pause = FileWatch.shortestPause
    var isEnded = false

    /// Waits a while; false when the watch has ended.
    func wait() -> Bool {
      condition.lock()
      defer { condition.unlock() }
      if !isEnded { _ = condition.wait(until: Date(timeIntervalSinceNow: pause)) }
      return !isEnded
    }

    /// What has changed; each change is told once.
    func takeChanges() -> [Stamp] {
      let stamps = condition.withLock { self.stamps }
      let changed = stamps.filter(\.isOutdated)
      if !changed.isEmpty { condition.withLock { self.stamps.removeAll(where: changed.contains) } }
      return changed
    }
  }

  /// - Parameter changed: called on a thread of its own with what is no longer as it was.
  package init(changed: @escaping @Sendable ([Stamp]) -> Void) {
    let thread = Thread { [state] in
      Worker.leaveSignalsToTheScreen()
      while state.wait() {
        let changes = state.takeChanges()
        if !changes.isEmpty { changed(changes) }
      }
    }
    thread.name = "watch"
    thread.start()
  }

  deinit {
    state.condition.withLock {
      state.isEnded = true
      state.condition.signal()
    }
  }

  /// Watches these and no others.
  /// - Parameters:
  ///   - stamps: files, as they were last seen.
  ///   - seconds: between looks, where that is more than usual.
  package func follow(_ stamps: [Stamp], pause seconds: Double = 0) {
    state.condition.withLock {
      state.stamps = Array(stamps.prefix(Self.most))
      state.pause = max(Self.shortestPause, seconds)
    }
  }

  private static var shortestPause: Double { 1 }
  private static var most: Int { 1000 }
}
