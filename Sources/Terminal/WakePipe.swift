import Foundation

/// Lets any thread end another's wait: a pipe whose reading end is polled together with the keyboard.
/// Safe to share: its descriptors never change, and writing and reading pipes is safe from any thread.
final class WakePipe: Waker, @unchecked Sendable {
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

  func drain() {
    var bytes = [UInt8](repeating: 0, count: 256)
    while read(readEnd, &bytes, bytes.count) > 0 {}
  }

  /// Waits until there is something to read from standard input or somebody wakes.
  /// - Returns: false when the terminal has hung up.
  func wait(milliseconds: Int?) -> Bool {
    var polled = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
    ]
    // A signal ends the wait too: ncurses then knows about a new size.
    _ = poll(&polled, nfds_t(polled.count), milliseconds.map { Int32(clamping: max(0, $0)) } ?? -1)
    if polled[1].revents != 0 { drain() }
    return Int32(polled[0].revents) & (POLLHUP | POLLERR | POLLNVAL) == 0
  }
}
