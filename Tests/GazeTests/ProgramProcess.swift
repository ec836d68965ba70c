import CTestSupport
import Foundation
import Synchronization

@testable import Gaze

/// The built program in a process of its own, read with a time limit and ended when it is let go of. Used by one thread.
final class ProgramProcess {
  /// How it ended.
  enum Ending: Equatable {
    case status(Int32)
    case signal(Int32)
    /// It had to be killed.
    case hung
  }

  let id: pid_t
  private var streams: [Stream]
  private var hasEnded = false
  /// Its terminal's modes before it was started, which then changes them at once.
  private var modesBefore: [UInt64] = []

  private struct Stream {
    let descriptor: Int32
    var bytes: [UInt8] = []
    var isOpen = true
  }

  /// With pipes as its standard output and errors.
  /// - Parameters:
  ///   - input: its standard input; nothing when nil.
  ///   - output: its standard output in place of a pipe.
  ///   - folder: where it runs.
  init(
    _ arguments: [String], environment: [String: String] = [:], input: Int32? = nil, output: Int32? = nil,
    folder: String? = nil
  ) throws {
    let pipes = try [Self.pipe(), Self.pipe()]
    defer { pipes.forEach { close($0.write) } }
    streams = pipes.map { Stream(descriptor: $0.read) }
    id = try Self.spawn(arguments, environment) { actions in
      if let input {
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
      } else {
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
      }
      posix_spawn_file_actions_adddup2(&actions, output ?? pipes[0].write, STDOUT_FILENO)
      posix_spawn_file_actions_adddup2(&actions, pipes[1].write, STDERR_FILENO)
      if let folder { gaze_spawn_in_folder(&actions, folder) }
    }
  }

  /// On a terminal of its own, 80×24.
  init(onTerminal arguments: [String], environment: [String: String] = [:]) throws {
    var name = [CChar](repeating: 0, count: 64)
    let terminal = gaze_open_terminal(80, 24, &name, Int32(name.count))
    guard terminal >= 0 else { throw CommandFailure("no pseudo-terminal: \(String(cString: strerror(errno)))") }
    streams = [Stream(descriptor: terminal)]
    modesBefore = Self.modes(of: terminal)
    let usual = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": "/no/state"]
    // Opened first by the leader of a session, it becomes the terminal that the process is controlled by.
    id = try Self.spawn(arguments, usual.merging(environment) { $1 }, ownSession: true) { actions in
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name, O_RDWR, 0)
      for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
        posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, descriptor)
      }
    }
  }

  deinit {
    if !hasEnded { _ = end(seconds: 0) }
    streams.forEach { close($0.descriptor) }
  }

  /// A process started between the making of a pipe and its mark would keep it open.
  private static let starting = Mutex(())

  static func pipe() throws -> (read: Int32, write: Int32) {
    try starting.withLock { _ in
      var ends: [Int32] = [-1, -1]
      guard Glibc.pipe(&ends) == 0 else { throw CommandFailure("no pipe: \(String(cString: strerror(errno)))") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
  }

  /// Threads that tests run on block signals, which the program is not to inherit.
  private static func spawn(
    _ arguments: [String], _ environment: [String: String], ownSession: Bool = false,
    files: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    files(&actions)
    var (attributes, none, all) = (posix_spawnattr_t(), sigset_t(), sigset_t())
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let setSession: Int32 = ownSession ? 0x80 : 0  // POSIX_SPAWN_SETSID, which the header shows to GNU sources alone
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | setSession))
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var words: [UnsafeMutablePointer<CChar>?] = (["gaze"] + arguments).map { strdup($0) } + [nil]
    var pairs: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (words + pairs).forEach { free($0) } }
    var process: pid_t = 0
    let status = starting.withLock { _ in
      posix_spawn(&process, ProgramRun.program.path, &actions, &attributes, &words, &pairs)
    }
    guard status == 0 else { throw CommandFailure("cannot start gaze: \(String(cString: strerror(status)))") }
    return process
  }

  // MARK: - What it says

  var output: String { String(decoding: streams[0].bytes, as: UTF8.self) }
  var errors: String { String(decoding: streams[1].bytes, as: UTF8.self) }

  /// Reads what it says until that is enough, or it ends, or the time is over.
  /// - Returns: whether it was enough.
  @discardableResult
  func read(seconds: Double, until isEnough: (ProgramProcess) -> Bool = { _ in false }) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !isEnough(self) {
      let rest = (end - ContinuousClock.now) / .milliseconds(1)
      guard rest > 0, streams.contains(where: \.isOpen) else { return false }
      // What is looked for need not be something it says.
      readOnce(milliseconds: Int32(min(rest.rounded(.up), 10)))
    }
    return true
  }

  private func readOnce(milliseconds: Int32) {
    let open = streams.indices.filter { streams[$0].isOpen }
    var polled = open.map { pollfd(fd: streams[$0].descriptor, events: Int16(POLLIN), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    for (place, index) in open.enumerated() where polled[place].revents != 0 {
      let count = Glibc.read(streams[index].descriptor, &buffer, buffer.count)
      if count > 0 {
        streams[index].bytes += buffer[..<count]
      } else if count == 0 || errno != EINTR {
        streams[index].isOpen = false
      }
    }
  }

  /// Reads no more of what it says: whoever writes to nobody is told so.
  func closeOutput() {
    close(streams[0].descriptor)
    streams[0] = Stream(descriptor: open("/dev/null", O_RDONLY | O_CLOEXEC), bytes: streams[0].bytes, isOpen: false)
  }

  // MARK: - What is done to it

  /// Presses keys of its terminal.
  func type(_ keys: String) {
    var keys = keys
    keys.withUTF8 { _ = write(streams[0].descriptor, $0.baseAddress, $0.count) }
  }

  /// Waits for its end, and ends it when that takes longer.
  func end(seconds: Double = 30) -> Ending {
    read(seconds: seconds)
    let isHanging = streams.contains(where: \.isOpen)
    if isHanging { kill(id, SIGKILL) }
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    hasEnded = true
    if isHanging { return .hung }
    return status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }

  // MARK: - What is known of it

  private static func modes(of terminal: Int32) -> [UInt64] {
    var modes = termios()
    tcgetattr(terminal, &modes)
    let characters = withUnsafeBytes(of: modes.c_cc) { $0.map(UInt64.init) }
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag].map(UInt64.init) + characters
  }

  /// Private modes (DECSET) that it left its terminal in, of all it set; 25 is the cursor's.
  var privateModes: Set<Int> {
    var modes: Set<Int> = []
    for match in output.matches(of: /\u{1B}\[\?([0-9;]+)([hl])/) {
      let numbers = match.1.split(separator: ";").compactMap { Int($0) }
      if match.2 == "h" { modes.formUnion(numbers) } else { modes.subtract(numbers) }
    }
    return modes
  }

  /// The threads of a name.
  func threads(named name: String) -> [Int32] {
    let folder = "/proc/\(id)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.compactMap { Int32($0) }.filter {
      (try? String(contentsOfFile: "\(folder)/\($0)/comm", encoding: .utf8)) == name + "\n"
    }
  }
}

