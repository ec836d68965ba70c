import Foundation
import TestSupport
import Testing

@testable import Browser

/// The real program in a real terminal.
@Suite(.serialized, .enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"))
struct BrowserTerminalTests {
  /// A shell that says what is there before and after, and keeps the terminal's modes of both times.
  private func script(_ folder: PictureFolder, _ arguments: String = "") -> String {
    "echo BEFORE; stty -g > \(folder.path)/before; \(TmuxTerminal.program) browse \(arguments) \(folder.path); "
      + "echo STATUS $?; stty -g > \(folder.path)/after; exec cat"
  }

  private func expectRestored(_ terminal: TmuxTerminal, _ folder: PictureFolder, status: Int) {
    #expect(terminal.wait(for: "STATUS \(status)"), "\(terminal.screen)")
    #expect(terminal.screen.contains("BEFORE"))
    #expect(terminal.variable("alternate_on") == "0")
    #expect(terminal.variable("cursor_flag") == "1")
    #expect(terminal.variable("mouse_any_flag") == "0")
    #expect(terminal.wait { _ in folder.text("after")?.isEmpty == false })
    #expect(folder.text("after") == folder.text("before"))
  }

  @Test func quittingLeavesTheTerminalAsItWas() throws {
    let folder = try PictureFolder()
    let terminal = TmuxTerminal(columns: 60, rows: 16, script: script(folder))
    #expect(terminal.wait(for: "ready"), "\(terminal.screen)")
    #expect(terminal.variable("alternate_on") == "1")
    #expect(terminal.screen.contains("1/3"))
    terminal.send("j")
    #expect(terminal.wait(for: "2/3"))
    terminal.resize(columns: 90, rows: 20)
    #expect(terminal.wait(for: "3 images"))
    terminal.send("q")
    expectRestored(terminal, folder, status: 0)
  }

  /// The status line ends in the screen's last corner.
  @Test func theLastCornerIsDrawnAndNothingScrolls() throws {
    let folder = try PictureFolder()
    let terminal = TmuxTerminal(columns: 37, rows: 12, script: script(folder))
    let status = "1/3 k 10 T 1.0 seed 1 sample ×5 ready"
    #expect(terminal.wait(for: status) && status.count == 37, "\(terminal.screen)")
    #expect(terminal.screen.split(separator: "\n").first?.contains("apple.png") == true, "\(terminal.screen)")
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV])
  func signalsLeaveTheTerminalAsItWas(_ number: Int32) throws {
    let folder = try PictureFolder()
    let terminal = TmuxTerminal(columns: 60, rows: 16, script: "ulimit -c 0; " + script(folder))
    #expect(terminal.wait(for: "ready"), "\(terminal.screen)")
    let child = try #require(terminal.child)
    kill(child, number)
    expectRestored(terminal, folder, status: 128 + Int(number))
  }

  @Test func anEditOutlivesAHangUp() throws {
    let folder = try PictureFolder()
    try folder.write(Array("a dog\n".utf8), as: "apple.txt")
    let environment = ["XDG_STATE_HOME": folder.path.string + "/state"]
    let first = TmuxTerminal(columns: 100, rows: 24, environment: environment, script: script(folder))
    #expect(first.wait { $0.screen.contains("ready") && $0.screen.contains("a dog") }, "\(first.screen)")
    first.send("e", "!", "Enter")
    #expect(first.wait(for: "edited by hand"), "\(first.screen)")
    let kept = { try? FileManager.default.contentsOfDirectory(atPath: folder.file("state/gaze").string) }
    #expect(first.wait { _ in kept()?.contains { $0.hasPrefix("edits-") } == true })
    kill(try #require(first.child), SIGHUP)
    expectRestored(first, folder, status: 128 + Int(SIGHUP))
    let next = TmuxTerminal(columns: 60, rows: 16, environment: environment, script: script(folder))
    #expect(next.wait(for: "not written last time"), "\(next.screen)")
    next.send("y")
    // Names may still be being read; the photo is selected once they are.
    #expect(next.wait { $0.screen.contains("back: w writes it") && $0.screen.contains("1/3") }, "\(next.screen)")
    next.send("w")
    #expect(next.wait { _ in folder.text("apple.txt") == "a dog!\n" }, "\(next.screen)")
    #expect(next.wait { _ in kept()?.isEmpty == true })
    next.send("q")
    expectRestored(next, folder, status: 0)
  }

  @Test func whatOneRunKeepsIsThereInTheNextUnlessAFlagSaysOtherwise() throws {
    let folder = try PictureFolder()
    let environment = ["XDG_CONFIG_HOME": folder.path.string + "/config"]
    func start(_ flags: String = "") -> TmuxTerminal {
      TmuxTerminal(columns: 160, rows: 20, environment: environment, script: script(folder, flags))
    }
    let first = start()
    #expect(first.wait(for: "k 10"), "\(first.screen)")
    first.send("K", "5", "0", "Enter", "-", "C")
    #expect(first.wait(for: "theme dark, k 50, T 0.9"), "\(first.screen)")
    first.send("q")
    expectRestored(first, folder, status: 0)
    let (kept, flagged) = (start(), start("--top-k 7"))
    #expect(kept.wait { $0.screen.contains("k 50") && $0.screen.contains("T 0.9") }, "\(kept.screen)")
    #expect(flagged.wait { $0.screen.contains("k 7") && $0.screen.contains("T 0.9") }, "\(flagged.screen)")
    try folder.write(Array("theme = \"dark\"\ntop-k = 0\n".utf8), as: "config/gaze/config.toml")
    let hostile = start()
    #expect(hostile.wait(for: "config.toml:2: 'top-k' must be"), "\(hostile.screen)")
    #expect(hostile.wait(for: "k 10"), "the browser is open: \(hostile.screen)")
    hostile.send("q")
    #expect(hostile.wait(for: "STATUS 0"), "\(hostile.screen)")
    #expect(hostile.screen.contains("gaze: "), "told after it was left too: \(hostile.screen)")
  }

  @Test func stoppingAndGoingOn() throws {
    let folder = try PictureFolder()
    let script =
      "set -m; echo BEFORE; \(TmuxTerminal.program) \(folder.path); echo STOPPED; read x; fg; echo OVER; exec cat"
    let terminal = TmuxTerminal(columns: 60, rows: 16, script: script)
    #expect(terminal.wait(for: "ready"), "\(terminal.screen)")
    terminal.send("C-z")
    #expect(terminal.wait(for: "STOPPED"), "\(terminal.screen)")
    #expect(terminal.variable("alternate_on") == "0")
    #expect(terminal.variable("mouse_any_flag") == "0")
    terminal.send("Enter")
    #expect(terminal.wait(for: "ready"), "\(terminal.screen)")
    #expect(terminal.variable("alternate_on") == "1")
    terminal.send("G")
    #expect(terminal.wait(for: "3/3"))
    terminal.send("q")
    #expect(terminal.wait(for: "OVER"), "\(terminal.screen)")
  }

  /// What ncurses does of itself: it ignores, and so loses, the stops that come while it draws.
  @Test func stopsAreNotIgnoredWhileTheScreenIsDrawn() throws {
    let folder = try PictureFolder()
    let terminal = TmuxTerminal(columns: 200, rows: 60, script: script(folder))
    #expect(terminal.wait(for: "ready"), "\(terminal.screen)")
    let child = try #require(terminal.child)
    for (key, place) in [("G", "3/3"), ("g", "1/3"), ("G", "3/3"), ("g", "1/3")] {
      terminal.send(key)
      // Looked at again and again until what the key changed has been drawn.
      let isDrawn = terminal.wait { terminal in
        let areStopsTaken = (0..<100).allSatisfy { _ in
          (try? ignoredSignals(of: child)).map { $0 & 1 << UInt64(SIGTSTP - 1) == 0 } == true
        }
        #expect(areStopsTaken)
        return terminal.screen.contains(place)
      }
      #expect(isDrawn)
    }
    terminal.send("q")
    expectRestored(terminal, folder, status: 0)
  }

  /// The kernel's word on what a process ignores: bit n − 1 is signal n.
  private func ignoredSignals(of process: pid_t) throws -> UInt64 {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") })
    return try #require(UInt64(line.dropFirst(7).drop { $0.isWhitespace }, radix: 16))
  }

  @Test(arguments: ["xterm-256color", "tmux-256color", "linux", "vt100", "screen"])
  func everyTerminalShowsWhereOneIs(_ term: String) throws {
    let folder = try PictureFolder()
    for locale in ["C.UTF-8", "C"] {
      let terminal = TmuxTerminal(
        columns: 80, rows: 24, environment: ["TERM": term, "LC_ALL": locale], script: script(folder))
      #expect(terminal.wait(for: "ready"), "\(term) \(locale)\n\(terminal.screen)")
      #expect(terminal.screen.contains("apple.png"))
      terminal.send("q")
      #expect(terminal.wait(for: "STATUS 0"))
    }
  }

  @Test func withoutATerminalThereIsOneLine() throws {
    let folder = try PictureFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: TmuxTerminal.program)
    process.arguments = [folder.path.string]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(process.terminationStatus != 0)
    #expect(text.split(separator: "\n").count == 1)
    #expect(text.contains("not a terminal"))
    #expect(output.fileHandleForReading.readDataToEndOfFile().isEmpty)
  }
}
