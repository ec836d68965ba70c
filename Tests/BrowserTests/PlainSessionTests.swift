import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Terminal

@Suite struct PlainSessionTests {
  /// Everything said, and the model at the end.
  private func play(
    _ folder: PictureFolder, _ lines: [String], service: FakeCaptionService = FakeCaptionService()
  ) -> (said: [String], model: BrowserModel) {
    BrowserHarness.answer(folder, lines, service: service)
  }

  @Test func theFolderIsToldAndListed() throws {
    let (said, _) = play(try PictureFolder(), ["list"])
    #expect(said[0] == "~/pictures: 3 images.")
    #expect(said[1] == "1 of 3: apple.png, 32 by 24 pixels")
    #expect(said.suffix(3) == ["1: apple.png", "2: bridge.png", "3: cat.png"])
  }

  @Test func longListsComeInPages() throws {
    let (said, _) = play(try PictureFolder((1...45).map { "\($0).png" }), ["list", "more", "list 41", "more"])
    #expect(said.contains("25 more; type more."))
    #expect(said.contains("40: 40.png"))
    #expect(said.last == "There are no more.")
  }

  @Test func imagesAreSelectedByNumberNameAndText() throws {
    let folder = try PictureFolder()
    #expect(play(folder, ["2"]).said.last == "2 of 3: bridge.png, 32 by 24 pixels")
    #expect(play(folder, ["select cat.png"]).model.photos.selection == 2)
    #expect(play(folder, ["find RIDGE"]).model.photos.selection == 1)
    #expect(play(folder, ["n", "next", "p"]).model.photos.selection == 1)
    #expect(play(folder, ["9"]).said.last == "There is no image '9': expected 1 to 3, or a name.")
  }

  @Test func captionsAndTheirWordsAreTold() throws {
    let (said, model) = play(try PictureFolder(), ["caption", "sample 2", "word", "words"])
    let record = try #require(model.record)
    let captions = said.filter { $0.hasPrefix("Caption 1 of 5, log-probability") }
    #expect(captions.count == 1 && captions[0].hasSuffix(": " + record.text(0)))
    #expect(record.chosen == 1)
    let words = try #require(record.caption).words
    let word = try #require(said.first { $0.hasPrefix("Word 2 of \(words.count): \(words[1].word), probability ") })
    #expect(word.contains("Attention: "))
    #expect(said.suffix(words.count).allSatisfy { $0.hasPrefix("Word ") })
  }

  @Test func settingsDrawAnewFromTheKeptGrid() throws {
    let service = FakeCaptionService()
    let (said, model) = play(
      try PictureFolder(), ["caption", "k 5", "t 0.8", "seed 7", "samples 2", "mode greedy"], service: service)
    #expect(service.encodes == 1)
    #expect(service.decodes == 6)
    let settings = model.captions.settings
    #expect(settings.topK == 5 && settings.temperature == 0.8 && settings.seed == 7)
    #expect(said.contains("k 5, temperature 0.8, seed 7, mode greedy, samples 2."))
    #expect(play(try PictureFolder(), ["k x"]).said.last == "Expected k and a number from 1 to 1000, such as k 5.")
  }

  @Test func editsAreWrittenAndNotLostUnasked() throws {
    let folder = try PictureFolder()
    let (said, model) = play(folder, ["c", "edit a Kätzchen on a mat", "write", "again", "n", "undo", "redo", "q"])
    #expect(folder.text("apple.txt") == "a Kätzchen on a mat\n")
    #expect(said.contains { $0.hasPrefix("Draw over your edit? Type y for yes") })
    #expect(said.contains("Left as it was."))
    #expect(said.suffix(2) == ["Undid writing apple.txt.", "Did writing apple.txt again."])
    #expect(said.contains { $0.hasPrefix("Caption 1 of 5, edited") })
    #expect(model.hasQuit)
  }

  @Test func nothingToDoIsSaid() throws {
    let folder = try PictureFolder()
    #expect(play(folder, ["word"]).said.last == "There is no caption yet. Type caption.")
    #expect(play(folder, ["write"]).said.last?.contains("No caption") == true)
    #expect(play(folder, ["dance"]).said.last == "'dance' is no command. Type help for the commands.")
    #expect(play(try PictureFolder([]), []).said.first == "~/pictures: 0 images.")
  }

  @Test func foldersAreEnteredAndLeft() throws {
    let folder = try PictureFolder(["a.png"])
    try FileManager.default.createDirectory(atPath: folder.file("sub").string, withIntermediateDirectories: true)
    try folder.write(PictureFolder.picture(2), as: "sub/c.png")
    let (said, model) = play(folder, ["1", "up"])
    #expect(said.contains("1 of 2: sub, a folder. Select it by its number to enter it."))
    #expect(said.contains("1 of 1: c.png, 32 by 24 pixels"))
    #expect(model.photos.count == 2)
  }

