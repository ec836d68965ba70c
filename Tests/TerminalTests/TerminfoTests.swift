import CNcurses
import Foundation
import Raster
import SystemPackage
import Testing

@testable import Terminal

/// Terminals' descriptions, from wherever they come.
@Suite struct TerminfoTests {
  /// Whole entries with capabilities of every kind.
  private static let entries: [TerminfoEntry] = [.builtIn, TerminfoEntry.builtIn.withColors(.truecolor), named]

  private static let named: TerminfoEntry = {
    var entry = TerminfoEntry.builtIn
    entry.extendedBooleans = [.init(name: "Tc", value: 1), .init(name: "AX", value: 0)]
    entry.extendedNumbers = [.init(name: "U8", value: 1)]
    entry.extendedStrings = [.init(name: "kLFT5", value: Array("\u{1B}[1;5D".utf8)), .init(name: "none", value: nil)]
    return entry
  }()

  @Test func entriesSurviveWritingAndReading() {
    for entry in Self.entries { #expect(TerminfoEntry(data: entry.serialized()) == entry) }
    #expect(Self.named.colorFacts(term: "x") == ColorDecision.Entry(colors: 256, truecolor: true))
    #expect(Self.named.forDrawing()?.keySequences[Array("\u{1B}[1;5D".utf8)] == .wordLeft)
  }

  @Test func installedEntriesAreWhole() throws {
    for folder in ["/lib/terminfo", "/usr/share/terminfo"] {
      let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
      for name in files {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
        let entry = try #require(TerminfoEntry(data: Array(data)), "\(name)")
        #expect(TerminfoEntry(data: entry.serialized()) == entry, "\(name)")
      }
    }
  }

  @Test func drawingKeepsWhatTheTerminalCan() throws {
    let entry = try #require(TerminfoEntry.builtIn.forDrawing())
    for text in TerminfoEntry.Text.allCases { #expect(entry[text] == TerminfoEntry.builtIn[text], "\(text)") }
    #expect(entry[.colors] == 256 && entry[.pairs] == 0x1_0000 && entry[.newlineGlitch])
    #expect(TerminfoEntry(names: Array("dumb".utf8)).forDrawing() == nil)
    var paper = TerminfoEntry.builtIn
    paper[.isHardCopy] = true
    #expect(paper.forDrawing() == nil)
    var colourless = TerminfoEntry.builtIn
    colourless[.foreground] = Array("\u{1B}[3%p1%sm".utf8)
    #expect(colourless.forDrawing()?[.colors] == nil)
    var delayed = TerminfoEntry.builtIn
    delayed[.clear] = Array("\u{1B}[H\u{1B}[J$<50/>".utf8)
    #expect(delayed.forDrawing()?[.clear] == Array("\u{1B}[H\u{1B}[J".utf8))
  }

  @Test func colourNumbersAreColoursAboveThemThePalette() {
    let direct = TerminfoEntry.builtIn.withColors(.truecolor)
    #expect(direct[.colors] == 0x100_0100)
    #expect(direct.hasExtended("RGB"))
    #expect(direct.colorFacts(term: "x").direct)
    // An entry with 24-bit colours, asked for 256, numbers those of the palette.
    #expect(direct.withColors(.ansi256)[.colors] == 256)
    #expect(direct.withColors(.ansi256)[.foreground] == TerminfoEntry.builtIn[.foreground])
    #expect(TerminfoEntry.builtIn.withColors(.ansi256) == TerminfoEntry.builtIn)
  }

  @Test func stringsWithParametersAreChecked() {
    let cases: [(text: String, count: Int, isSound: Bool)] = [
      ("\u{1B}[%i%p1%d;%p2%dH", 2, true), ("\u{1B}=%p1%' '%+%c%p2%' '%+%c", 2, true), ("%%%p1%02d", 1, true),
      ("\u{1B}[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e38;5;%p1%d%;m", 1, true),
      ("%p1%{1}%?%p1%t%{2}%e%{3}%;%d", 1, true), ("%?%p1%t1%;", 1, true), ("", 1, true),
      ("%p1%s", 1, false), ("%p1%l", 1, false), ("%p2%d", 1, false), ("%d", 1, false), ("%p1%p1%+%+", 1, false),
      ("%p1%999d", 1, false), ("%p1%.9999d", 1, false), ("%{99999999999}", 1, false), ("%{", 1, false), ("%", 1, false),
      ("%?%p1%t1", 1, false), ("%p1%t%;", 1, false), ("%?%p1%t%{1}%;", 1, false), ("%?%p1%t%{1}%e%;", 1, false),
      ("%?%p1%e%;", 1, false), ("%?%;", 1, false), ("%P", 1, false), ("%'", 1, false), ("%z", 1, false),
    ]
    for (text, count, isSound) in cases {
      #expect(TerminfoParameters.areSound(Array(text.utf8), count: count) == isSound, "\(text.debugDescription)")
    }
  }

  @Test func cutEntriesAreRefused() {
    for entry in Self.entries {
      let whole = entry.serialized()
      for length in 0..<whole.count {
        // Without the extended part, or the zero that evens its length, an entry is whole.
        guard let cut = TerminfoEntry(data: Array(whole[..<length])) else { continue }
        #expect(cut.strings == entry.strings, "\(length) of \(whole.count)")
        #expect(cut.extendedStrings.isEmpty)
      }
      #expect(TerminfoEntry(data: whole + [0, 0]) == nil)
    }
  }

  /// Its number of numbers is 0, so that what follows would be misread.
  @Test func aDamagedEntryIsPassedOver() throws {
    let data = try Data(contentsOf: TerminalFixtures.url("damaged-xterm-256color"))
    #expect(TerminfoEntry(data: Array(data)) == nil)
    let folder = try TerminalFixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["xterm-256color", "gaze-test-type"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name.prefix(1))", withIntermediateDirectories: true)
      try data.write(to: URL(fileURLWithPath: "\(folder)/\(name.prefix(1))/\(name)"))
    }
    let found = try TerminalDescription.find(environment: ["TERM": "xterm-256color", "TERMINFO": folder])
    #expect(found.path?.starts(with: FilePath(folder)) != true)
    let path = FilePath(folder + "/g/gaze-test-type")
    #expect(throws: TerminalError.damagedTerminalType(term: "gaze-test-type", path: path)) {
      try TerminalDescription.find(environment: ["TERM": "gaze-test-type", "TERMINFO": folder])
    }
  }

