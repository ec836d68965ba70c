import Raster
import Synchronization
import Terminal

/// A screen that tells how long keys take to show: from the moment they are typed to the end of the frame drawn next.
///
/// One thread draws, another types. `@unchecked Sendable`: the screen and what is called after frames are used by the
/// drawing thread alone; a lock guards what both use.
final class TimedScreen: Screen, @unchecked Sendable {
  private struct Times {
    /// When the keys not yet read were typed.
    var typed: [ContinuousClock.Instant] = []
    /// When the keys read since the last frame were typed.
    var read: [ContinuousClock.Instant] = []
    var latencies: [Double] = []
    var first: Double?
    var frames = 0
  }

  private let screen: NcursesScreen
  private let start = ContinuousClock.now
  private let times = Mutex(Times())
  /// Called after every frame by the drawing thread, which alone may set it.
  var afterFrame: (() -> Void)?

  init(_ screen: NcursesScreen) { self.screen = screen }

  /// Milliseconds from typing to the end of the frame, one a key.
  var keyMilliseconds: [Double] { times.withLock { $0.latencies } }
  /// Milliseconds from the beginning to the first frame.
  var firstFrameMilliseconds: Double? { times.withLock { $0.first } }
  var frameCount: Int { times.withLock { $0.frames } }

  /// Notes that a key is typed now.
  func noteKey() { times.withLock { $0.typed.append(.now) } }

  var size: Size { screen.size }
  var depth: ColorDepth { screen.depth }
  var glyphs: GlyphSupport { screen.glyphs }

  func present(_ canvas: Canvas) {
    screen.present(canvas)
    times.withLock { times in
      let now = ContinuousClock.now
      times.latencies += times.read.map { (now - $0) / .milliseconds(1) }
      times.read.removeAll()
      if times.first == nil { times.first = (now - start) / .milliseconds(1) }
      times.frames += 1
    }
    afterFrame?()
  }

  func nextEvent(within milliseconds: Int?) -> ScreenEvent {
    let event = screen.nextEvent(within: milliseconds)
    if case .key(let key) = event, key != .resize {
      times.withLock { if !$0.typed.isEmpty { $0.read.append($0.typed.removeFirst()) } }
    }
    return event
  }

  func invalidate() { screen.invalidate() }
  func setMouse(_ on: Bool) { screen.setMouse(on) }
  func suspend() { screen.suspend() }
}
