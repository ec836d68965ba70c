import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import PhotoLibrary
@testable import Terminal

/// The attention of captions that were found beside photos.
@Suite struct RecalledAttentionTests {
  private static let settings = DecodingSettings(topK: 4, temperature: 0.7, seed: 9)
  private let caption = FakeCaptionService.caption(seed: 9, settings: settings)

  /// What a batch leaves beside `apple.png`.
  private func folder(weights: Character = "0") throws -> PictureFolder {
    let folder = try PictureFolder()
    let identity = WeightsIdentity(name: "tiny", sha256: String(repeating: weights, count: 64))
    try SidecarPolicy.skip.write(caption, by: identity, for: folder.file("apple.png"))
    return folder
  }

  private func byHand(_ text: String) throws -> PictureFolder {
    let folder = try PictureFolder()
    let photo = folder.file("apple.png")
    try SidecarFiles(CaptionOrigin(text: text, author: .human), for: photo).write(for: photo)
    return folder
  }

  private func marks(_ harness: BrowserHarness) -> String {
    String(harness.lines[1].prefix(24).suffix(4)).trimmingCharacters(in: .whitespaces)
  }

  @Test(arguments: ["l", "h", " ", "f", "x"] as [Key]) func itIsDrawnAgainWhereTheWeightsAreTheSame(_ key: Key) throws {
    let harness = BrowserHarness.play(try folder(), script: [.key(key)])
    #expect(harness.model.record?.told == caption && harness.model.record?.entries.count == 1)
    #expect(harness.service.recitals.isEmpty && harness.service.decodes == 1)
    #expect(harness.model.record?.wordIndex(in: 0) == 0 && harness.model.views.isFilmstrip == (key == "f"))
    #expect(harness.model.captions.settings == DecodingSettings(), "they stay what they were")
    #expect(!harness.text.contains("recited") && harness.text.contains("drawn again with k 4, T 0.7, seed 9"))
    #expect(marks(harness) == "✓")
    #expect(harness.lines.joined().contains(String(format: "%.3f of top 4", caption.words[0].probability)))
  }

  @Test(arguments: [(20, 5), (40, 12), (80, 24), (200, 60)])
  func itIsRecitedWhereTheyAreOthersAndTheScreenSaysSo(_ columns: Int, _ rows: Int) throws {
    let size = Size(columns: columns, rows: rows)
    let harness = BrowserHarness.play(try folder(weights: "1"), size: size, script: .keys("l", "l"))
    #expect(harness.service.recitals == [caption.text] && harness.service.decodes == 0)
    #expect(harness.model.record?.told?.isRecited == true && harness.model.record?.wordIndex(in: 0) == 1)
    #expect(harness.text.contains("recited"), "\(harness.text)")
    let narrow = BrowserHarness.play(
      try folder(weights: "1"), size: size, script: .keys("l", "l", .control("l")))
    #expect(narrow.text.contains("recited"), "without the notice too: \(narrow.text)")
  }

  @Test func whatAPersonWroteIsRecitedAndStaysTheirs() throws {
    let folder = try byHand("a red house")
    let harness = BrowserHarness.play(folder, script: .keys("l", "l"))
    #expect(harness.service.recitals == ["a red house"] && harness.model.record?.words(0) == ["a", "red", "house"])
    #expect(harness.model.record?.currentWord?.word == "red" && marks(harness) == "✎✓")
    let asked = BrowserHarness.play(folder, script: .keys("l", .enter))
    #expect(asked.lines.last?.contains("It was written by hand. Draw over it?") == true)
    #expect(asked.service.decodes == 0)
    let kept = BrowserHarness.play(folder, script: .keys("l", .enter, "p"))
    #expect(kept.model.record?.entries.map(\.origin) == [.pinned] + Array(repeating: .drawn, count: 5))
    #expect(kept.model.record?.entries[0].told?.isRecited == true)
  }

  /// The same words, whoever wrote them first.
  @Test func aPersonsWordsThatTheNetworkHadDrawnStayAPersons() throws {
    let folder = try PictureFolder()
    let (photo, weights) = (folder.file("apple.png"), try FakeCaptionService().prepare())
    let origin = CaptionOrigin(text: caption.text, author: .human, drawn: caption, weights: weights)
    try SidecarFiles(origin, for: photo).write(for: photo)
    let harness = BrowserHarness.play(folder, script: .keys("l"))
    #expect(harness.model.record?.told == caption && harness.service.recitals.isEmpty)
    #expect(BrowserHarness.play(folder, script: .keys("l", .enter)).service.decodes == 1, "it asks first")
  }

