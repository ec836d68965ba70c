import CNcurses
import Foundation

/// Gives the terminal back when the process dies of a signal.
///
/// What has to be written is made ready when the screen opens, because a handler may only call what is safe at any
/// moment: `write`, `tcsetattr`, `signal` and `raise`. There is one terminal, hence one restorer.
enum TerminalRestorer {
  /// Signals that end the process: asked for by others, and the program's own faults.
  static let fatalSignals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP]

  /// Turns reports of the mouse off, whichever kind was on, and bracketed paste with them.
  static let mouseOff = "\u{1B}[?1000l\u{1B}[?1002l\u{1B}[?1003l\u{1B}[?1006l"

  /// Notes stops from now on. Call before ncurses opens the terminal: ncurses ignores, and so loses, the stops that
  /// come while it draws, unless it finds that the program has a handler of its own (`_nc_signal_handler`, lib_tstp.c).
  static func noteStops(wakeDescriptor: Int32) {
    stopWakeDescriptor = wakeDescriptor
    install(handleStop, for: SIGTSTP, flags: SA_RESTART)
    install(handleContinue, for: SIGCONT, flags: SA_RESTART)
  }

  /// Keeps what is needed and installs the other handlers. Call when ncurses has opened the terminal.
  /// - Parameter modes: the terminal's modes before ncurses changed them.
  static func arm(modes: termios) {
    let names = ["rmkx", "op", "sgr0", "cnorm", "rmcup"]
    let capabilities = names.map { name in gaze_capability(name).map { String(cString: $0) } ?? "" }
    let bytes = Array((mouseOff + withoutPadding(capabilities.joined())).utf8)
    restoringBytes?.deallocate()
    restoringBytes = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
    restoringBytes?.initialize(from: bytes, count: bytes.count)
    restoringCount = bytes.count
    restoringModes = modes
    useOwnStack()
    for number in fatalSignals { install(handleFatal, for: number, flags: SA_ONSTACK) }
    armed = 1
  }

  /// Back to the usual ways of dying. Call when the terminal has been given back.
  static func disarm() {
    armed = 0
    for number in fatalSignals + [SIGTSTP, SIGCONT] { signal(number, SIG_DFL) }
  }

  /// Whether a stop was asked for since the last call.
  static func takeStopRequest() -> Bool {
    guard stopRequested != 0 else { return false }
    stopRequested = 0
    return true
  }

  /// Whether the process was stopped and continued since the last call, by whatever means.
  static func takeContinuation() -> Bool {
    guard hasContinued != 0 else { return false }
    hasContinued = 0
    return true
  }

  /// Stops the process as the terminal's stop character would; returns when it is continued.
  static func stopNow() {
    signal(SIGTSTP, SIG_DFL)
    raise(SIGTSTP)
    install(handleStop, for: SIGTSTP, flags: SA_RESTART)
  }

  private static func install(_ handler: @escaping @convention(c) (Int32) -> Void, for number: Int32, flags: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = flags
    sigfillset(&action.sa_mask)
    sigaction(number, &action, nil)
  }

  /// A stack overflow leaves no stack to handle it on.
  private static func useOwnStack() {
    let size = 64 * 1024
    guard alternateStack == nil else { return }
    alternateStack = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    var stack = stack_t(ss_sp: alternateStack, ss_flags: 0, ss_size: size)
    sigaltstack(&stack, nil)
  }

  /// Terminfo's `$<5>` delays mean nothing to terminals of today.
  private static func withoutPadding(_ text: String) -> String {
    text.replacingOccurrences(of: #"\$<[0-9.*/]*>"#, with: "", options: .regularExpression)
  }
}

// What the handlers read. Written on the thread that owns the screen, before the handlers are installed; plain
// globals with constant beginnings, so that reading them runs no initialiser.
nonisolated(unsafe) private var restoringBytes: UnsafeMutablePointer<UInt8>?
nonisolated(unsafe) private var restoringCount = 0
nonisolated(unsafe) private var restoringModes = termios()
nonisolated(unsafe) private var armed: Int32 = 0
nonisolated(unsafe) private var stopRequested: Int32 = 0
nonisolated(unsafe) private var hasContinued: Int32 = 0
nonisolated(unsafe) private var stopWakeDescriptor: Int32 = -1
nonisolated(unsafe) private var alternateStack: UnsafeMutableRawPointer?

/// Restores, then dies of the same signal, so that whoever waits for the process learns why it ended.
private func handleFatal(_ number: Int32) {
  if armed != 0 {
    armed = 0
    if let bytes = restoringBytes { _ = write(STDOUT_FILENO, bytes, restoringCount) }
    tcsetattr(STDIN_FILENO, TCSANOW, &restoringModes)
  }
  signal(number, SIG_DFL)
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, number)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
  raise(number)
}

/// Only notes the wish: ncurses must not be called from a handler, the thread that owns the screen does it.
private func handleStop(_ number: Int32) {
  stopRequested = 1
  wakeScreen()
}

/// Notes that others may have changed the terminal meanwhile.
private func handleContinue(_ number: Int32) {
  hasContinued = 1
  wakeScreen()
}

private func wakeScreen() {
  let saved = errno
  var byte: UInt8 = 0
  _ = write(stopWakeDescriptor, &byte, 1)
  errno = saved
}