  @Test func manyImagesAreMarkedShownCaptionedAndWritten() throws {
    let folder = try PictureFolder()
    let lines = ["mark 2", "list", "caption all", "y", "write all", "y", "show marked", "list", "show all", "q"]
    let (said, model) = play(folder, lines)
    #expect(said.contains("1 marked.") && said.contains("2: bridge.png, marked"))
    #expect(said.contains("Caption 1 marked photo? Type y for yes, n for no."))
    #expect(said.contains("1 captioned: W writes them.") && said.contains("1 written."))
    #expect(said.contains("~/pictures: 1 marked of 3 images.") && said.contains("1: bridge.png, marked, captioned"))
    #expect(folder.text("bridge.txt") != nil && folder.text("apple.txt") == nil && model.hasQuit)
    #expect(play(folder, ["show failed"]).said.last == "None is failed.")
    #expect(play(folder, ["show x"]).said.last?.hasPrefix("Expected show and one of all, uncaptioned, by hand") == true)
    #expect(play(folder, ["find png"]).said.contains("Match 2 of 3."))
    #expect(play(folder, ["markall", "markall"]).said.suffix(2) == ["3 marked.", "None is marked."])
  }

  @Test func captioningAllTellsHowFarItIsAndStops() throws {
    let folder = try PictureFolder((1...50).map { "\($0).png" })
    var (said, asked) = ([String](), 0)
    let screen = NullScreen(size: Size(columns: 80, rows: 24), script: [])
    let session = PlainSession(
      model: BrowserHarness.model(screen), service: FakeCaptionService(),
      watchInterrupts: {
        asked = 0
        return {
          asked += 1
          return asked == 30
        }
      }, say: { said.append($0) })
    var lines = ["caption all", "y", "caption all", "q"][...]
    session.run(paths: [folder.path]) { lines.popFirst() }
    #expect(said.contains("Captioning 21 of 50."), "the first is begun with the answer")
    #expect(said.contains { $0.hasPrefix("Stopped after") } && said.contains("50 captioned: W writes them."), "\(said)")
    #expect(session.model.captions.records.count == 50)
  }

  @Test func imagesBelowAreToldAndListed() throws {
    let folder = try PictureFolder([])
    try FileManager.default.createDirectory(atPath: folder.file("sub").string, withIntermediateDirectories: true)
    try folder.write(PictureFolder.picture(2), as: "sub/c.png")
    let (said, model) = play(folder, ["below"])
    #expect(said.contains("1 image in the folders below: type below to list them."))
    #expect(model.photos.map(\.name) == ["sub/c.png"] && said.last == "With all folders below.")
  }

  @Test func settingsAreKept() throws {
    let (folder, pictures) = (try TemporaryFolder(), try PictureFolder())
    let file = SettingsFile(path: folder.path("config.toml"))
    var said: [String] = []
    let screen = NullScreen(size: Size(columns: 80, rows: 24), script: [])
    let session = PlainSession(
      model: BrowserHarness.model(screen), service: FakeCaptionService(), settingsFile: file, say: { said.append($0) })
    var lines = ["k 50", "keep"][...]
    session.run(paths: [pictures.path]) { lines.popFirst() }
    #expect(said.last == "Kept in \(file.path): theme dark, k 50, T 1.0." && file.read().settings.topK == 50)
  }

  @Test func controlBytesAreNeverSaid() throws {
    let folder = try PictureFolder(["a\u{1B}[31mb.png"])
    let (said, _) = play(folder, ["list", "\u{1B}[2J"])
    #expect(said.joined().unicodeScalars.allSatisfy { $0.value >= 32 })
  }

  @Test func everyCommandIsInTheHelp() {
    let help = PlainLanguage.help.joined(separator: "\n")
    for entry in PlainLanguage.entries {
      #expect(help.contains(entry.help))
      for name in entry.names { #expect(PlainLanguage.parse(name)?.meaning == entry.meaning) }
    }
  }

  @Test func placesAreToldByNinths() {
    func map(_ cells: [Int]) -> AttentionMap {
      AttentionMap(rows: 8, columns: 8, values: (0..<64).map { cells.contains($0) ? 1 / Float(cells.count) : 0 })
    }
    #expect(AttentionWords.place(map([0])) == "upper left, 100 percent")
    #expect(AttentionWords.place(map([63])) == "lower right, 100 percent")
    #expect(AttentionWords.place(map([0, 7])) == "upper left, 50 percent; upper right, 50 percent")
    #expect(AttentionWords.place(map(Array(0..<64))) == "all over")
    #expect(abs(AttentionWords.shares(map([2])).reduce(0, +) - 1) < 1e-5, "a cell on a border is divided, not lost")
  }
}
