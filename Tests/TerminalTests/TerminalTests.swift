import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import Raster
@testable import Terminal

@Suite struct ColorDecisionTests {
  typealias Entry = ColorDecision.Entry

  @Test(arguments: [
    (["TERM": "xterm-256color", "COLORTERM": "truecolor"], 256, ColorDepth.truecolor),
    (["TERM": "xterm-256color"], 256, .ansi256),
    (["TERM": "xterm-256color", "NO_COLOR": "1", "COLORTERM": "truecolor"], 256, .mono),
    (["TERM": "xterm-256color", "NO_COLOR": ""], 256, .ansi256),
    (["TERM": "tmux-256color"], 256, .truecolor),
    (["TERM": "screen-256color", "TMUX": "/tmp/x", "TERM_PROGRAM": "tmux"], 256, .truecolor),
    (["TERM": "screen-256color", "COLORTERM": "truecolor"], 256, .ansi256),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal", "TERM_PROGRAM_VERSION": "455.1"], 256, .ansi256),
    (["TERM": "xterm-kitty"], 256, .truecolor),
    (["TERM": "linux"], 8, .ansi16),
    (["TERM": "vt100"], -1, .mono),
    (["TERM": "vt100", "COLORTERM": "truecolor", "TERM_PROGRAM": "tmux"], -1, .mono),
    ([:], 0, .mono),
  ])
  func decides(_ environment: [String: String], _ colors: Int, _ expected: ColorDepth) {
    let decision = ColorDecision.decide(flag: nil, environment: environment, entry: Entry(colors: colors))
    #expect(decision.depth == expected, "\(decision.reason)")
    #expect(!decision.reason.isEmpty)
  }

  @Test func theFlagWins() {
    let decision = ColorDecision.decide(flag: .ansi16, environment: ["NO_COLOR": "1"], entry: nil)
    #expect(decision == ColorDecision(depth: .ansi16, reason: "--color 16"))
  }

  @Test func terminfoMaySayMore() {
    let direct = ColorDecision.decide(
      flag: nil, environment: ["TERM": "x-direct"], entry: Entry(colors: 8, direct: true))
    #expect(direct.depth == .truecolor)
    let tc = ColorDecision.decide(flag: nil, environment: ["TERM": "x"], entry: Entry(colors: 256, truecolor: true))
    #expect(tc.depth == .truecolor)
  }
}

@Suite struct PairTableTests {
  private func colors(_ n: Int32, _ m: Int32) -> PairTable.Colors { PairTable.Colors(foreground: n, background: m) }

  @Test func pairsAreNumberedOnce() {
    var table = PairTable(capacity: 1000)
    let numbers = [colors(5, 6), colors(6, 5), colors(5, 6), colors(-1, -1)].map { table.entry(for: $0).pair }
    #expect(numbers == [1, 2, 1, 0])
    let told = table.takeUndefined().map(\.pair)
    #expect(told == [1, 2])
    let again = table.takeUndefined()
    #expect(again.isEmpty)
  }

  @Test func aFullTableIsEmptiedBetweenFrames() {
    var table = PairTable(capacity: 600)
    let first = Set((0..<500).map { colors($0, 0) })
    let firstWraps = table.prepare(for: first)
    #expect(!firstWraps)
    for pair in first { _ = table.entry(for: pair) }
    let sameWraps = table.prepare(for: first)
    #expect(!sameWraps)
    let second = Set((1000..<1200).map { colors($0, 0) })
    let secondWraps = table.prepare(for: second)
    #expect(secondWraps)
    let numbers = second.map { table.entry(for: $0).pair }
    #expect(numbers.max() == 200)
  }

  @Test func moreThanFitsIsNeverNumbered() {
    var table = PairTable(capacity: 600)
    let pairs = (0..<1000).map { table.entry(for: colors($0, 1000 + $0)).pair }
    #expect(pairs.max() == 600)
    #expect(pairs.last == 0)
  }

  @Test func smallTablesHoldTwoColoursOnce() {
    var table = PairTable(capacity: 63)
    for f: Int32 in -1..<8 {
      for b: Int32 in -1..<8 where f >= 0 || b >= 0 {
        let entry = table.entry(for: colors(f, b))
        #expect(entry.pair > 0)
      }
    }
    let (a, b) = (table.entry(for: colors(1, 4)), table.entry(for: colors(4, 1)))
    #expect(a.pair == b.pair)
    #expect(a.reversed != b.reversed)
  }
}

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("cat", 3), ("Kätzchen", 8), ("猫", 2), ("e\u{301}", 1), ("\u{301}", 0), ("a\u{1B}[2Jb", 6), ("👩‍🔬", 4),
    ("\u{200B}", 0),
  ])
  func columns(_ text: String, _ expected: Int) { #expect(TextWidth.of(text) == expected) }

  @Test func whatATerminalWouldActOnIsReplaced() {
    #expect(TextWidth.safe("a\u{1B}[31m\u{9B}0m\u{7F}\tb\nc\u{202E}") == "a�[31m�0m� b c�")
    #expect(TextWidth.safe("caf" + FileName.text([0xE9])) == "caf�")
  }

  @Test func cutting() {
    #expect(TextWidth.fit("abcdef", columns: 4) == "abc…")
    #expect(TextWidth.fit("猫猫猫", columns: 4) == "猫…")
    #expect(TextWidth.fit("abc", columns: 3) == "abc")
    #expect(TextWidth.fit("abc", columns: 0).isEmpty)
  }

  @Test func wrapping() {
    #expect(TextWidth.wrap("a dog runs fast", columns: 6) == ["a dog", "runs", "fast"])
    #expect(TextWidth.wrap("abcdefgh i", columns: 3) == ["abc", "def", "gh", "i"])
    #expect(TextWidth.wrap("a dog runs fast", columns: 6, atMost: 2) == ["a dog", "runs …"])
    #expect(TextWidth.wrap("a dog", columns: 6, atMost: 2) == ["a dog"])
  }
}

