import Files
import Glibc

/// Standard output whose writer does not wait for a reader any more once the run is interrupted. Used by one thread.
final class InterruptibleOutput {
  private let readEnd: Int32

  init(until interrupt: InterruptFlag) {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    readEnd = ends[0]
    // What is polled becomes ready when the other end is closed.
    interrupt.whenRaised { [end = ends[1]] in close(end) }
  }

  deinit { close(readEnd) }

  /// Writes all of a text.
  /// - Throws: `CancellationError` when nobody reads and a signal comes.
  func write(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      try waitForRoom()
      // A pipe that has room at all has it for so much.
      let part = rest.prefix(Int(PIPE_BUF))
      try StandardOutput.write(Array(part))
      rest = rest.dropFirst(part.count)
    }
  }

  /// How long a reader that is only slow may take for the rest of its line, in milliseconds.
  private static let patience: Int32 = 1000

  private func waitForRoom() throws {
    var polled = [
      pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0), pollfd(fd: readEnd, events: 0, revents: 0),
    ]
    while poll(&polled, nfds_t(polled.count), -1) < 0, errno == EINTR {}
    if polled[0].revents == 0, polled[1].revents != 0, poll(&polled, 1, Self.patience) == 0 {
      throw CancellationError()
    }
  }
}
