import CForwarding
import CNcurses
import Foundation

/// Gives the terminal back when the process dies of a signal, or for want of a library.
///
/// What has to be written is made ready when the screen opens, because a handler may only call what is safe at any
/// moment: `write`, `tcsetattr`, `signal` and `raise`. There is one terminal, hence one restorer.
enum TerminalRestorer {
  /// Signals that end the process: asked for by others, and the program's own faults.
  static let fatalSignals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP]

  /// Turns reports of the mouse off, whichever kind was on.
  static let mouseOff = "\u{1B}[?1000l\u{1B}[?1002l\u{1B}[?1003l\u{1B}[?1006l"

  /// Turns the marks around pasted text off.
  static let pasteOff = "\u{1B}[?2004l"

  /// Notes stops and changes of the terminal's size from now on. Call before ncurses opens the terminal: ncurses ignores, and so loses, the stops that
  /// come while it draws, unless it finds that the program has a handler of its own (`_nc_signal_handler`, lib_tstp.c).
  static func noteSignals(wakeDescriptor: Int32) {
    signalWakeDescriptor = wakeDescriptor
    install(handleStop, for: SIGTSTP, flags: SA_RESTART)
    install(handleContinue, for: SIGCONT, flags: SA_RESTART)
    install(handleSizeChange, for: SIGWINCH, flags: SA_RESTART)
  }

  /// Has signals that end the process wait; faults do not.
  /// - Returns: what `release` takes.
  static func holdSignals() -> sigset_t {
    var (held, before) = (sigset_t(), sigset_t())
    sigemptyset(&held)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&held, number) }
    pthread_sigmask(SIG_BLOCK, &held, &before)
    return before
  }

  static func release(_ before: sigset_t) {
    var before = before
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  /// Keeps what is needed and installs the other handlers. Call when ncurses has opened the terminal.
  /// - Parameter modes: the terminal's modes before ncurses changed them.
  static func arm(modes: termios) {
    let bytes = Array(restoringText().utf8)
    restoringBytes?.deallocate()
    restoringBytes = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
    restoringBytes?.initialize(from: bytes, count: bytes.count)
    restoringCount = bytes.count
    if restoringModes == nil { restoringModes = UnsafeMutablePointer<termios>.allocate(capacity: 1) }
    restoringModes?.initialize(to: modes)
    useOwnStack()
    for number in fatalSignals { install(handleFatal, for: number, flags: SA_ONSTACK) }
    gaze_before_ending(giveTerminalBack)
    armed = 1
  }

  /// What has to be written. Call when ncurses has opened the terminal.
  static func restoringText() -> String {
    let names = ["rmkx", "op", "sgr0", "cnorm", "rmcup"]
    return pasteOff + mouseOff + names.map { gaze_capability($0).map { String(cString: $0) } ?? "" }.joined()
  }

  /// Back to the usual ways of dying. Call when the terminal has been given back.
  static func disarm() {
    armed = 0
    for number in fatalSignals + [SIGTSTP, SIGCONT, SIGWINCH] { signal(number, SIG_DFL) }
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

  /// Whether the terminal got another size since the last call.
  static func takeSizeChange() -> Bool {
    guard hasOtherSize != 0 else { return false }
    hasOtherSize = 0
    return true
  }

  /// Sends the terminal something that ncurses need not know of. Call when ncurses has written all that it holds.
  static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      rest = rest.dropFirst(max(0, count))
    }
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
}

// What the handlers read. Written on the thread that owns the screen, before the handlers are installed; plain
// globals with constant beginnings, so that reading them runs no initialiser. The modes lie in memory of their own: C
// copies the whole struct, and a Swift global has only the bytes that hold its fields.
nonisolated(unsafe) private var restoringBytes: UnsafeMutablePointer<UInt8>?
nonisolated(unsafe) private var restoringCount = 0
nonisolated(unsafe) private var restoringModes: UnsafeMutablePointer<termios>?
nonisolated(unsafe) private var armed: Int32 = 0
nonisolated(unsafe) private var stopRequested: Int32 = 0
nonisolated(unsafe) private var hasContinued: Int32 = 0
nonisolated(unsafe) private var hasOtherSize: Int32 = 0
nonisolated(unsafe) private var signalWakeDescriptor: Int32 = -1
nonisolated(unsafe) private var alternateStack: UnsafeMutableRawPointer?

/// Restores, then dies of the same signal, so that whoever waits for the process learns why it ended.
private func handleFatal(_ number: Int32) {
  giveTerminalBack()
  signal(number, SIG_DFL)
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, number)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
  raise(number)
}

/// Once, from a handler or any thread.
private func giveTerminalBack() {
  guard armed != 0 else { return }
  armed = 0
  if let bytes = restoringBytes { _ = write(STDOUT_FILENO, bytes, restoringCount) }
  if let modes = restoringModes { tcsetattr(STDIN_FILENO, TCSANOW, modes) }
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

/// Only notes it; ncurses has no handler of its own where the program has one.
private func handleSizeChange(_ number: Int32) {
  hasOtherSize = 1
  wakeScreen()
}

private func wakeScreen() {
  let saved = errno
  var byte: UInt8 = 0
  _ = write(signalWakeDescriptor, &byte, 1)
  errno = saved
}
