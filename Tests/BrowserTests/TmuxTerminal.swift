import Foundation
import TestSupport

/// A real terminal of a fixed size with a shell script in it: tmux on a socket of its own.
final class TmuxTerminal {
  static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")

  /// The program under test, built beside the tests.
  static var program: String {
    var url = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    while url.path != "/" {
      url.deleteLastPathComponent()
      let candidate = url.appendingPathComponent("gaze").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
    }
    return "gaze"
  }

  private let socket = "gaze-test-\(UUID().uuidString)"

  init(columns: Int, rows: Int, environment: [String: String] = [:], script: String) {
    let usual = [
      "LC_ALL": "C.UTF-8", "GAZE_WEIGHTS": "/no/weights", "XDG_STATE_HOME": "/no/state",
      "XDG_CONFIG_HOME": "/no/config",
    ]
    let variables = environment.merging(usual) { own, _ in own }
    let assignments = variables.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
    run(["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "env \(assignments) sh -c '\(script)'"])
  }

  deinit { run(["kill-server"]) }

  /// What is on the screen.
  var screen: String { run(["capture-pane", "-p"]) }

  /// What is on the screen, with the escape sequences that colour it.
  var styledScreen: String { run(["capture-pane", "-e", "-p"]) }

  /// One of tmux' variables about the terminal.
  func variable(_ name: String) -> String {
    run(["display-message", "-p", "#{\(name)}"]).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func send(_ keys: String...) { run(["send-keys"] + keys) }

  func resize(columns: Int, rows: Int) { run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"]) }

  /// Asks again and again until it is so or the deadline is over; never merely sleeps.
  func wait(seconds: Double = 20, until condition: (TmuxTerminal) -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if condition(self) { return true }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return condition(self)
  }

  func wait(for text: String) -> Bool { wait { $0.screen.contains(text) } }

  /// The process started by the script.
  var child: pid_t? {
    guard let shell = Int(variable("pane_pid")) else { return nil }
    let children = try? String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    return children?.split(separator: " ").last.flatMap { pid_t($0) }
  }

  /// Spawned by hand: the server that the first command leaves behind inherits what `Process` waits on.
  @discardableResult
  private func run(_ arguments: [String]) -> String {
    let output = NSTemporaryDirectory() + socket + ".out"
    defer { unlink(output) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // Nor may the server keep the pipes of programs that other tests run: they would wait for its end.
    for file in 3..<min(1024, Int32(sysconf(Int32(_SC_OPEN_MAX)))) {
      posix_spawn_file_actions_addclose(&actions, file)
    }
    // The threads tests run on block signals; a server that inherits that never learns that its shell has ended.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let words = ["tmux", "-L", socket, "-f", "/dev/null"] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    var child: pid_t = 0
    guard posix_spawnp(&child, "/usr/bin/tmux", &actions, &attributes, &pointers, environ) == 0 else { return "" }
    var status: Int32 = 0
    while waitpid(child, &status, 0) == -1, errno == EINTR {}
    return (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
  }
}
