import CNcurses
import Foundation
import Raster
import Synchronization
import Testing

@testable import Terminal

/// A pseudo-terminal in the place of standard input and output, for the rest of the process's life.
final class RecordedTerminal: Sendable {
  private let master: Int32
  private let bytes = Mutex<[UInt8]>([])
  private let ended = DispatchSemaphore(value: 0)

  init?() {
    var window = winsize()
    (window.ws_col, window.ws_row) = (80, 24)
    var (master, slave): (Int32, Int32) = (-1, -1)
    guard openpty(&master, &slave, nil, nil, &window) == 0 else { return nil }
    self.master = master
    dup2(slave, STDIN_FILENO)
    dup2(slave, STDOUT_FILENO)
    close(slave)
    let reader = Thread { [self, master] in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = read(master, &buffer, buffer.count), count > 0 {
        bytes.withLock { $0 += buffer[..<count] }
      }
      ended.signal()
    }
    reader.start()
  }

  func open(
    _ depth: ColorDepth, term: String? = "xterm-256color", locale: String = "C.UTF-8"
  ) throws -> NcursesScreen {
    setenv("LC_ALL", locale, 1)
    if let term { setenv("TERM", term, 1) }
    GlyphSupport.enterLocale()
    return try NcursesScreen(decision: ColorDecision(depth: depth, reason: "told"), glyphs: .detect(), mouse: true)
  }

  func send(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(master, $0.baseAddress, $0.count) }
  }

  /// Gives the terminal another size and tells the process of it as the kernel tells those the terminal controls.
  func resize(_ size: Size) {
    var window = winsize()
    (window.ws_col, window.ws_row) = (UInt16(size.columns), UInt16(size.rows))
    _ = ioctl(master, UInt(TIOCSWINSZ), &window)
    kill(getpid(), SIGWINCH)
  }

  func hangUp() {
    var nobody: [Int32] = [-1, -1]
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &nobody)
    close(nobody[1])
    dup2(nobody[0], STDIN_FILENO)
  }

  /// All that was written; nothing can be from then on.
  func output() throws -> String {
    let nowhere = Glibc.open("/dev/null", O_RDWR)
    dup2(nowhere, STDIN_FILENO)
    dup2(nowhere, STDOUT_FILENO)
    try #require(ended.wait(timeout: .now() + 10) == .success)
    return bytes.withLock { String(decoding: $0, as: UTF8.self) }
  }
}