  @Test func anEditOfATextFileIsRecited() throws {
    let edit: [NullScreen.Step] = .keys("e", .control("u")) + .typed("a blue boat") + .keys(.enter)
    let harness = BrowserHarness.play(try folder(), script: edit + .keys("l", "l", "l"))
    #expect(harness.service.recitals == ["a blue boat"] && harness.model.record?.currentWord?.word == "boat")
    #expect(harness.text.contains("recited: boat"))
    let again = BrowserHarness.play(
      try folder(), script: edit + .keys("l", "e") + .typed("s") + .keys(.enter, .control("l")))
    #expect(again.model.record?.told == nil && again.text.contains("l has it recited"), "these are other words")
    let written = BrowserHarness.play(try folder(), script: edit + .keys("l", "w", "q"))
    #expect(written.model.hasQuit, "what is written is not asked about")
  }

  @Test func whatIsDrawnReplacesWhatANetworkWrote() throws {
    let harness = BrowserHarness.play(try folder(), script: .keys("l", .enter))
    #expect(harness.model.record?.entries.map(\.origin) == Array(repeating: .drawn, count: 5))
    #expect(harness.service.encodes == 1, "it was encoded before")
  }

  @Test func writingItAgainChangesNothing() throws {
    for folder in [try folder(), try folder(weights: "1")] {
      let before = folder.text("apple.caption.json")
      let harness = BrowserHarness.play(folder, script: .keys("l", "w"))
      #expect(folder.text("apple.txt") == caption.text + "\n")
      #expect(Sidecar.read(for: folder.file("apple.png"))?.author == .machine && harness.model.prompt == nil)
      #expect(folder.text("apple.caption.json") == before)
    }
  }

  @Test func whatNobodySignedStaysUnsigned() throws {
    let folder = try PictureFolder()
    try folder.write(Array("a red house\n".utf8), as: "apple.txt")
    let written = BrowserHarness.play(folder, script: .keys("l", "w"))
    #expect(written.model.notice?.text == "already written: its text file says this")
    #expect(folder.text("apple.txt") == "a red house\n" && folder.text("apple.caption.json") == nil)
    let edited = BrowserHarness.play(folder, script: .keys("l", "e", "s", .enter, "w"))
    #expect(edited.model.notice?.text == "wrote apple.txt" && folder.text("apple.txt") == "a red houses\n")
    #expect(Sidecar.read(for: folder.file("apple.png"))?.author == .human)
  }

  @Test func itsAttentionIsExported() throws {
    let folder = try folder(weights: "1")
    let first = BrowserHarness.play(folder, script: .keys("x"))
    #expect(first.model.notice?.text.contains("recited") == true || first.model.record?.told != nil)
    BrowserHarness.play(folder, script: .keys("x", "x"))
    let text = try #require(folder.text("apple.attention.recited.json"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let found = try #require((json["captions"] as? [[String: Any]])?.first)
    #expect(found["mode"] as? String == "recited" && found["text"] as? String == caption.text)
    #expect(found["seed"] is NSNull && (found["words"] as? [Any])?.count == caption.words.count)
    let page = try #require(folder.text("apple.attention.recited.html"))
    #expect(page.contains("<dt>Text</dt><dd>given to the network</dd>") && page.contains("recited by the network"))
    #expect(!page.contains("a machine"))
  }

  @Test func withoutWeightsItSaysWhy() throws {
    let service = FakeCaptionService(failure: "no weights found")
    let harness = BrowserHarness.play(try folder(), service: service, script: .keys("l"))
    #expect(harness.model.notice?.text == "no weights found" && harness.model.captions.work == nil)
    #expect(harness.text.contains(caption.words[0].word))
  }

  @Test func theTextStaysInSightWhileItIsRead() throws {
    let folder = try folder()
    var model = BrowserHarness.play(folder, script: []).model
    let effects = model.update(.key("l"), now: 0)
    let job = CaptionJob(path: folder.file("apple.png"), settings: DecodingSettings(), text: caption.text)
    #expect(effects.contains(.caption(job)))
    #expect(model.update(.key("l"), now: 0).isEmpty, "it is asked for once")
    let lines = BrowserHarness.lines(BrowserView(model, painter: ImmediatePainter()).draw())
    #expect(lines.joined().contains("from its sidecar"))
    // What was drawn in between stays.
    let drawn = FakeCaptionService.caption(seed: 1, settings: DecodingSettings())
    _ = model.update(.caption(.done(job, [drawn])), now: 0)
    #expect(model.record != nil && model.captions.work == nil)
  }

  @Test func linesOfTextTellItsWords() throws {
    func play(_ folder: PictureFolder, _ lines: String...) -> [String] {
      BrowserHarness.answer(folder, lines).said
    }
    let again = play(try folder(), "word", "word")
    #expect(again.suffix(2).map { $0.prefix(7) } == ["Word 1 ", "Word 2 "])
    #expect(!again.contains { $0.contains("ecited") })
    let recited = play(try byHand("a red house"), "words")
    #expect(recited.suffix(3).map { $0.prefix(16) } == ["Word 1 of 3: a, ", "Word 2 of 3: red", "Word 3 of 3: hou"])
    #expect(recited.contains { $0.hasPrefix("Recited: ") })
  }
}