@Suite struct CanvasTests {
  @Test func textIsCutAtTheEdges() {
    var canvas = Canvas(size: Size(columns: 4, rows: 2))
    canvas.write("abcdef", row: 0, column: 2, .plain)
    canvas.write("x", row: 5, column: 0, .plain)
    canvas.write("yz", row: 1, column: -1, .plain)
    #expect(canvas.cells.map(\.character) == [" ", " ", "a", "b", "z", " ", " ", " "])
  }

  @Test func wideCharactersAreNeverHalved() {
    var canvas = Canvas(size: Size(columns: 3, rows: 1))
    canvas.write("猫猫", row: 0, column: 0, .plain)
    #expect(canvas.cells.map(\.character) == ["猫", nil, " "])
    canvas.write("x", row: 0, column: 1, .plain)
    #expect(canvas.cells.map(\.character) == [" ", "x", " "])
    canvas.write("猫", row: 0, column: 0, .plain)
    canvas.write("x", row: 0, column: 0, .plain)
    #expect(canvas.cells.map(\.character) == ["x", " ", " "])
  }
}

@Suite struct ThemeTests {
  private func problem(_ text: String) -> String {
    do throws(TerminalError) {
      _ = try Theme(toml: text, path: "t.toml", colormaps: ["inferno"])
      return ""
    } catch { return "\(error)" }
  }

  @Test func errorsNameLineAndKey() {
    #expect(problem("name = \"x\"\n[colors]\ntext = \"#12345\"\n").hasPrefix("t.toml:3: 'colors.text' is '#12345'"))
    #expect(problem("[colors]\n\ntxt = \"red\"\n").hasPrefix("t.toml:3: 'colors.txt' is unknown"))
    #expect(problem("[attention]\nopacity = 2\n") == "t.toml:2: 'attention.opacity' must be a number from 0 to 1")
    #expect(problem("[attention]\ncolormap = \"jet\"\n").hasPrefix("t.toml:2: 'attention.colormap' is 'jet'"))
    #expect(problem("[preview]\nsymbols = \"dots\"\n").hasPrefix("t.toml:2: 'preview.symbols'"))
    #expect(problem("colors = 3\n") == "t.toml:1: 'colors' must be a section: [colors]")
    #expect(problem("name = \"x\"\n[colors\n").hasPrefix("t.toml:2: "))
  }

  @Test func stylesAreWrittenAsWords() {
    #expect(StyleText.parse("#ff8000 on 236 bold") == Style(.rgb(RGB(255, 128, 0)), on: .indexed(236), .bold))
    #expect(StyleText.parse("bright-red underline") == Style(.indexed(9), on: .standard, .underline))
    #expect(StyleText.parse("default on default") == .plain)
    #expect(StyleText.parse("reverse") == Style(.standard, on: .standard, .reverse))
    #expect(StyleText.parse("red on") == nil)
    #expect(StyleText.parse("puce") == nil)
  }

  @Test func shippedThemesLoadAndShowEveryRole() throws {
    let library = ThemeLibrary(shipped: TerminalFixtures.themes, environment: [:], colormaps: Colormap.all.map(\.name))
    #expect(library.names == ["colour-blind", "dark", "high-contrast", "light", "mono", "terminal"])
    for name in library.names {
      let theme = try library.theme(named: name)
      #expect(theme.styles.count == Theme.Role.allCases.count)
      #expect(theme.name == name)
    }
    #expect(try library.theme(named: "dark") == Theme.builtIn)
  }

  @Test func usersThemesComeFirst() throws {
    let folder = NSTemporaryDirectory() + "gaze-themes-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/gaze/themes", withIntermediateDirectories: true)
    try Data("[attention]\nopacity = 0.25\n".utf8).write(to: URL(fileURLWithPath: folder + "/gaze/themes/dark.toml"))
    let library = ThemeLibrary(shipped: nil, environment: ["XDG_CONFIG_HOME": folder], colormaps: ["inferno"])
    #expect(try library.theme(named: "dark").opacity == 0.25)
    #expect(throws: TerminalError.unknownTheme(name: "none", known: ["dark"])) { try library.theme(named: "none") }
  }

  @Test func onlySmallOrdinaryFilesAreThemes() throws {
    let folder = try TerminalFixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let library = ThemeLibrary(shipped: nil, environment: [:], colormaps: [])
    mkfifo(folder + "/pipe", 0o600)
    try Data(count: (1 << 20) + 1).write(to: URL(fileURLWithPath: folder + "/large"))
    for name in ["pipe", "large", ""] {
      let path = "\(folder)/\(name)"
      let problem = "cannot be read: expected a file of at most 1 MiB"
      #expect(throws: TerminalError.badTheme(path: FilePath(path), line: nil, key: nil, problem: problem)) {
        try library.theme(named: path)
      }
    }
    try Data([0x23, 0xFF]).write(to: URL(fileURLWithPath: folder + "/bytes"))
    let bytes = FilePath(folder + "/bytes")
    #expect(throws: TerminalError.badTheme(path: bytes, line: nil, key: nil, problem: "is not UTF-8 text")) {
      try library.theme(named: folder + "/bytes")
    }
  }

  @Test(arguments: ColorDepth.allCases) func rolesStayApart(_ depth: ColorDepth) {
    let theme = Theme.builtIn.reduced(to: depth)
    #expect(theme[.selection] != theme[.text])
    #expect(theme[.highlight] != theme[.text])
    #expect(theme[.accent] != theme[.text])
  }
}
