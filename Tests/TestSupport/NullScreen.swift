import Foundation
import Raster
import Synchronization
import Terminal

/// A screen without a terminal: plays a script of keys and keeps every frame. One thread uses it.
public final class NullScreen: Screen {
  /// One thing that happens.
  public enum Step {
    case key(Key)
    /// Time passes.
    case advance(milliseconds: Int)
    /// The terminal gets another size.
    case resize(Size)
    /// Waits, in real time, for work on other threads; the script ends when it takes longer than the deadline.
    case wait(seconds: Double, until: () -> Bool)
    /// Keeps the frame shown now under a name.
    case snapshot(String)
  }

  public private(set) var size: Size
  public let depth: ColorDepth
  public let glyphs: GlyphSupport
  public let clock = ScriptedClock()
  /// Every canvas presented, in order.
  public private(set) var frames: [Canvas] = []
  /// Frames kept by `snapshot` steps.
  public private(set) var snapshots: [String: Canvas] = [:]
  public private(set) var isMouseOn = false
  public private(set) var invalidations = 0
  /// Whether a wait took too long.
  public private(set) var timedOut = false
  private var script: [Step]
  private var waitEnds: Date?
  private var isAtEnd = false
  private var isSnapshotDue = false

  public init(size: Size, depth: ColorDepth = .truecolor, glyphs: GlyphSupport? = nil, script: [Step]) {
    self.size = size
    self.depth = depth
    self.glyphs = glyphs ?? GlyphSupport(unicode: true, sextants: true, reason: "scripted")
    self.script = script.reversed()
  }

  public func present(_ canvas: Canvas) { frames.append(canvas) }
  public func invalidate() { invalidations += 1 }
  public func setMouse(_ on: Bool) { isMouseOn = on }
  public func suspend() {}

  public func nextEvent(within milliseconds: Int?) -> ScreenEvent {
    guard let step = script.last else {
      // Once more round the loop, so that what the last key changed is drawn.
      defer { isAtEnd = true }
      return isAtEnd ? .closed : .woken
    }
    switch step {
    case .wait(let seconds, let condition):
      return wait(seconds: seconds, until: condition)
    case .key(let key):
      script.removeLast()
      return .key(key)
    case .advance(let time):
      // A wait that ends earlier leaves the rest for the next one.
      let passing = min(time, max(1, milliseconds ?? time))
      script[script.count - 1] = .advance(milliseconds: time - passing)
      if passing >= time { script.removeLast() }
      clock.advance(milliseconds: passing)
      return .woken
    case .resize(let size):
      script.removeLast()
      self.size = size
      return .key(.resize)
    case .snapshot(let name):
      // What came before is drawn first.
      if isSnapshotDue {
        script.removeLast()
        snapshots[name] = frames.last
      }
      isSnapshotDue.toggle()
      return .woken
    }
  }

  private func wait(seconds: Double, until condition: () -> Bool) -> ScreenEvent {
    let end = waitEnds ?? Date().addingTimeInterval(seconds)
    waitEnds = end
    if condition() {
      script.removeLast()
      waitEnds = nil
    } else if Date() > end {
      timedOut = true
      script.removeAll()
    } else {
      Thread.sleep(forTimeInterval: 0.002)
    }
    return .woken
  }
}

/// A clock that stands still until told otherwise.
public final class ScriptedClock: MonotonicClock {
  private let time = Mutex(0)

  public init() {}

  public var milliseconds: Int { time.withLock { $0 } }

  public func advance(milliseconds: Int) { time.withLock { $0 += milliseconds } }
}
