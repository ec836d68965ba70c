import Captioning
import Foundation

/// How long new settings take to show: from typing the key that changes them to the end of the first frame whose
/// captions were drawn with other settings than those before. Safe to share: a lock guards what changes.
///
/// One thread types and waits, another draws.
final class RedrawTimes: @unchecked Sendable {
  private let condition = NSCondition()
  private var shown: DecodingSettings?
  private var typed: ContinuousClock.Instant?
  private var times: [Double] = []

  /// Milliseconds, one for each key whose captions were waited for.
  var milliseconds: [Double] { condition.withLock { times } }

  /// Notes that a frame has been drawn.
  /// - Parameter settings: what the captions on it were drawn with; nil where there are none.
  func frameShows(_ settings: DecodingSettings?) {
    condition.withLock {
      guard settings != shown else { return }
      shown = settings
      if let typed { times.append((ContinuousClock.now - typed) / .milliseconds(1)) }
      typed = nil
      condition.broadcast()
    }
  }

  /// Notes that a key is typed now, does so, and waits for its captions.
  /// - Returns: false when they did not come in time.
  func time(_ type: () -> Void) -> Bool {
    condition.withLock { typed = .now }
    type()
    return wait { typed == nil }
  }

  /// Waits until captions are shown at all.
  func waitForCaptions() -> Bool { wait { shown != nil } }

  private func wait(until isSo: () -> Bool) -> Bool {
    condition.withLock {
      let end = Date(timeIntervalSinceNow: 10)
      while !isSo() {
        if !condition.wait(until: end) { return isSo() }
      }
      return true
    }
  }
}
