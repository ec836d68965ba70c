import Foundation

/// This program once more, as a worker whose lines are read. Used from one thread.
final class Child {
  private let output: Int32
  private let process: pid_t
  private var buffer: [UInt8] = []
  private var hangs = false

  init(arguments: [String]) {
    var pipes: [Int32] = [0, 0]
    guard pipe(&pipes) == 0 else { fatalError("no pipe: \(String(cString: strerror(errno)))") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclose(&actions, pipes[0])
    posix_spawn_file_actions_addclose(&actions, pipes[1])
    var words: [UnsafeMutablePointer<CChar>?] = ([CommandLine.arguments[0]] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var process: pid_t = 0
    guard posix_spawn(&process, "/proc/self/exe", &actions, nil, &words, environ) == 0 else {
      fatalError("cannot start a worker")
    }
    close(pipes[1])
    (output, self.process) = (pipes[0], process)
  }

  /// The worker's next line; nil when it has ended, or says nothing for so many seconds and is ended.
  func line(within seconds: Double) -> String? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer.removeSubrange(...end) }
        return String(decoding: buffer[..<end], as: UTF8.self)
      }
      var wait = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, Int32(seconds * 1000))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else {
        hangs = true
        kill(process, SIGKILL)
        return nil
      }
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(output, &chunk, chunk.count)
      guard count > 0 else { return nil }
      buffer += chunk[..<count]
    }
  }

  /// Waits for the worker.
  /// - Returns: why it ended before its time, nil when it did not; and the most memory it took, in bytes.
  func end() -> (reason: String?, memory: Int) {
    close(output)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
    let memory = Int(usage.ru_maxrss) << 10
    if hangs { return ("hangs", memory) }
    let signal = status & 0x7F
    if signal != 0 { return ("ends by signal \(signal)", memory) }
    let code = (status >> 8) & 0xFF
    return (code == 0 ? nil : "ends with status \(code)", memory)
  }
}
