import Foundation
import Raster
import Terminal

/// A screen that tells how long keys take to show: from the moment they are typed to the end of the frame drawn next.
///
/// One thread draws, another types. `@unchecked Sendable`: a lock guards what both use; the screen is used by the
/// drawing thread alone.
final class TimedScreen: Screen, @unchecked Sendable {
  private let screen: NcursesScreen
  private let lock = NSLock()
  private let start = ContinuousClock.now
  /// When the keys not yet read were typed.
  private var typed: [ContinuousClock.Instant] = []
  /// When the keys read since the last frame were typed.
  private var read: [ContinuousClock.Instant] = []
  private var latencies: [Double] = []
  private var first: Double?
  private var frames = 0
  /// Called after every frame by the drawing thread, which alone may set it.
  var afterFrame: (() -> Void)?

  init(_ screen: NcursesScreen) { self.screen = screen }

  /// Milliseconds from typing to the end of the frame, one a key.
  var keyMilliseconds: [Double] { lock.withLock { latencies } }
  /// Milliseconds from the beginning to the first frame.
  var firstFrameMilliseconds: Double? { lock.withLock { first } }
  var frameCount: Int { lock.withLock { frames } }

  /// Notes that a key is typed now.
  func noteKey() { lock.withLock { typed.append(.now) } }

  var size: Size { screen.size }
  var depth: ColorDepth { screen.depth }
  var glyphs: GlyphSupport { screen.glyphs }

  func present(_ canvas: Canvas) {
    screen.present(canvas)
    lock.withLock {
      let now = ContinuousClock.now
      latencies += read.map { (now - $0) / .milliseconds(1) }
      read.removeAll()
      if first == nil { first = (now - start) / .milliseconds(1) }
      frames += 1
    }
    afterFrame?()
  }

  func nextEvent(within milliseconds: Int?) -> ScreenEvent {
    let event = screen.nextEvent(within: milliseconds)
    if case .key(let key) = event, key != .resize {
      lock.withLock { if !typed.isEmpty { read.append(typed.removeFirst()) } }
    }
    return event
  }

  func invalidate() { screen.invalidate() }
  func setMouse(_ on: Bool) { screen.setMouse(on) }
  func suspend() { screen.suspend() }
}
