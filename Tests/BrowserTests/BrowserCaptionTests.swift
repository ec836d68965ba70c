import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import PhotoLibrary
@testable import Raster
@testable import Reports
@testable import Terminal

@Suite struct BrowserCaptionTests {
  @Test func changingSettingsNeverEncodesAgain() throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), script: .keys(.enter, "]", "]", "[", "+", "-", "-", "s", "d", "d", "d"))
    #expect(harness.service.encodes == 1)
    #expect(harness.service.decodes == 11)
    #expect(harness.model.captions.settings.topK == 11)
    #expect(harness.model.captions.settings.temperature == 0.9)
    #expect(harness.model.captions.settings.seed == 6)
    #expect(harness.model.captions.settings.mode == .sample)
    #expect(harness.model.record?.settings == harness.model.captions.settings)
  }

  @Test func aPhotoCaptionedBeforeIsNotEncodedAgain() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "j", .enter, "k", .enter))
    #expect(harness.service.encodes == 2)
  }

  @Test func settingsAloneCaptionNothing() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys("]", "+"))
    #expect(harness.service.decodes == 0)
    #expect(harness.lines.contains { $0.contains("k 11") && $0.contains("T 1.1") })
  }

  @Test func settingsStayInTheirBounds() throws {
    let script: [NullScreen.Step] = Array(repeating: .key("["), count: 20) + Array(repeating: .key("-"), count: 20)
    let harness = BrowserHarness.play(try PictureFolder(), script: script)
    #expect(harness.model.captions.settings.topK == 1)
    #expect(harness.model.captions.settings.temperature == 0.1)
  }

  @Test func wordsAreSteppedAndStopAtTheEnds() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "h", "l", .right, .left))
    #expect(harness.model.record?.word == 1)
    let all = BrowserHarness.play(try PictureFolder(), script: .keys(.enter) + Array(repeating: .key("l"), count: 40))
    #expect(all.model.record?.currentWord == all.model.record?.caption?.words.last)
  }

  @Test func wordsPlayByTheClockAndStopAtTheLast() throws {
    let beat = Playback.wordMilliseconds
    let harness = BrowserHarness.play(
      try PictureFolder(),
      script: .keys(.enter, " ") + [.advance(milliseconds: beat - 1), .snapshot("before"), .advance(milliseconds: 1)])
    #expect(harness.model.record?.word == 1)
    let whole = BrowserHarness.play(
      try PictureFolder(), script: .keys(.enter, " ") + [.advance(milliseconds: beat * 40)])
    #expect(whole.model.record?.currentWord == whole.model.record?.caption?.words.last)
    #expect(whole.model.playback == nil)
  }

  @Test func editsAreKeptUndoneAndSaved() throws {
    let folder = try PictureFolder()
    let edit: [NullScreen.Step] = .keys(.enter, "e", .control("u")) + .typed("Ein Kätzchen") + .keys(.enter)
    let harness = BrowserHarness.play(folder, script: edit + .keys("w"))
    #expect(folder.text("apple.txt") == "Ein Kätzchen\n")
    #expect(harness.text.contains("wrote apple.txt"))
    let undone = BrowserHarness.play(try PictureFolder(), script: edit + .keys("u"))
    #expect(undone.model.record?.edits == [:])
  }

  @Test func undoBringsBackSettingsAndCaptions() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "s", "]", "u", "u"))
    #expect(harness.model.captions.settings == DecodingSettings())
    #expect(harness.model.record?.settings == DecodingSettings())
    #expect(harness.model.record?.captions.first?.settings.seed == 1)
  }

  @Test func aSidecarThatIsThereIsReplacedOnlyWhenAskedTwice() throws {
    let folder = try PictureFolder()
    try folder.write(Array("by hand\n".utf8), as: "apple.txt")
    let once = BrowserHarness.play(folder, script: .keys(.enter, "w"))
    #expect(folder.text("apple.txt") == "by hand\n")
    #expect(once.text.contains("w again replaces it"))
    let between = BrowserHarness.play(folder, script: .keys(.enter, "w", "l", "w"))
    #expect(folder.text("apple.txt") == "by hand\n")
    #expect(between.text.contains("w again replaces it"))
    let twice = BrowserHarness.play(folder, script: .keys(.enter, "w", "w"))
    #expect(folder.text("apple.txt") == "\(try #require(twice.model.record?.caption?.text))\n")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path.string)
    #expect(names.sorted() == ["apple.caption.json", "apple.png", "apple.txt", "bridge.png", "cat.png"])
  }

  @Test func attentionIsExported() throws {
    let folder = try PictureFolder()
    let harness = BrowserHarness.play(folder, script: .keys(.enter, "x"))
    let text = try #require(folder.text("apple.attention.seed-1.json"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let captions = try #require(json["captions"] as? [[String: Any]])
    #expect(json["image"] as? String == "apple.png")
    #expect(captions[0]["text"] as? String == harness.model.record?.caption?.text)
    let words = try #require(captions[0]["words"] as? [[String: Any]])
    let attention = try #require(words[0]["attention"] as? [String: Any])
    #expect((attention["values"] as? [Double])?.count == 64)
    #expect(FileManager.default.fileExists(atPath: folder.file("apple.attention.seed-1.png").string))
    let page = try #require(folder.text("apple.attention.seed-1.html"))
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<figcaption>apple.png, 32×24"))
    #expect(harness.model.notice?.text == "wrote apple.attention.seed-1.png, .html and .json")
  }

  @Test func exportsOfOtherSeedsAndModesHaveOtherNames() throws {
    let folder = try PictureFolder()
    BrowserHarness.play(folder, script: .keys(.enter, "x", "2", "x", "d", "x", "d", "x"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path.string).filter { $0.hasSuffix(".html") }
    #expect(
      names.sorted() == ["beam-5", "greedy", "seed-1", "seed-2"].map { "apple.attention.\($0).html" })
    #expect(BrowserHarness.play(folder, script: []).model.photos.count == 3, "sheets are no photos")
  }

  @Test(arguments: ["y", "x"] as [Key]) func anExportThatIsThereIsReplacedOnlyAfterAQuestion(_ yes: Key) throws {
    let folder = try PictureFolder()
    let (json, html) = ("apple.attention.seed-1.json", "apple.attention.seed-1.html")
    try folder.write(Array("mine".utf8), as: json)
    let asked = BrowserHarness.play(folder, script: .keys(.enter, "x"))
    guard case .confirm(let confirmation) = asked.model.prompt else {
      Issue.record("nothing was asked")
      return
    }
    #expect(confirmation.question == "\(json) is there already. Replace it?")
    #expect(asked.text.contains("\(json) is there already. Replace it?"))
    #expect(folder.text(json) == "mine" && folder.text(html) == nil, "all are written or none")
    let no = BrowserHarness.play(folder, script: .keys(.enter, "x", "n"))
    #expect(folder.text(json) == "mine" && folder.text(html) == nil && no.model.prompt == nil)
    BrowserHarness.play(folder, script: .keys(.enter, "x", yes))
    #expect(folder.text(json)?.hasPrefix("{") == true && folder.text(html) != nil)
    let all = BrowserHarness.play(folder, script: .keys(.enter, "x"))
    #expect(all.text.contains("apple.attention.seed-1.png, .html and .json are there already. Replace them?"))
  }

  @Test func attentionIsExportedAsItIsShown() throws {
    var sheets: Set<Data> = []
    for keys: [NullScreen.Step] in [.keys(.enter), .keys(.enter, "F"), .keys(.enter, "F", "b", "m", "O")] {
      let folder = try PictureFolder()
      let harness = BrowserHarness.play(folder, script: keys + .keys("x"))
      let look = harness.model.appearance.look
      let content = AttendedCaption(
        imageName: "apple.png", photo: PictureFolder.picture(0), caption: try #require(harness.model.record?.caption),
        weights: try harness.service.prepare(), provenance: [:], overlay: look.overlay, scale: look.scale)
      let found = try Data(contentsOf: URL(fileURLWithPath: folder.file("apple.attention.seed-1.png").string))
      #expect(found == Data(try PNGEncoder.encode(AttentionSheet(content).drawn())))
      sheets.insert(found)
    }
    #expect(sheets.count == 3)
  }

  @Test func enterBeforeAnythingIsListedCaptionsTheFirstPhoto() throws {
    let folder = try PictureFolder(["b.png", "c.png"])
    var model = BrowserHarness.model(NullScreen(size: Size(columns: 80, rows: 24), script: []))
    _ = model.update(.action(.open(ListingRequest(paths: [folder.path]))), now: 0)
    #expect(model.update(.key(.enter), now: 0).isEmpty)
    func list(isComplete: Bool) -> [Effect] {
      var reader = FolderReader(model.folders.request)
      reader.read()
      return model.update(.folder(.listed(Listing(reader, for: model.folders.request, isComplete: isComplete))), now: 0)
    }
    let job = CaptionJob(path: folder.file("b.png"), settings: model.captions.settings)
    #expect(list(isComplete: false).contains(.caption(job)))
    // A photo that comes before it in the list does not take its place.
    try folder.write(PictureFolder.picture(3), as: "a.png")
    let effects = list(isComplete: true)
    #expect(model.photo?.name == "b.png" && model.captions.work?.job == job)
    #expect(!effects.contains(.caption(job)))
  }

  @Test func enterBeforeAnythingIsListedEntersNoFolder() throws {
    let folder = try PictureFolder([])
    try FileManager.default.createDirectory(atPath: folder.file("sub").string, withIntermediateDirectories: true)
    var model = BrowserHarness.model(NullScreen(size: Size(columns: 80, rows: 24), script: []))
    _ = model.update(.action(.open(ListingRequest(paths: [folder.path]))), now: 0)
    _ = model.update(.key(.enter), now: 0)
    var reader = FolderReader(model.folders.request)
    reader.read()
    _ = model.update(.folder(.listed(Listing(reader, for: model.folders.request, isComplete: true))), now: 0)
    #expect(model.photo?.isFolder == true && model.folders.parents.isEmpty)
  }

  @Test func missingWeightsAreToldAndBrowsingGoesOn() throws {
    let service = FakeCaptionService(failure: "W.safetensors: no such weights file")
    let harness = BrowserHarness.play(
      try PictureFolder(), service: service, script: .keys(.enter) + [.snapshot("told")] + .keys("j"))
    #expect(
      BrowserHarness.lines(harness.screen.snapshots["told"]).last?.contains("W.safetensors: no such weights file")
        == true)
    #expect(harness.model.photos.selection == 1)
    #expect(harness.text.contains("ready"))
  }

  // MARK: - While work goes on

  private func background(
    _ folder: PictureFolder, _ service: FakeCaptionService, _ script: (BrowserProgramBox) -> [NullScreen.Step]
  )
    -> (screen: NullScreen, program: BrowserProgram)
  {
    let box = BrowserProgramBox()
    let screen = NullScreen(size: Size(columns: 80, rows: 24), script: script(box))
    let mailbox = Mailbox()
    let program = BrowserProgram(
      model: BrowserHarness.model(screen, symbols: .half), screen: screen, clock: screen.clock, mailbox: mailbox,
      effects: BackgroundEffects(service: service, mailbox: mailbox), painter: ImmediatePainter())
    box.program = program
    program.run(paths: [folder.path])
    return (screen, program)
  }

  @Test func keysAreTakenWhileEncodingAndEscapeStopsIt() throws {
    let service = FakeCaptionService(holdingEncodes: true)
    let (screen, program) = background(try PictureFolder(), service) { box in
      [
        .wait(seconds: 20) { box.model?.photos.count == 3 && box.model?.isBusy == false }, .key(.enter),
        .wait(seconds: 20) { service.encodes == 1 }, .key("j"), .snapshot("moved"), .key(.escape),
        .wait(seconds: 20) { box.model?.captions.work == nil },
      ]
    }
    #expect(!screen.timedOut)
    #expect(BrowserHarness.lines(screen.snapshots["moved"]).contains { $0.contains("2/3") && $0.contains("busy") })
    #expect(program.model.captions.records.isEmpty)
    #expect(program.model.hasQuit == false)
    #expect(program.model.notice?.text == "stopped")
  }

  @Test func theNewestRequestWins() throws {
    let service = FakeCaptionService(holdingEncodes: true)
    let folder = try PictureFolder()
    let (screen, program) = background(folder, service) { box in
      [
        .wait(seconds: 20) { box.model?.photos.count == 3 && box.model?.isBusy == false }, .key(.enter),
        .wait(seconds: 20) { service.encodes == 1 }, .key("]"), .key("]"), .key("j"), .key(.enter),
        .wait(seconds: 20) {
          service.letGo()
          return box.model?.isBusy == false
        },
      ]
    }
    #expect(!screen.timedOut)
    #expect(program.model.captions.records[folder.file("apple.png")] == nil)
    #expect(program.model.captions.records[folder.file("bridge.png")]?.settings?.topK == 12)
  }

  @Test func settingsChangedWhileEncodingAreTheOnesUsed() throws {
    let service = FakeCaptionService(holdingEncodes: true)
    let (screen, program) = background(try PictureFolder(), service) { box in
      [
        .wait(seconds: 20) { box.model?.photos.count == 3 && box.model?.isBusy == false }, .key(.enter),
        .wait(seconds: 20) { service.encodes == 1 }, .key("]"),
        .wait(seconds: 20) {
          service.letGo()
          return box.model?.isBusy == false
        },
      ]
    }
    #expect(!screen.timedOut)
    #expect(service.encodes == 1)
    #expect(program.model.record?.settings?.topK == 11)
  }
}

/// Lets a script look at the program it drives.
final class BrowserProgramBox {
  var program: BrowserProgram?
  var model: BrowserModel? { program?.model }
}
