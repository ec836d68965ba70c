import Foundation

/// Notices that names in folders came or went. Safe to share: a condition guards what changes.
///
/// Folders are looked at once a second, which works on network file systems too, where the kernel tells nothing.
final class FolderWatch: Sendable {
  private let state = State()

  /// What the thread holds on to, so that a watch let go of ends its thread.
  private final class State: @unchecked Sendable {
    let condition = NSCondition()
    var folders: [FolderStamp] = []
    var pause = FolderWatch.shortestPause
    var isEnded = false

    /// Waits a while; false when the watch has ended.
    func wait() -> Bool {
      condition.lock()
      defer { condition.unlock() }
      if !isEnded { _ = condition.wait(until: Date(timeIntervalSinceNow: pause)) }
      return !isEnded
    }

    /// Whether a folder has changed; each change is told once.
    func takeChange() -> Bool {
      let folders = condition.withLock { self.folders }
      guard folders.contains(where: \.isOutdated) else { return false }
      condition.withLock { self.folders = [] }
      return true
    }
  }

  /// - Parameter changed: called on a thread of its own.
  init(changed: @escaping @Sendable () -> Void) {
    let thread = Thread { [state] in
      Worker.leaveSignalsToTheScreen()
      while state.wait() {
        if state.takeChange() { changed() }
      }
    }
    thread.name = "folders' watch"
    thread.start()
  }

  deinit {
    state.condition.withLock {
      state.isEnded = true
      state.condition.signal()
    }
  }

  /// Watches these folders and no others.
  /// - Parameter seconds: how long reading them took; what is slow to read is looked at less often.
  func follow(_ folders: [FolderStamp], readIn seconds: Double) {
    state.condition.withLock {
      state.folders = Array(folders.prefix(Self.most))
      state.pause = max(Self.shortestPause, 10 * seconds)
    }
  }

  fileprivate static let shortestPause = 1.0
  private static let most = 1000
}
