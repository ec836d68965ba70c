import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Raster
@testable import Terminal

/// Whole screens, compared with files named after their tests.
@Suite struct BrowserScreenTests {
  static let sizes = [Size(columns: 20, rows: 5), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)]

  private func name(_ test: String, _ size: Size, _ depth: ColorDepth) -> String {
    "\(test)-\(size.columns)x\(size.rows)-\(depth.rawValue)"
  }

  @Test(arguments: sizes) func firstScreen(_ size: Size) throws {
    let harness = BrowserHarness.play(try PictureFolder(), size: size, script: [])
    try CanvasSnapshot.expect(harness.screen.frames.last, name("firstScreen", size, .truecolor))
  }

  @Test(arguments: sizes) func captioned(_ size: Size) throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), size: size, script: .keys("j", .enter, "l", "l"))
    try CanvasSnapshot.expect(harness.screen.frames.last, name("captioned", size, .truecolor))
  }

  @Test(arguments: [ColorDepth.mono, .ansi16, .ansi256]) func captionedInColors(_ depth: ColorDepth) throws {
    let size = Size(columns: 80, rows: 24)
    let harness = BrowserHarness.play(try PictureFolder(), size: size, depth: depth, script: .keys(.enter, "l", "b"))
    try CanvasSnapshot.expect(harness.screen.frames.last, name("captionedInColors", size, depth))
  }

  @Test func captionedInASCII() throws {
    let size = Size(columns: 80, rows: 24)
    let harness = BrowserHarness.play(
      try PictureFolder(), size: size, depth: .mono,
      glyphs: GlyphSupport(unicode: false, sextants: false, reason: "scripted"), script: .keys(.enter, "l"))
    try CanvasSnapshot.expect(harness.screen.frames.last, "captionedInASCII-80x24-mono")
    #expect(harness.lines.allSatisfy { $0.allSatisfy(\.isASCII) })
  }

  @Test(arguments: sizes) func compared(_ size: Size) throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), size: size, script: .keys(.enter, "c", .tab, "l"))
    try CanvasSnapshot.expect(harness.screen.frames.last, name("compared", size, .truecolor))
  }

  @Test(arguments: sizes) func help(_ size: Size) throws {
    let harness = BrowserHarness.play(try PictureFolder(), size: size, script: .keys("?"))
    try CanvasSnapshot.expect(harness.screen.frames.last, name("help", size, .truecolor))
  }

  @Test func zoomed() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "z"))
    try CanvasSnapshot.expect(harness.screen.frames.last, "zoomed-80x24-truecolor")
  }

  @Test func edited() throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), script: .keys(.enter, "e", .control("u")) + .typed("ein Kätzchen 猫"))
    try CanvasSnapshot.expect(harness.screen.frames.last, "edited-80x24-truecolor")
  }

  @Test func searched() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys("/") + .typed("AT"))
    try CanvasSnapshot.expect(harness.screen.frames.last, "searched-80x24-truecolor")
  }

  @Test func unreadable() throws {
    let folder = try PictureFolder()
    try folder.write(Array("not a picture".utf8), as: "bent.png")
    let harness = BrowserHarness.play(folder, script: .keys("j"))
    try CanvasSnapshot.expect(harness.screen.frames.last, "unreadable-80x24-truecolor")
  }

  @Test func noPhotos() throws {
    let harness = BrowserHarness.play(try PictureFolder([]), script: [])
    try CanvasSnapshot.expect(harness.screen.frames.last, "noPhotos-80x24-truecolor")
  }

  /// Any size draws, and all of it says where one is.
  @Test(arguments: [(1, 1), (5, 2), (20, 5), (30, 8), (40, 12), (64, 16), (300, 100)])
  func everySizeDraws(_ columns: Int, _ rows: Int) throws {
    let folder = try PictureFolder()
    for keys: [NullScreen.Step] in [
      [], .keys(.enter, "l"), .keys(.enter, "c"), .keys("?"), .keys(.enter, "e"), .keys("z"),
    ] {
      let harness = BrowserHarness.play(folder, size: Size(columns: columns, rows: rows), script: keys)
      guard columns >= 20, rows >= 5 else { continue }
      #expect(harness.text.contains("1/3"))
      #expect(harness.text.contains("k 10"))
      #expect(harness.text.contains("T 1.0"))
      #expect(harness.text.contains("seed 1"))
      #expect(harness.text.contains("sample"))
      #expect(harness.text.contains("ready"))
    }
  }
}
