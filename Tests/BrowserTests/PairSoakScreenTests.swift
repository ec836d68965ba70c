import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Raster

/// More pairs of colours than ncurses can number, in a real terminal: what is shown at the end is what it should be.
@Suite(.serialized, .enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"))
struct PairSoakScreenTests {
  /// Every pixel another colour.
  private static func noise(_ seed: UInt32) -> PixelImage {
    var state = seed
    let pixels = (0..<600 * 360 * 3).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    return PixelImage(width: 600, height: 360, pixels: pixels)
  }

  @Test func picturesKeepTheirColorsPast65537Pairs() throws {
    let folder = try PictureFolder([])
    let names = (1...4).map { "noise\($0).png" }
    for (index, name) in names.enumerated() { try folder.write(Self.noise(UInt32(index + 1)), as: name) }
    let terminal = TmuxTerminal(
      columns: 300, rows: 100, script: "\(TmuxTerminal.program) browse --color truecolor \(folder.path); exec cat")
    #expect(terminal.wait(seconds: 60) { $0.screen.contains("1/4") })
    terminal.send("z")
    var first = ""
    var pairs: Set<String> = []
    for (index, name) in names.enumerated() {
      if index > 0 { terminal.send("j") }
      // A screen is read while it is being drawn: it is whole once two readings are the same.
      var screen = ""
      let isWhole = terminal.wait(seconds: 60) { terminal in
        guard Self.isPainted(terminal.screen, name, index + 1) else { return false }
        defer { screen = terminal.styledScreen }
        return screen == terminal.styledScreen
      }
      #expect(isWhole, "\(name)")
      if index == 0 { first = screen }
      pairs.formUnion(Self.pairs(in: screen))
    }
    #expect(pairs.count > 65_537, "\(pairs.count) pairs")
    terminal.send("g")
    #expect(terminal.wait(seconds: 60) { $0.styledScreen == first }, "the first picture is not as it was")
    terminal.send("q", "q")
  }

  /// Whether a photo is named, counted and drawn over the whole width.
  private static func isPainted(_ screen: String, _ name: String, _ number: Int) -> Bool {
    let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 60, screen.contains(name), screen.contains("\(number)/4"), screen.contains("ready") else {
      return false
    }
    return lines[30].count { "▘▝▀▖▌▞▛▗▚▐▜▄▙▟█".contains($0) } > 250
  }

  /// The pairs of colours of a screen captured with its escape sequences.
  private static func pairs(in screen: String) -> Set<String> {
    var (foreground, background): ([Substring], [Substring]) = ([], [])
    var pairs: Set<String> = []
    for piece in screen.split(separator: "\u{1B}[").dropFirst() {
      var codes = piece.prefix { $0 != "m" }.split(separator: ";")[...]
      while let code = codes.popFirst() {
        guard code == "38" || code == "48" else { continue }
        if code == "38" { foreground = Array(codes.prefix(4)) } else { background = Array(codes.prefix(4)) }
        codes = codes.dropFirst(4)
      }
      pairs.insert((foreground + background).joined(separator: " "))
    }
    return pairs
  }
}