extension ProgramProcess {
  /// What came of a run.
  struct Report: Sendable {
    /// Whether what was waited for before anything was done to it came.
    let wasReady: Bool
    let ending: Ending
    let output: String
    let errors: String
    /// What is wrong with the terminal it ran on; nil when nothing is.
    let trace: String?
  }

  /// What is wrong with the terminal it ran on and left; nil when nothing is.
  var trace: String? {
    if Self.modes(of: streams[0].descriptor) != modesBefore { return "the terminal's modes are others" }
    // A cursor that was hidden and shown is on.
    let modes = privateModes.subtracting([25])
    if !modes.isEmpty { return "private modes \(modes.sorted()) are on" }
    return output.contains("\u{1B}[?25l") && !privateModes.contains(25) ? "the cursor is hidden" : nil
  }

  /// Runs the program on a terminal, a command after another.
  /// - Parameters:
  ///   - isReady: what is waited for once `keys` are typed.
  ///   - act: what is done then.
  static func report(
    onTerminal arguments: [String], environment: [String: String] = [:], keys: String = "",
    until isReady: (ProgramProcess) -> Bool = { _ in true }, act: (ProgramProcess) throws -> Void = { _ in }
  ) throws -> Report {
    let program = try ProgramProcess(onTerminal: arguments, environment: environment)
    program.type(keys)
    let wasReady = program.read(seconds: 60, until: isReady)
    try act(program)
    let ending = program.end()
    return Report(
      wasReady: wasReady, ending: ending, output: program.output, errors: "", trace: program.trace)
  }

  /// Runs the program with pipes.
  /// - Parameters:
  ///   - isReady: what is waited for.
  ///   - act: what is done then.
  static func report(
    _ arguments: [String], environment: [String: String], input: Int32? = nil, output: Int32? = nil,
    until isReady: (ProgramProcess) -> Bool, act: (ProgramProcess) -> Void
  ) throws -> Report {
    let program = try ProgramProcess(arguments, environment: environment, input: input, output: output)
    let wasReady = program.read(seconds: 60, until: isReady)
    act(program)
    let ending = program.end()
    return Report(wasReady: wasReady, ending: ending, output: program.output, errors: program.errors, trace: nil)
  }
}

/// Does what waits, on a thread of its own: those that tests share are few, and other tests need them.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
  }
}
