import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Terminal

@Suite struct HelpTests {
  @Test(arguments: [20, 80, 120, 300]) func everyLineIsInOneColumn(_ columns: Int) {
    let columns = HelpText.columns(in: Rect(row: 0, column: 0, rows: 20, columns: columns))
    #expect(columns.joined().filter { !$0.keys.isEmpty } == HelpText.lines().filter { !$0.keys.isEmpty })
    #expect(columns.allSatisfy { $0.first?.isHeading == true })
  }

  @Test func nothingIsCutAtEightyColumns() throws {
    let keys = Array(repeating: NullScreen.Step.key("j"), count: 60)
    for script in [.keys("?"), .keys("?") + keys] {
      let harness = BrowserHarness.play(try PictureFolder(), script: script)
      #expect(!harness.lines.dropFirst().contains { $0.contains("…") && !$0.contains("1 … 9") }, "\(harness.text)")
    }
  }

  @Test(
    arguments: [[], [.enter], [.enter, "c"], [.enter, "f"], [.enter, "c", "L"], ["?"], [.enter, "z"]] as [[Key]])
  func hintsFitAndEndWithTheWayOut(_ keys: [Key]) throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: keys.map { .key($0) } + [.key(.control("l"))])
    let hints = Hints.list(harness.model)
    #expect(["q", "Esc"].contains(hints.last?.key))
    let last = try #require(hints.last)
    #expect(harness.lines.last?.contains("\(last.key) \(last.hint)") == true)
    #expect(
      hints.allSatisfy { Keymap.standard.bindings.flatMap(\.keys).map(\.label).contains($0.key) || $0.key == "j k" })
  }
}
