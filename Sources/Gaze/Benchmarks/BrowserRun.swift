import Captioning
import Foundation
import Raster
import Terminal

/// The real browser on a pseudo-terminal, with keys typed at the pace of a held key.
struct BrowserRun {
  let folder: String
  let size: GridSize
  let weights: String
  let threads: Int

  /// Seconds between keys: 30 a second, as keyboards repeat.
  private static let pace = 1.0 / 30

  func play(_ part: ScriptedPart, keys count: Int) throws -> KeyTimings {
    guard let terminal = PseudoTerminal(size: Size(columns: size.columns, rows: size.rows)) else {
      throw CommandFailure("cannot open a pseudo-terminal: \(String(cString: strerror(errno)))")
    }
    defer { terminal.close() }
    setenv("TERM", "xterm-256color", 1)
    GlyphSupport.enterLocale()
    let ncurses = try NcursesScreen(decision: .ofProcess(flag: .truecolor), glyphs: .detect(), mouse: false)
    defer { ncurses.close() }
    let screen = TimedScreen(ncurses)
    let events = EventTimes()
    let mailbox = Mailbox(waker: ncurses.waker, note: events.note)
    let program = BrowserProgram(
      model: model(screen), screen: screen, clock: SteadyClock(), mailbox: mailbox,
      effects: BackgroundEffects(
        service: NetworkCaptionService(weights: weights, threads: threads), mailbox: mailbox),
      painter: BackgroundPainter { mailbox.send(.painted) })
    // What types must have ended before its terminal is closed: the next one may get the same descriptor.
    let hasTyped = DispatchSemaphore(value: 0)
    typing(part, keys: count, on: terminal, screen, then: hasTyped).start()
    program.run(paths: [folder])
    hasTyped.wait()
    return KeyTimings(
      keys: screen.keyMilliseconds.sorted(), firstFrame: screen.firstFrameMilliseconds ?? 0, listed: events.listed,
      captioned: events.captioned)
  }

  private func model(_ screen: TimedScreen) -> BrowserModel {
    let themes = BrowseCommand.themes()
    let theme = Theme.builtIn
    return BrowserModel(
      size: screen.size, depth: screen.depth, glyphs: screen.glyphs, title: folder, settings: DecodingSettings(),
      themes: themes, theme: theme, colormaps: Colormap.all.map(\.name),
      look: AttentionLook(opacity: theme.opacity, smooth: theme.smooth, colormap: theme.colormap))
  }

  /// The thread that types; it ends the browser when it is done.
  private func typing(
    _ part: ScriptedPart, keys count: Int, on terminal: PseudoTerminal, _ screen: TimedScreen,
    then hasTyped: DispatchSemaphore
  ) -> Thread {
    Thread {
      defer { hasTyped.signal() }
      Worker.leaveSignalsToTheScreen()
      func type(_ key: String) {
        Thread.sleep(forTimeInterval: Self.pace)
        screen.noteKey()
        terminal.type(key)
      }
      if !part.opening.isEmpty { type(part.opening) }
      for index in 0..<count { type(part.keys[index % part.keys.count]) }
      // Out of whatever is open, then out of the program.
      for _ in 0..<6 {
        Thread.sleep(forTimeInterval: Self.pace)
        terminal.type("q")
      }
    }
  }
}

/// When things first happened, in milliseconds from the beginning. Safe to share: a lock guards the times.
final class EventTimes: @unchecked Sendable {
  private let start = ContinuousClock.now
  private let lock = NSLock()
  private var times: (listed: Double?, captioned: Double?)

  var listed: Double? { lock.withLock { times.listed } }
  var captioned: Double? { lock.withLock { times.captioned } }

  @Sendable func note(_ message: Message) {
    let now = (ContinuousClock.now - start) / .milliseconds(1)
    lock.withLock {
      switch message {
      case .folder(.listed(let listing)) where listing.isComplete: times.listed = times.listed ?? now
      case .caption(.done): times.captioned = times.captioned ?? now
      default: break
      }
    }
  }
}