  /// Entries with bytes changed, in a process of its own: each is refused, or ncurses draws with it and lives.
  @Test func noChangedEntryTakesTheProgramDown() async {
    await #expect(processExitsWith: .success) {
      let terminal = try #require(RecordedTerminal())
      var random = SeededRandom(seed: 4)
      // gaze's own, and a real one in the older form with capabilities found by name: the damaged one, mended.
      var real = try Array(Data(contentsOf: TerminalFixtures.url("damaged-xterm-256color")))
      real[6] = 15
      #expect(TerminfoEntry(data: real)?.forDrawing() != nil)
      var drawn = 0
      for round in 0..<4_000 {
        var bytes = round % 2 == 0 ? real : TerminfoEntry.builtIn.serialized()
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          // Half of the changes where the strings are, which the format says little about.
          let from = Bool.random(using: &random) ? 0 : bytes.count / 3
          bytes[Int.random(in: from..<bytes.count, using: &random)] =
            Bool.random(using: &random)
            ? .random(in: 0...255, using: &random) : Array("%pdsc{}?t;$<>19".utf8).randomElement(using: &random)!
        }
        guard let entry = TerminfoEntry(data: bytes)?.forDrawing() else { continue }
        let depth = ColorDepth.allCases.randomElement(using: &random)!
        guard let screen = NcursesScreen.openTerminal(entry.withColors(depth), environment: [:]) else { continue }
        NcursesScreen.setUp()
        _ = NcursesScreen.startColors(depth)
        init_extended_pair(1, 5, 3)
        for row in 0..<24 {
          _ = gaze_put(Int32(row), Int32(row * 3), [120, 0], gaze_bold() | gaze_dim(), row % 2 == 0 ? 1 : 0)
        }
        refresh()
        endwin()
        delscreen(screen)
        drawn += 1
      }
      #expect(drawn > 500)
      #expect(try terminal.output().isEmpty == false)
    }
  }
}

/// Terminal types.
@Suite struct TerminalTypeTests {
  /// Names of terminals whose entries Debian keeps in another package, and some that only ship their own.
  @Test(arguments: [
    "xterm-kitty", "alacritty", "alacritty-direct", "foot", "foot-extra", "wezterm", "xterm-ghostty", "ghostty",
    "st-256color", "st", "putty", "putty-256color", "xterm-direct", "xterm-direct2", "rio", "contour", "contour-latest",
    "konsole", "konsole-256color", "vte-256color", "iterm2", "iterm2-direct", "tmux-direct", "screen-256color-bce",
    "screen.xterm-256color", "gnome-256color", "mintty", "mintty-direct", "rxvt-unicode", "nsterm", "xterm",
  ])
  func knownNamesNeedNoEntry(_ term: String) throws {
    let found = try TerminalDescription.find(environment: ["TERM": term])
    #expect(found.entry[.moveTo] != nil)
    #expect(found.colors.colors > 0)
    #expect(KnownTerminals.areLikeXterm(term))
  }

