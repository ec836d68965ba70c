import TestSupport
import Testing

@testable import Browser

/// The mouse in a real terminal: the bytes a terminal sends for a press, in the form the program asked for.
@Suite(.serialized, .enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"))
struct MouseTerminalTests {
  @Test(arguments: ["xterm-256color", "tmux-256color", "screen-256color"], ["truecolor", "256"])
  func pressesSelectAndMTurnsThemOff(_ term: String, _ colors: String) throws {
    let folder = try PictureFolder()
    let terminal = TmuxTerminal(
      columns: 80, rows: 24, environment: ["TERM": term],
      script: "\(TmuxTerminal.program) browse --color \(colors) \(folder.path); exec cat")
    #expect(terminal.wait(for: "ready"), "\(terminal.screen)")
    #expect(terminal.variable("mouse_any_flag") == "1")
    // Column 5 of row 4, where the third photo is.
    if terminal.variable("mouse_sgr_flag") == "1" {
      terminal.send("-l", "\u{1B}[<0;5;4M")
    } else {
      terminal.send("-l", "\u{1B}[M %$")
    }
    #expect(terminal.wait(for: "3/3"), "\(terminal.screen)")
    terminal.send("M")
    #expect(terminal.wait { $0.variable("mouse_any_flag") == "0" })
    terminal.send("M")
    #expect(terminal.wait { $0.variable("mouse_any_flag") == "1" })
    terminal.send("q")
    #expect(terminal.wait { $0.variable("mouse_any_flag") == "0" })
  }
}
