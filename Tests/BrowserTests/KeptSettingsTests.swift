import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Raster
@testable import Terminal

/// Settings kept between runs.
@Suite struct KeptSettingsTests {
  private func file(_ folder: TemporaryFolder) -> SettingsFile { SettingsFile(path: folder.path("gaze/config.toml")) }

  private func text(_ file: SettingsFile) -> String? { try? String(contentsOfFile: file.path.string, encoding: .utf8) }

  @Test func whatIsKeptIsReadBack() throws {
    let folder = try TemporaryFolder()
    let all = KeptSettings(theme: "a \"b\"\\\u{1B}é", topK: 50, temperature: 0.8, symbols: .sextant)
    for settings in [all, KeptSettings(topK: 1), KeptSettings(temperature: 0.1), KeptSettings()] {
      let file = SettingsFile(path: folder.path("\(UUID().uuidString)/gaze/config.toml"))
      try file.keep(settings)
      let read = file.read()
      #expect(read.settings == settings && read.problems.isEmpty, "\(text(file) ?? "")")
    }
  }

  @Test func onlyWhatIsKeptIsWrittenOver() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("gaze").string, withIntermediateDirectories: true)
    _ = try folder.file("gaze/config.toml", Array("# mine\r\ntop-k = 5 # few\r\n\r\ntheme = 'dark'\r\n# end".utf8))
    try file(folder).keep(KeptSettings(theme: "light", topK: 50, temperature: 1))
    #expect(
      text(file(folder)) == "# mine\r\ntop-k = 50\n\r\ntheme = \"light\"\n# end\ntemperature = 1.0\n")
    #expect(file(folder).read().settings == KeptSettings(theme: "light", topK: 50, temperature: 1))
  }

  @Test func itIsTheUsersFile() {
    #expect(SettingsFile.ofUser(["XDG_CONFIG_HOME": "/x", "HOME": "/h"]).path == "/x/gaze/config.toml")
    #expect(SettingsFile.ofUser(["XDG_CONFIG_HOME": "x", "HOME": "/h"]).path == "/h/.config/gaze/config.toml")
    #expect(SettingsFile.ofUser(["HOME": "/h"]).path == "/h/.config/gaze/config.toml")
  }

  /// A line that is wrong keeps nobody from what the others say.
  @Test(
    arguments: [
      ("top-k = 0\ntheme = \"light\"", "1: 'top-k' must be a whole number from 1 to 1000", "light"),
      ("theme = \"light\"\n\ntop-k = 1001", "3: 'top-k' must be a whole number from 1 to 1000", "light"),
      ("theme = \"light\"\ntop-k = \"many\"", "2: 'top-k' must be a whole number from 1 to 1000", "light"),
      ("temperature = nan", "1: 'temperature' is nan: expected text in quotes, a number, true or false", nil),
      ("temperature = 0.01\ntheme='light'", "1: 'temperature' must be a number from 0.1 to 5", "light"),
      ("theme = 3", "1: 'theme' must be a theme's name or path in quotes", nil),
      ("theme = \"\"", "1: 'theme' must be a theme's name or path in quotes", nil),
      (
        "symbols = \"emoji\"",
        "1: 'symbols' must be one of \"half\", \"quadrant\", \"sextant\", \"space\", \"ascii\"", nil
      ),
      ("color = \"red\"", "1: 'color' is unknown: expected theme, top-k, temperature or symbols", nil),
      (
        "theme='light'\n[colors]\ntext='x'",
        "2: 'colors' is unknown: expected theme, top-k, temperature or symbols", "light"
      ),
      ("theme = \"light\"\n[[[", "2: expected a key, a [table] or a # comment", nil),
      ("top-k = 3\ntop-k = 4", "2: 'top-k' is there twice", nil),
    ] as [(String, String, String?)])
  func wrongLinesAreToldWithTheirNumber(_ text: String, _ problem: String, _ theme: String?) throws {
    let folder = try TemporaryFolder()
    let file = SettingsFile(path: try folder.file("config.toml", Array(text.utf8)))
    let (settings, problems) = file.read()
    #expect(problems == ["\(file.path):\(problem)"] && settings == KeptSettings(theme: theme))
    // What is not understood is not written over.
    #expect(throws: (any Error).self) { try file.keep(KeptSettings(topK: 3)) }
    #expect(self.text(file) == text)
  }

  @Test func whatIsNoTextIsToldAndNeverWaitedFor() throws {
    let folder = try TemporaryFolder()
    let binary = SettingsFile(path: try folder.file("a.toml", [0xFF, 0xFE, 0, 1]))
    #expect(binary.read().problems == ["cannot read \(binary.path): expected text in UTF-8"])
    let large = SettingsFile(path: try folder.file("b.toml", [UInt8](repeating: 35, count: 1 << 17)))
    #expect(large.read().problems == ["cannot read \(large.path): expected a file of at most 64 KiB"])
    mkfifo(folder.path("c.toml").string, 0o600)
    #expect(SettingsFile(path: folder.path("c.toml")).read().problems.count == 1)
    let name = String(repeating: "x", count: 60_000)
    let long = SettingsFile(path: try folder.file("d.toml", Array("\(name) = 1".utf8)))
    #expect(long.read().problems.allSatisfy { $0.count < 400 && $0.contains("is unknown: expected theme") })
    #expect(SettingsFile(path: folder.path("none.toml")).read().problems.isEmpty)
  }

  @Test func noTextAbortsTheReader() {
    var random = CounterRandom(seed: 1, stream: "settings")
    let right = Array("theme = \"light\"\ntop-k = 50\ntemperature = 0.8\nsymbols = \"half\"\n".utf8)
    let pieces: [UInt8] = Array("[]\"'\\=#.\n\r\t -_+eEuU0129x\u{0}".utf8) + [0xC3, 0x80, 0xFF]
    for _ in 0..<2_000 {
      var bytes = right
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = pieces.randomElement(using: &random)!
      }
      let (settings, problems) = KeptSettings.read(String(decoding: bytes, as: UTF8.self))
      #expect(settings.topK.map { (1...1000).contains($0) } != false && problems.allSatisfy { $0.line >= 1 })
    }
  }

  // MARK: - In the browser

  @Test func theKeyKeepsThemAndSaysWhere() throws {
    let folder = try TemporaryFolder()
    let keys: [NullScreen.Step] = .keys("K", "5", "0", .enter, "-", "-", "C")
    let harness = BrowserHarness.play(try PictureFolder(), settingsFile: file(folder), script: keys)
    #expect(harness.model.notice?.text == "kept in \(file(folder).path): theme dark, k 50, T 0.8, half")
    #expect(
      file(folder).read().settings == KeptSettings(theme: "dark", topK: 50, temperature: 0.8, symbols: .half))
    let others = BrowserHarness.play(
      try PictureFolder(), settingsFile: SettingsFile(path: folder.path("untouched.toml")), script: .keys("t", "]", "q")
    )
    #expect(others.model.hasQuit && !FileManager.default.fileExists(atPath: folder.path("untouched.toml").string))
    _ = try folder.file("gaze/config.toml", Array("oops".utf8))
    let refused = BrowserHarness.play(try PictureFolder(), settingsFile: file(folder), script: .keys("C"))
    #expect(refused.model.notice?.kind == .error && refused.model.notice?.text.contains("line 1: 'oops'") == true)
    #expect(text(file(folder)) == "oops")
  }
}
