import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Terminal

/// The status line on screens of all widths.
@Suite struct StatusTextTests {
  @Test(arguments: [[], ["V", "u"], ["i", "G", "V", "m"], ["d", "d"]] as [[Key]])
  func nothingIsCutWithinAWord(_ keys: [Key]) throws {
    let folder = try PictureFolder((0..<120).map { "\($0).png" })
    for columns in 20...70 {
      let screen = Size(columns: columns, rows: 12)
      let harness = BrowserHarness.play(folder, size: screen, script: .keys("G") + keys.map { .key($0) })
      let status = harness.model.layout.status
      let shown = harness.lines[status.row..<status.bottom].joined(separator: " ")
        .split(separator: " ").joined(separator: " ")
      let said = StatusText.pieces(harness.model).map(\.text).joined(separator: " ")
      #expect(shown.hasPrefix(said), "\(columns) columns: \(shown)")
      #expect(said.hasSuffix(" ready"))
    }
  }

  @Test func whatIsShownIsSaidWhereItFits() {
    func place(_ columns: Int) -> String {
      var model = BrowserHarness.model(NullScreen(size: Size(columns: columns, rows: 8), script: []))
      model.filter = .uncaptioned
      return StatusText.pieces(model)[0].text
    }
    #expect(place(15) == "0/0 uncaptioned" && place(14) == "0/0")
  }
}
