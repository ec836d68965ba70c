import Browser
import Captioning
import Files
import Foundation
import Raster
import Synchronization
import SystemPackage
import Terminal

/// The real browser on a pseudo-terminal, with keys typed at the pace of a held key.
struct BrowserRun {
  let folder: FilePath
  let size: GridSize
  let weights: FilePath
  let threads: Int

  /// Seconds between keys: 30 a second, as keyboards repeat.
  private static let pace = 1.0 / 30

  /// Types keys at a steady pace, whatever comes of them.
  func play(_ part: ScriptedPart, keys count: Int) throws -> KeyTimings {
    let events = EventTimes()
    let screen = try drive(events: events) { typist in
      if !part.opening.isEmpty { typist.type(part.opening) }
      for index in 0..<count { typist.type(part.keys[index % part.keys.count]) }
    }
    return KeyTimings(
      keys: screen.keyMilliseconds.sorted(), firstFrame: screen.firstFrameMilliseconds ?? 0, listed: events.listed,
      captioned: events.captioned)
  }

  /// Captions a photo, then changes top-k and temperature key by key, each once the captions of the one before are
  /// shown.
  /// - Returns: milliseconds from key to new captions, one a key.
  func redraw(keys count: Int) throws -> [Double] {
    let redraws = RedrawTimes()
    _ = try drive(events: EventTimes(), redraws: redraws) { typist in
      typist.type("\r")
      guard redraws.waitForCaptions() else { return }
      for index in 0..<count {
        guard redraws.time({ typist.type(["]", "-", "[", "="][index % 4], pausing: false) }) else { return }
        // What is left of the frame before, such as its picture, does not run into the next key.
        Thread.sleep(forTimeInterval: Self.pace)
      }
    }
    guard !redraws.milliseconds.isEmpty else { throw CommandFailure("no captions were drawn in time") }
    return redraws.milliseconds
  }

  /// Runs the browser while another thread types; then leaves it.
  private func drive(
    events: EventTimes, redraws: RedrawTimes? = nil, typing: @escaping @Sendable (ScriptedTypist) -> Void
  ) throws -> TimedScreen {
    guard let terminal = PseudoTerminal(size: Size(columns: size.columns, rows: size.rows)) else {
      throw CommandFailure("cannot open a pseudo-terminal: \(String(cString: strerror(errno)))")
    }
    defer { terminal.close() }
    setenv("TERM", "xterm-256color", 1)
    GlyphSupport.enterLocale()
    let ncurses = try NcursesScreen(decision: .ofProcess(flag: .truecolor), glyphs: .detect(), mouse: false)
    defer { ncurses.close() }
    let screen = TimedScreen(ncurses)
    let mailbox = Mailbox(waker: ncurses.waker, note: events.note)
    let program = BrowserProgram(
      model: model(screen), screen: screen, clock: SteadyClock(), mailbox: mailbox,
      effects: BackgroundEffects(
        service: NetworkCaptionService(threads: threads) { [weights] in weights }, mailbox: mailbox),
      painter: BackgroundPainter { mailbox.send(.painted) })
    if let redraws {
      screen.afterFrame = { [unowned program] in redraws.frameShows(program.model.record?.settings) }
    }
    // What types must have ended before its terminal is closed: the next one may get the same descriptor.
    let hasTyped = DispatchSemaphore(value: 0)
    Thread {
      defer { hasTyped.signal() }
      Worker.leaveSignalsToTheScreen()
      let typist = ScriptedTypist(terminal: terminal, screen: screen, pace: Self.pace)
      typing(typist)
      typist.leave()
    }.start()
    program.run(paths: [folder])
    hasTyped.wait()
    return screen
  }

  private func model(_ screen: TimedScreen) -> BrowserModel {
    .timed(folder, size: screen.size, depth: screen.depth, glyphs: screen.glyphs)
  }
}

extension BrowserModel {
  /// A browser that is timed: as one begins that nobody has told anything, whatever its settings file says.
  static func timed(
    _ folder: FilePath, size: Size, depth: ColorDepth, glyphs: GlyphSupport, networks: [String] = []
  ) -> BrowserModel {
    let theme = Theme.builtIn
    return BrowserModel(
      size: size, depth: depth, glyphs: glyphs, title: folder.description, settings: DecodingSettings(),
      themes: BrowseCommand.themes(), theme: theme, colormaps: Colormap.all.map(\.name),
      look: AttentionLook(opacity: theme.opacity, smooth: theme.smooth, colormap: theme.colormap), networks: networks)
  }
}

/// What types.
struct ScriptedTypist: Sendable {
  fileprivate let terminal: PseudoTerminal
  fileprivate let screen: TimedScreen
  fileprivate let pace: Double

  /// Types a key after the pause between keys, or at once.
  func type(_ key: String, pausing: Bool = true) {
    if pausing { Thread.sleep(forTimeInterval: pace) }
    screen.noteKey()
    terminal.type(key)
  }

  /// Out of whatever is open, then out of the program.
  fileprivate func leave() {
    for _ in 0..<6 {
      Thread.sleep(forTimeInterval: pace)
      terminal.type("q")
    }
  }
}

/// When things first happened, in milliseconds from the beginning.
final class EventTimes: Sendable {
  private let start = ContinuousClock.now
  private let times = Mutex<(listed: Double?, captioned: Double?)>((nil, nil))

  var listed: Double? { times.withLock { $0.listed } }
  var captioned: Double? { times.withLock { $0.captioned } }

  @Sendable func note(_ message: Message) {
    let now = (ContinuousClock.now - start) / .milliseconds(1)
    times.withLock { times in
      switch message {
      case .folder(.listed(let listing)) where listing.isComplete: times.listed = times.listed ?? now
      case .caption(.done): times.captioned = times.captioned ?? now
      default: break
      }
    }
  }
}