  @Test func entriesOfKnownNamesHaveTheColoursOfTheirTerminals() {
    func depth(_ term: String) -> ColorDepth {
      let entry = TerminalDescription.colors(environment: ["TERM": term])
      return ColorDecision.decide(flag: nil, environment: ["TERM": term], entry: entry).depth
    }
    #expect(
      ["xterm-kitty", "foot", "xterm-direct", "tmux-direct", "iterm2"].map(depth)
        == Array(repeating: .truecolor, count: 5))
    #expect(["putty", "st", "gnome-256color"].map(depth) == [.ansi256, .ansi256, .ansi256])
  }

  @Test(arguments: ["stx", "xtermish", "footloose", "vt100x", "gaze-no-such-type", "../../etc/passwd", "ünknown"])
  func otherNamesDo(_ term: String) {
    #expect(throws: TerminalError.unknownTerminalType(term: term)) {
      try TerminalDescription.find(environment: ["TERM": term])
    }
  }

  @Test func errorsAreOneLineThatNamesTheWaysOut() {
    func message(_ environment: [String: String]) -> String {
      do throws(TerminalError) {
        _ = try TerminalDescription.find(environment: environment)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message([:]) == "TERM is not set: set it to the terminal's type (xterm-256color suits most), or use gaze --plain "
        + "for lines of text")
    #expect(message(["TERM": ""]) == message([:]))
    #expect(
      message(["TERM": "nonesuch"]) == "no terminfo entry for TERM 'nonesuch': install it, set TERM to a type that is "
        + "known (xterm-256color suits most), or use gaze --plain for lines of text")
  }

  @Test func terminalsThatOnlyAppendAreNotDrawnOnAndHaveNoColours() throws {
    let folder = try TerminalFixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/d", withIntermediateDirectories: true)
    let dumb = TerminfoEntry(names: Array("dumb".utf8))
    try Data(dumb.serialized()).write(to: URL(fileURLWithPath: folder + "/d/dumb"))
    let environment = ["TERM": "dumb", "TERMINFO": folder, "COLORTERM": "truecolor"]
    #expect(throws: TerminalError.cannotMoveCursor(term: "dumb")) {
      try TerminalDescription.find(environment: environment)
    }
    #expect(
      TerminalError.cannotMoveCursor(term: "dumb").description
        == "TERM is 'dumb', a terminal that cannot move its cursor: set TERM to what it really is (xterm-256color suits "
        + "most), or use gaze --plain for lines of text")
    let colors = TerminalDescription.colors(environment: environment)
    #expect(ColorDecision.decide(flag: nil, environment: environment, entry: colors).depth == .mono)
  }

  @Test func findingsSayWhatIsUsedAndWhy() {
    func findings(_ term: String, _ depth: ColorDepth) -> TerminalFindings {
      TerminalFindings(environment: ["TERM": term], decision: ColorDecision(depth: depth, reason: "told"))
    }
    #expect(findings("xterm-256color", .truecolor).terminfo.contains("24-bit"))
    #expect(findings("xterm-256color", .ansi256).terminfo.hasSuffix(", 256 colours"))
    #expect(findings("xterm-256color", .ansi256).mouse.contains("SGR"))
    #expect(findings("wezterm-none", .ansi256).terminfo.contains("gaze's own"))
    #expect(findings("no-such-terminal", .mono).terminfo.contains("no terminfo entry for TERM 'no-such-terminal'"))
    #expect(findings("", .mono).terminfo.contains("TERM is not set"))
    let plain = GlyphSupport(unicode: false, sextants: false, reason: "told")
    #expect(plain.symbolsReason(in: .mono).hasPrefix("ascii") && plain.symbolsReason(in: .ansi16).hasPrefix("space"))
    #expect(
      GlyphSupport(unicode: true, sextants: false, reason: "told").symbolsReason(in: .ansi256).hasPrefix("quadrant"))
  }

  @Test func whatCannotBeDrawnGivesWayToWhatCan() {
    let plain = GlyphSupport(unicode: false, sextants: false, reason: "told")
    let blocks = GlyphSupport(unicode: true, sextants: false, reason: "told")
    for wanted in SymbolSet.allCases where wanted != .ascii {
      for depth in [ColorDepth.truecolor, .ansi256, .ansi16] {
        #expect(plain.usable(wanted, in: depth) == .space)
        #expect(blocks.usable(wanted, in: depth) == (wanted == .sextant ? .quadrant : wanted))
      }
      #expect(plain.usable(wanted, in: .mono) == .ascii)
      #expect(blocks.usable(wanted, in: .mono) == (wanted == .sextant ? .quadrant : wanted == .space ? .ascii : wanted))
    }
    #expect(plain.usable(.ascii, in: .truecolor) == .ascii && blocks.usable(.ascii, in: .mono) == .ascii)
  }
}

/// Files for these tests.
enum TerminalFixtures {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func url(_ name: String) -> URL { root.appendingPathComponent("Tests/Fixtures/terminal/\(name)") }
  static let themes = FilePath(root.appendingPathComponent("Themes").path)

  static func temporaryFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "gaze-terminal-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}
