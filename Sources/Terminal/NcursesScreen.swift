import CNcurses
import Foundation
import Raster

/// The real terminal. Owns ncurses from `open` to `close`; only the thread that opened it may use it.
public final class NcursesScreen: Screen {
  public let depth: ColorDepth
  public let glyphs: GlyphSupport
  public var size: Size { Size(columns: Int(gaze_columns()), rows: Int(gaze_lines())) }
  /// Ends the wait for a key from any thread.
  public var waker: any Waker { pipe }

  private let handle: OpaquePointer
  private let pipe = WakePipe()
  private var pairs: PairTable
  private var shown: Canvas?
  private var open = true
  private var mouse = false

  /// Takes the terminal over.
  /// - Throws: `TerminalError` when there is no terminal, or ncurses does not know it; nothing has changed then.
  public init(decision: ColorDecision, glyphs: GlyphSupport, mouse: Bool) throws(TerminalError) {
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal("standard output") }
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal("standard input") }
    var modes = termios()
    tcgetattr(STDIN_FILENO, &modes)
    let environment = ProcessInfo.processInfo.environment
    let term = environment["TERM"] ?? "unknown"
    TerminalRestorer.noteStops(wakeDescriptor: pipe.writeEnd)
    guard let handle = Self.openTerminal(term: term, environment: environment, decision: decision) else {
      TerminalRestorer.disarm()
      throw .cannotOpen(term: term)
    }
    self.handle = handle
    self.glyphs = glyphs
    Self.setUp()
    (depth, pairs) = Self.startColors(decision.depth)
    TerminalRestorer.arm(modes: modes)
    setMouse(mouse)
  }

  deinit { close() }

  /// Gives the terminal back as it was. Calling it again does nothing.
  public func close() {
    guard open else { return }
    open = false
    gaze_set_mouse(0)
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
    gaze_set_mouse(on ? 1 : 0)
  }

  public func nextEvent(within milliseconds: Int?) -> ScreenEvent {
    if let key = takeSignals() ?? readKey() { return .key(key) }
    guard pipe.wait(milliseconds: milliseconds) else { return .closed }
    return (takeSignals() ?? readKey()).map { .key($0) } ?? .woken
  }

  /// Does what signal handlers only noted. Going on after a stop looks like another size: all is drawn anew.
  private func takeSignals() -> Key? {
    if TerminalRestorer.takeStopRequest() { suspend() }
    guard TerminalRestorer.takeContinuation() else { return nil }
    reset_prog_mode()
    setMouse(mouse)
    invalidate()
    return .resize
  }

  public func suspend() {
    gaze_set_mouse(0)
    endwin()
    TerminalRestorer.stopNow()
    // The modes are ncurses' own again at the next refresh; the size may have changed meanwhile.
    refresh()
    setMouse(mouse)
    invalidate()
  }

  // MARK: - Drawing

  private func draw(_ canvas: Canvas) {
    if pairs.prepare(for: Set(canvas.cells.lazy.map { self.colors(of: $0.style) })) { invalidate() }
    let before = shown?.size == canvas.size ? shown : nil
    if before == nil { erase() }
    // Pairs are numbered first and told to ncurses before they are drawn with.
    var updates: [(index: Int, entry: PairTable.Entry)] = []
    for index in canvas.cells.indices where before?.cells[index] != canvas.cells[index] {
      updates.append((index, pairs.entry(for: colors(of: canvas.cells[index].style))))
    }
    for (pair, colors) in pairs.takeUndefined() {
      init_extended_pair(pair, colors.foreground, colors.background)
    }
    for (index, entry) in updates { put(canvas.cells[index], at: index, of: canvas.size, entry) }
  }

  private func put(_ cell: StyledCell, at index: Int, of size: Size, _ entry: PairTable.Entry) {
    guard let character = cell.character else { return }
    var text: [wchar_t] = character.unicodeScalars.map { wchar_t(bitPattern: $0.value) }
    if !glyphs.unicode, !character.isASCII { text = [wchar_t(63)] }
    text.append(0)
    var attributes: attr_t = 0
    if cell.style.attributes.contains(.bold) { attributes |= gaze_bold() }
    if cell.style.attributes.contains(.dim) { attributes |= gaze_dim() }
    if cell.style.attributes.contains(.underline) { attributes |= gaze_underline() }
    if cell.style.attributes.contains(.reverse) != entry.reversed { attributes |= gaze_reverse() }
    if gaze_colors() < 16, case .indexed(let index) = cell.style.foreground, (8...15).contains(index) {
      attributes |= index == 8 ? gaze_dim() : gaze_bold()
    }
    _ = gaze_put(Int32(index / size.columns), Int32(index % size.columns), text, attributes, entry.pair)
  }

  private func colors(of style: Style) -> PairTable.Colors {
    PairTable.Colors(
      foreground: number(style.foreground, isBehind: false), background: number(style.background, isBehind: true))
  }

  /// On 8-colour terminals the brighter eight are bold, and grey is the terminal's own colour, dimmed.
  private func number(_ color: Cell.Color, isBehind: Bool) -> Int32 {
    switch color {
    case _ where depth == .mono: return -1
    case .standard: return -1
    case .indexed(8) where gaze_colors() < 16 && !isBehind: return -1
    case .indexed(let index): return gaze_colors() < 16 ? Int32(index & 7) : Int32(index)
    case .rgb(let rgb): return Int32(rgb.red) << 16 | Int32(rgb.green) << 8 | Int32(rgb.blue)
    }
  }

  // MARK: - Opening

  /// Opens the terminal's own entry or, for 24-bit colours, one made from it, seen by ncurses alone: TERM and
  /// TERMINFO are unchanged for child processes.
  private static func openTerminal(
    term: String, environment: [String: String], decision: ColorDecision
  ) -> OpaquePointer? {
    guard decision.depth == .truecolor, let own = TerminfoEntry.find(term: term, environment: environment) else {
      return gaze_newterm(term)
    }
    let folder = NSTemporaryDirectory() + "gaze-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let files = FileManager.default
    defer { try? files.removeItem(atPath: folder) }
    for part in [String(term.prefix(1)), String(term.unicodeScalars.first?.value ?? 0, radix: 16)] {
      try? files.createDirectory(
        atPath: "\(folder)/\(part)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      _ = files.createFile(atPath: "\(folder)/\(part)/\(term)", contents: Data(own.withDirectColors().serialized()))
    }
    setenv("TERMINFO", folder, 1)
    defer {
      if let before = environment["TERMINFO"] { setenv("TERMINFO", before, 1) } else { unsetenv("TERMINFO") }
    }
    return gaze_newterm(term)
  }

  private static func setUp() {
    cbreak()
    noecho()
    nonl()
    set_escdelay(25)
    keypad(gaze_stdscr(), true)
    NcursesKeys.defineWordKeys()
    nodelay(gaze_stdscr(), true)
    typeahead(-1)
    leaveok(gaze_stdscr(), false)
    scrollok(gaze_stdscr(), false)
    curs_set(0)
  }

  /// What was decided may be more than ncurses can do with this entry.
  private static func startColors(_ wanted: ColorDepth) -> (ColorDepth, PairTable) {
    guard wanted != .mono, has_colors(), start_color() == OK else { return (.mono, PairTable(capacity: 1)) }
    use_default_colors()
    let possible: ColorDepth =
      switch gaze_colors() {
      case 0x100_0000...: .truecolor
      case 256...: .ansi256
      default: .ansi16
      }
    return (min(wanted, possible), PairTable(capacity: Int(gaze_color_pairs()) - 1))
  }

  private func readKey() -> Key? {
    while true {
      var code: wint_t = 0
      let kind = get_wch(&code)
      guard kind != gaze_err() else { return nil }
      if let key = NcursesKeys.key(code: code, isFunctionKey: kind == gaze_key_code_yes()) {
        if key == .resize { shown = nil }
        return key
      }
    }
  }
}
