import CNcurses
import Files
import Foundation
import Terminal

/// Another program on a pseudo-terminal, ended when it is let go of. Used by one thread.
public final class ChildOnTerminal {
  private let master: Int32
  private let process: pid_t

  /// Starts a program with a terminal as its standard input, output and errors.
  /// - Parameters:
  ///   - program: its path.
  ///   - arguments: what it is told, its own name first; names of files as `FileName` has them.
  /// - Returns: nil when it cannot be started; `errno` says why.
  public init?(program: String, arguments: [String], size: Size) {
    var window = winsize()
    (window.ws_col, window.ws_row) = (UInt16(clamping: size.columns), UInt16(clamping: size.rows))
    var (master, slave): (Int32, Int32) = (-1, -1)
    guard openpty(&master, &slave, nil, nil, &window) == 0 else { return nil }
    defer { close(slave) }
    self.master = master
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in STDIN_FILENO...STDERR_FILENO { posix_spawn_file_actions_adddup2(&actions, slave, descriptor) }
    for descriptor in [master, slave] { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup(FileName.cString($0)) } + [nil]
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    let status = posix_spawn(&process, program, &actions, nil, &words, environ)
    guard status == 0 else {
      close(master)
      errno = status
      return nil
    }
    self.process = process
  }

  deinit {
    // A failed start leaves `process` unset, so that this does not run.
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    close(master)
  }

  /// Presses keys.
  public func type(_ keys: String) {
    var keys = keys
    keys.withUTF8 { _ = write(master, $0.baseAddress, $0.count) }
  }

  /// What the program has drawn since the last call; nothing when it draws nothing for so long, nil once it has ended.
  public func read(within milliseconds: Int) -> [UInt8]? {
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, Int32(milliseconds)) > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(master, &buffer, buffer.count)
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
