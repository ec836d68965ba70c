import Foundation
import Raster
import Testing

@testable import Terminal

/// The real screen on a pseudo-terminal, each time in a process of its own: what it writes, and what it makes of what a
/// terminal sends.
@Suite struct NcursesScreenTests {
  @Test func paletteColoursArePaletteColoursBesideAllOthers() async {
    await #expect(processExitsWith: .success) {
      let terminal = try #require(RecordedTerminal())
      let screen = try terminal.open(.truecolor)
      #expect(screen.depth == .truecolor)
      var canvas = Canvas(size: screen.size)
      canvas.write("a", row: 0, column: 0, Style(.indexed(3), on: .indexed(0)))
      canvas.write("b", row: 1, column: 0, Style(.indexed(200), on: .indexed(12)))
      canvas.write("c", row: 2, column: 0, Style(.rgb(RGB(0, 0, 3)), on: .rgb(RGB(255, 255, 255))))
      canvas.write("d", row: 3, column: 0, Style(.indexed(8)))
      screen.present(canvas)
      screen.close()
      let output = try terminal.output()
      let wanted = [
        "\u{1B}[38;5;3m\u{1B}[48;5;0ma", "\u{1B}[38;5;200m\u{1B}[48;5;12mb",
        "\u{1B}[38;2;0;0;3m\u{1B}[48;2;255;255;255mc", "\u{1B}[38;5;8md",
      ]
      for bytes in wanted { #expect(output.contains(bytes), "\(bytes.debugDescription) in \(output.debugDescription)") }
    }
  }

  @Test(arguments: ["256", "16", "mono"]) func fewerColoursAreNumbered(_ name: String) async {
    await #expect(processExitsWith: .success) { [name] in
      let depth = try #require(ColorDepth(rawValue: name))
      let terminal = try #require(RecordedTerminal())
      let screen = try terminal.open(depth)
      #expect(screen.depth == depth)
      var canvas = Canvas(size: screen.size)
      canvas.write("a", row: 0, column: 0, Style(.indexed(3), on: .indexed(4)))
      screen.present(canvas)
      screen.close()
      let output = try terminal.output()
      #expect(output.contains("\u{1B}[33m\u{1B}[44ma") == (depth != .mono), "\(output.debugDescription)")
      #expect(!output.contains("38;2"))
    }
  }

  /// What pictures can be made of where no block characters can be drawn.
  @Test func colouredSpacesNeedNoCharactersBeyondASCII() async {
    await #expect(processExitsWith: .success) {
      let terminal = try #require(RecordedTerminal())
      let screen = try terminal.open(.truecolor, locale: "C")
      #expect(!screen.glyphs.unicode)
      var canvas = Canvas(size: screen.size)
      canvas.write("x é", row: 0, column: 0, Style(.standard, on: .rgb(RGB(1, 2, 3))))
      screen.present(canvas)
      screen.close()
      let output = try terminal.output()
      #expect(output.contains("\u{1B}[48;2;1;2;3mx ?"), "\(output.debugDescription)")
    }
  }

  @Test func whatIsTurnedOnIsTurnedOff() async {
    await #expect(processExitsWith: .success) {
      let terminal = try #require(RecordedTerminal())
      let screen = try terminal.open(.truecolor)
      screen.present(Canvas(size: screen.size))
      #expect(TerminalRestorer.restoringText().hasPrefix("\u{1B}[?2004l\u{1B}[?1000l"))
      #expect(TerminalRestorer.restoringText().contains("\u{1B}[?1049l"))
      screen.close()
      let output = try terminal.output()
      for mode in ["2004", "1000", "1006", "1049"] {
        let on = try #require(output.range(of: "\u{1B}[?\(mode)h"), "\(mode) in \(output.debugDescription)")
        let off = try #require(output.range(of: "\u{1B}[?\(mode)l", options: .backwards), "\(mode)")
        #expect(on.lowerBound < off.lowerBound)
        #expect(output[off.upperBound...].range(of: "\u{1B}[?\(mode)h") == nil)
      }
    }
  }

  @Test func keysPastesAndSizesArrive() async {
    await #expect(processExitsWith: .success) {
      let terminal = try #require(RecordedTerminal())
      let screen = try terminal.open(.truecolor)
      terminal.send("\u{1B}[?61;6;7c\u{1B}]11;rgb:0/0/0\u{1B}\\\u{1B}a\u{1B}[Ij\u{1B}OA\u{1B}[<0;5;4M")
      #expect(screen.nextEvent(within: 10_000) == .key(.character("j")))
      #expect(screen.nextEvent(within: 10_000) == .key(.up))
      #expect(screen.nextEvent(within: 10_000) == .key(.press(row: 3, column: 4)))
      terminal.send("\u{1B}[200~a red car\nwet road\rq\u{1B}[201~")
      #expect(screen.nextEvent(within: 10_000) == .key(.paste("a red car wet road q")))
      terminal.send("\u{1B}")
      #expect(screen.nextEvent(within: 10_000) == .key(.escape))
      #expect(screen.nextEvent(within: 0) == .woken)
      screen.waker.wake()
      #expect(screen.nextEvent(within: nil) == .woken)
      terminal.resize(Size(columns: 100, rows: 30))
      #expect(screen.nextEvent(within: 10_000) == .key(.resize))
      #expect(screen.size == Size(columns: 100, rows: 30))
      screen.present(Canvas(size: screen.size))
      screen.close()
    }
  }

  @Test(arguments: ["xterm-256color", "tmux-256color", "xterm-kitty"])
  func theLastCornerIsDrawn(_ term: String) async {
    await #expect(processExitsWith: .success) { [term] in
      let terminal = try #require(RecordedTerminal())
      setenv("TERM", term, 1)
      let screen = try terminal.open(.truecolor, term: nil)
      var canvas = Canvas(size: screen.size)
      let (rows, columns) = (screen.size.rows, screen.size.columns)
      canvas.write("YZ", row: rows - 1, column: columns - 2, .plain)
      screen.present(canvas)
      canvas.write("Q", row: rows - 1, column: columns - 1, .plain)
      canvas.write("P", row: 0, column: 0, .plain)
      screen.present(canvas)
      screen.close()
      let output = try terminal.output()
      #expect(output.contains("YZ") && output.contains("Q"), "\(output.debugDescription)")
    }
  }

  @Test func theEndOfTheTerminalIsTheEnd() async {
    await #expect(processExitsWith: .success) {
      let terminal = try #require(RecordedTerminal())
      let screen = try terminal.open(.mono)
      terminal.hangUp()
      #expect(screen.nextEvent(within: nil) == .closed)
    }
  }

  @Test func knownTerminalsNeedNoDatabase() async {
    await #expect(processExitsWith: .success) {
      let terminal = try #require(RecordedTerminal())
      setenv("TERM", "xterm-kitty", 1)
      setenv("TERMINFO", "/no/folder", 1)
      let screen = try terminal.open(.truecolor, term: nil)
      var canvas = Canvas(size: screen.size)
      canvas.write("猫", row: 5, column: 7, .plain)
      screen.present(canvas)
      screen.close()
      #expect(String(cString: getenv("TERMINFO")) == "/no/folder")
      let output = try terminal.output()
      #expect(output.contains("\u{1B}[6;8H猫"), "\(output.debugDescription)")
    }
  }
}
