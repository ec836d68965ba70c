import CNcurses
import Foundation
import Terminal

/// A terminal with nobody at it, in the place of standard input and output. What is drawn is read and thrown away.
///
/// Opened and closed by one thread; `type` may be called from any.
public final class PseudoTerminal: Sendable {
  private let master: Int32
  private let saved: [Int32]

  /// - Returns: nil when the system gives no pseudo-terminal; `errno` says why.
  public init?(size: Size) {
    var window = winsize()
    (window.ws_col, window.ws_row) = (UInt16(clamping: size.columns), UInt16(clamping: size.rows))
    var (master, slave): (Int32, Int32) = (-1, -1)
    guard openpty(&master, &slave, nil, nil, &window) == 0 else { return nil }
    self.master = master
    saved = [dup(STDIN_FILENO), dup(STDOUT_FILENO)]
    dup2(slave, STDIN_FILENO)
    dup2(slave, STDOUT_FILENO)
    Glibc.close(slave)
    let reader = Thread { [master] in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      // Ends when the last descriptor of the other side is closed.
      while read(master, &buffer, buffer.count) > 0 {}
      Glibc.close(master)
    }
    reader.start()
  }

  /// Presses keys.
  public func type(_ keys: String) {
    var keys = keys
    keys.withUTF8 { _ = write(master, $0.baseAddress, $0.count) }
  }

  /// Gives standard input and output back.
  public func close() {
    dup2(saved[0], STDIN_FILENO)
    dup2(saved[1], STDOUT_FILENO)
    saved.forEach { _ = Glibc.close($0) }
  }
}
