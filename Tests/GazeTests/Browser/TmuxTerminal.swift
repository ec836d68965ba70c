import Foundation

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
    let variables = environment.merging(["LC_ALL": "C.UTF-8", "GAZE_WEIGHTS": "/no/weights"]) { own, _ in own }
    let assignments = variables.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
    // The server outlives this command and would hold its output open: nothing may wait for that to end.
    run(capturing: false, ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "env \(assignments) sh -c '\(script)'"])
  }

  deinit { run(["kill-server"]) }

  /// What is on the screen.
  var screen: String { run(["capture-pane", "-p"]) }

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

  @discardableResult
  private func run(capturing: Bool = true, _ arguments: [String]) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/tmux")
    process.arguments = ["-L", socket, "-f", "/dev/null"] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    if capturing { process.standardOutput = output }
    guard (try? process.run()) != nil else { return "" }
    guard capturing else {
      process.waitUntilExit()
      return ""
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
