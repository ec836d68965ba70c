import CNcurses
import Files
import Foundation
import Raster

/// The real terminal. Owns ncurses from `open` to `close`; only the thread that opened it may use it.
///
/// ncurses draws; keys are read here (`TerminalInput`), because what ncurses does not know it hands over byte by byte.
public final class NcursesScreen: Screen {
  public let depth: ColorDepth
  public let glyphs: GlyphSupport
  public var size: Size { Size(columns: Int(gaze_columns()), rows: Int(gaze_lines())) }
  /// Ends the wait for a key from any thread.
  public var waker: any Waker { pipe }

  var pairs: PairTable
  var shown: Canvas?
  private let handle: OpaquePointer
  private let pipe = WakePipe()
  private let clock = SteadyClock()
  private var input: TerminalInput
  private var open = true
  private let hasMouse: Bool
  private var mouse: Bool

  /// Takes the terminal over.
  /// - Throws: `TerminalError` when there is no terminal, or nothing is known of its type; nothing has changed then.
  public init(decision: ColorDecision, glyphs: GlyphSupport, mouse: Bool) throws(TerminalError) {
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
    let environment = ProcessEnvironment.variables
    let entry = try TerminalDescription.find(environment: environment).entry
    var modes = termios()
    tcgetattr(STDIN_FILENO, &modes)
    TerminalRestorer.noteSignals(wakeDescriptor: pipe.writeEnd)
    // One that came between opening and arming would leave the terminal half changed.
    let signals = TerminalRestorer.holdSignals()
    defer { TerminalRestorer.release(signals) }
    guard let handle = Self.openTerminal(entry.withColors(decision.depth), environment: environment) else {
      TerminalRestorer.disarm()
      throw .cannotOpen(term: environment["TERM"] ?? "")
    }
    self.handle = handle
    self.glyphs = glyphs
    input = TerminalInput(known: entry.keySequences, patience: TerminalInput.Patience(environment: environment))
    hasMouse = entry[.mouseReport] != nil
    self.mouse = mouse
    Self.setUp()
    (depth, pairs) = Self.startColors(decision.depth)
    TerminalRestorer.arm(modes: modes)
    enterModes()
  }

  deinit { close() }

  /// Gives the terminal back as it was. Calling it again does nothing.
  public func close() {
    guard open else { return }
    open = false
    leaveModes()
    endwin()
    delscreen(handle)
    TerminalRestorer.disarm()
  }

  public func present(_ canvas: Canvas) {
    draw(canvas)
    curs_set(canvas.cursor == nil ? 0 : 1)
    if let cursor = canvas.cursor { move(Int32(cursor.row), Int32(cursor.column)) }
    refresh()
    shown = canvas
  }

  public func invalidate() {
    shown = nil
    clearok(gaze_curscr(), true)
  }

  public func setMouse(_ on: Bool) {
    mouse = on
    enterModes()
  }

  public func suspend() {
    leaveModes()
    endwin()
    TerminalRestorer.stopNow()
    // The modes are ncurses' own again at the next refresh; the size may have changed meanwhile.
    refresh()
    enterModes()
    invalidate()
  }

  // MARK: - Events

  public func nextEvent(within milliseconds: Int?) -> ScreenEvent {
    if let key = takeSignals() ?? input.next() { return .key(key) }
    let end = milliseconds.map { clock.milliseconds + max(0, $0) }
    while true {
      let now = clock.milliseconds
      let wait = [end.map { max(0, $0 - now) }, input.wait(now: now)].compactMap { $0 }.min()
      let outcome = pipe.wait(milliseconds: wait)
      switch outcome {
      case .closed: return .closed
      case .input:
        guard readInput() else { return .closed }
      case .woken, .nothing: input.passTime(to: clock.milliseconds)
      }
      if let key = takeSignals() ?? input.next() { return .key(key) }
      let isOver = end.map { clock.milliseconds >= $0 } ?? false
      if outcome == .woken || isOver { return .woken }
    }
  }

  /// Reads what has come.
  /// - Returns: false when there will be nothing more.
  private func readInput() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    if count > 0 { input.take(buffer[..<count], now: clock.milliseconds) }
    return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN))
  }

  /// Does what signal handlers only noted. Going on after a stop looks like another size: all is drawn anew.
  private func takeSignals() -> Key? {
    if TerminalRestorer.takeStopRequest() { suspend() }
    let continued = TerminalRestorer.takeContinuation()
    if continued {
      reset_prog_mode()
      enterModes()
      invalidate()
    }
    let resized = TerminalRestorer.takeSizeChange()
    if continued || resized { adoptSize() }
    return continued || resized ? .resize : nil
  }

  /// Tells ncurses the terminal's size.
  private func adoptSize() {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else { return }
    guard size != Size(columns: Int(window.ws_col), rows: Int(window.ws_row)) else { return }
    resize_term(Int32(window.ws_row), Int32(window.ws_col))
    invalidate()
  }

  // MARK: - Modes

  /// Asks for pasted text between marks and, where wanted, for reports of the mouse: in SGR's form, which reaches beyond
  /// column 223, from terminals that know it.
  private func enterModes() {
    let mouseModes = mouse ? "\u{1B}[?1000h\u{1B}[?1006h" : TerminalRestorer.mouseOff
    TerminalRestorer.write("\u{1B}[?2004h" + (hasMouse ? mouseModes : ""))
  }

  private func leaveModes() {
    TerminalRestorer.write(TerminalRestorer.pasteOff + (hasMouse ? TerminalRestorer.mouseOff : ""))
  }
}
