import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Raster
@testable import Terminal

/// Every view at four sizes and three depths of colour, compared with files named after view, size and depth.
@Suite struct ViewScreenTests {
  static let sizes = [(20, 5), (40, 12), (80, 24), (200, 60)].map { Size(columns: $0, rows: $1) }
  static let depths = [ColorDepth.truecolor, .ansi256, .mono]

  private func expect(_ view: String, _ size: Size, _ depth: ColorDepth, _ script: [NullScreen.Step]) throws {
    let harness = BrowserHarness.play(try PictureFolder(), size: size, depth: depth, script: script)
    try CanvasSnapshot.expect(
      harness.screen.frames.last, "\(view)-\(size.columns)x\(size.rows)-\(depth.rawValue)")
  }

  @Test(arguments: sizes, depths) func attention(_ size: Size, _ depth: ColorDepth) throws {
    try expect("attention", size, depth, .keys(.enter, "l", "l", "b"))
  }

  @Test(arguments: sizes, depths) func filmstrip(_ size: Size, _ depth: ColorDepth) throws {
    try expect("filmstrip", size, depth, .keys(.enter, "l", "l", "b", "f"))
  }

  @Test(arguments: sizes, depths) func compare(_ size: Size, _ depth: ColorDepth) throws {
    try expect("compare", size, depth, .keys(.enter, "2", "p", "]", "b", "c", .tab, "l"))
  }

  @Test(arguments: sizes, depths) func help(_ size: Size, _ depth: ColorDepth) throws {
    try expect("keys", size, depth, .keys("?"))
  }

  @Test(arguments: sizes, [ColorDepth.truecolor, .mono]) func hiding(_ size: Size, _ depth: ColorDepth) throws {
    try expect("hiding", size, depth, .keys(.enter, "l", "l", "b", "H", "4", "c"))
  }

  @Test(arguments: sizes) func branching(_ size: Size) throws {
    try expect("branching", size, .truecolor, .keys(.enter, "l", "B", .enter, "l", "B", "j"))
  }

  @Test(arguments: sizes, [ColorDepth.truecolor, .mono]) func networks(_ size: Size, _ depth: ColorDepth) throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), size: size, depth: depth, networks: (1...6).map { "step \($0 * 100)" },
      script: .keys(.enter, "l", "l", "b", "D", .tab))
    try CanvasSnapshot.expect(
      harness.screen.frames.last, "networks-\(size.columns)x\(size.rows)-\(depth.rawValue)")
  }

  @Test(arguments: sizes, depths) func edit(_ size: Size, _ depth: ColorDepth) throws {
    try expect("edit", size, depth, .keys(.enter, "b", "e", .wordLeft) + .typed("très "))
  }

  @Test(arguments: sizes, depths) func question(_ size: Size, _ depth: ColorDepth) throws {
    try expect("question", size, depth, .keys(.enter, "b", "e") + .typed(" today") + .keys(.enter, "s"))
  }

  @Test(arguments: sizes, depths) func grid(_ size: Size, _ depth: ColorDepth) throws {
    try expect("pictures", size, depth, .keys("v", "l"))
  }

  @Test(arguments: sizes, depths) func zoom(_ size: Size, _ depth: ColorDepth) throws {
    try expect("zoom", size, depth, .keys(.enter, "l", "l", "b", "z"))
  }

  @Test(arguments: sizes) func fixedHeat(_ size: Size) throws {
    try expect("fixedHeat", size, .ansi16, .keys(.enter, "F"))
  }

  /// Screens without any room are drawn too, and so are those that shrink to nothing and grow again.
  @Test(arguments: [(0, 0), (0, 24), (80, 0), (1, 1), (3, 2), (19, 4), (26, 6), (39, 13), (65, 17)])
  func oddSizesDraw(_ columns: Int, _ rows: Int) throws {
    let folder = try PictureFolder()
    let odd = Size(columns: columns, rows: rows)
    for keys: [NullScreen.Step] in [
      .keys(.enter, "f", "l"), .keys(.enter, "c", .tab, "p"), .keys("?"), .keys(.enter, "e"), .keys(.enter, "z"),
      .keys(.enter, "r"), .keys(.enter, "e", "x", .enter, "s"),
    ] {
      let small = BrowserHarness.play(folder, size: odd, script: keys)
      #expect(small.screen.frames.last?.size == odd)
      let again = BrowserHarness.play(
        folder, script: keys + [.resize(odd), .resize(Size(columns: 80, rows: 24))])
      let steady = BrowserHarness.play(folder, script: keys)
      #expect(again.screen.frames.last == steady.screen.frames.last)
    }
  }

  @Test func withoutUTF8EverythingIsASCII() throws {
    let ascii = GlyphSupport(unicode: false, sextants: false, reason: "scripted")
    for keys: [NullScreen.Step] in [
      .keys(.enter, "f"), .keys(.enter, "c", "p"), .keys("?"), .keys(.enter, "e"), .keys(.enter, "e", "x", .enter, "s"),
    ] {
      for depth in ColorDepth.allCases {
        let harness = BrowserHarness.play(try PictureFolder(), depth: depth, glyphs: ascii, script: keys)
        #expect(harness.lines.allSatisfy { $0.allSatisfy(\.isASCII) }, "\(harness.text)")
      }
    }
  }
}
