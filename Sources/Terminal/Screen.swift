import Raster

/// Where a program draws and what its user does. One thread owns a screen; only `wake` may come from others.
public protocol Screen: AnyObject {
  /// Columns and rows now.
  var size: Size { get }
  /// How many colours can be drawn.
  var depth: ColorDepth { get }
  /// Which characters can be drawn.
  var glyphs: GlyphSupport { get }

  /// Makes the terminal show the canvas, drawing only what differs from what it shows.
  func present(_ canvas: Canvas)
  /// Draws everything anew at the next `present`, as after another program wrote over the screen.
  func invalidate()
  /// Waits for a key, a wake or the time to pass.
  /// - Parameter milliseconds: how long to wait; nil waits for ever, 0 not at all.
  func nextEvent(within milliseconds: Int?) -> ScreenEvent
  /// Whether presses and the wheel are reported; off, the terminal selects text itself.
  func setMouse(_ on: Bool)
  /// Hands the terminal back and stops the process until it is continued.
  func suspend()
}

/// What ended a wait.
public enum ScreenEvent: Sendable, Equatable {
  case key(Key)
  /// The time passed, or somebody woke the screen.
  case woken
  /// There will be no more keys: the terminal is gone.
  case closed
}

/// Ends a screen's wait from any thread.
public protocol Waker: Sendable {
  func wake()
}

/// Tells the time, in milliseconds from some beginning.
public protocol MonotonicClock: Sendable {
  var milliseconds: Int { get }
}

/// The machine's own clock.
public struct SteadyClock: MonotonicClock {
  private let start = ContinuousClock.now

  public init() {}

  public var milliseconds: Int {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
