import Files
import TestSupport
import Testing

@testable import Browser
@testable import Gaze
@testable import Raster
@testable import Terminal

/// What the browser begins with.
@Suite struct BrowserStartTests {
  private func start(_ flags: [String], kept text: String, in folder: TemporaryFolder) throws -> BrowserStart {
    let file = SettingsFile(path: try folder.file("config.toml", Array(text.utf8)))
    return try BrowserStart(BrowseCommand.parse(flags), settingsFile: file)
  }

  private func model(_ start: BrowserStart) -> BrowserModel {
    start.model(
      paths: ["."], size: Size(columns: 80, rows: 24), depth: .mono,
      glyphs: GlyphSupport(unicode: true, sextants: true, reason: "scripted"))
  }

  @Test func flagsWinOverWhatWasKeptAndThatOverWhatIsUsual() throws {
    let folder = try TemporaryFolder()
    let text = "theme = \"light\"\ntop-k = 50\ntemperature = 0.5\nsymbols = \"half\"\n"
    let kept = model(try start([], kept: text, in: folder))
    #expect(kept.captions.settings.topK == 50 && kept.captions.settings.temperature == 0.5)
    #expect(kept.appearance.theme.name == "light" && kept.appearance.symbols == .half)
    let flags = ["--theme", "mono", "--top-k", "7", "--temperature", "2", "--symbols", "ascii"]
    let flagged = model(try start(flags, kept: text, in: folder))
    #expect(flagged.captions.settings.topK == 7 && flagged.captions.settings.temperature == 2)
    #expect(flagged.appearance.themeSource == "mono" && flagged.appearance.symbols == .ascii)
    let usual = model(try start([], kept: "", in: folder))
    #expect(usual.captions.settings.topK == 10 && usual.captions.settings.temperature == 1)
    #expect(usual.appearance.theme.name == "dark" && usual.appearance.symbols == nil)
  }

  @Test(arguments: [
    ("top-k = 0", ":1: 'top-k' must be a whole number from 1 to 1000"),
    ("# mine\ntheme = \"nowhere\"", ":2: no theme is called 'nowhere': expected one of "),
    ("[[[", ":1: expected a key, a [table] or a # comment"),
    ("theme = 1\ntop-k = 0", ":1: 'theme' must be a theme's name or path in quotes (and 1 more)"),
  ])
  func whatIsWrongIsOneLineAndKeepsNobodyOut(_ text: String, _ problem: String) throws {
    let start = try start([], kept: text, in: try TemporaryFolder())
    #expect(start.problem?.contains("config.toml\(problem)") == true, "\(start.problem ?? "")")
    #expect(start.problem?.contains("\n") == false)
    #expect(model(start).appearance.theme.name == "dark" && model(start).captions.settings.topK == 10)
  }

  @Test func spacesWithoutColoursAreRefused() throws {
    let command = try PreviewCommand.parse(["x.png", "--symbols", "space", "--colors", "mono"])
    #expect(
      throws: CommandFailure("--symbols space: spaces show nothing without colours, expected another set or --colors")
    ) {
      try command.run()
    }
  }
}
