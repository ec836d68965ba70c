import Foundation

/// Lets any thread end another's wait: a pipe whose reading end is polled together with the keyboard.
final class WakePipe: Waker {
  /// What ended a wait.
  enum Outcome {
    /// There is something to read from standard input.
    case input
    /// Somebody woke.
    case woken
    /// The time passed, or a signal came.
    case nothing
    /// The terminal has hung up.
    case closed
  }

  let readEnd: Int32
  let writeEnd: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    (readEnd, writeEnd) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// A full pipe is no error: the wait ends anyway.
  func wake() {
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }

  private func drain() {
    var bytes = [UInt8](repeating: 0, count: 256)
    while read(readEnd, &bytes, bytes.count) > 0 {}
  }

  /// Waits until there is something to read from standard input or somebody wakes; when both, first the input.
  /// - Parameter milliseconds: nil waits for ever.
  func wait(milliseconds: Int?) -> Outcome {
    var polled = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
    ]
    let ready = poll(&polled, nfds_t(polled.count), milliseconds.map { Int32(clamping: max(0, $0)) } ?? -1)
    guard ready > 0 else { return .nothing }
    if Int32(polled[0].revents) & (POLLHUP | POLLERR | POLLNVAL) != 0 { return .closed }
    if polled[0].revents != 0 { return .input }
    drain()
    return .woken
  }
}
