import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Files
@testable import PhotoLibrary
@testable import Terminal

/// Captioning and writing many photos at once.
@Suite struct ManyPhotosTests {
  private func play(
    _ folder: PictureFolder, size: Size = Size(columns: 80, rows: 24),
    service: FakeCaptionService = FakeCaptionService(), _ script: [NullScreen.Step]
  ) -> BrowserHarness {
    BrowserHarness.play(folder, size: size, service: service, script: script)
  }

  private func captioned(_ model: BrowserModel) -> [String] {
    model.captions.records.keys.map { FileName.name($0) }.sorted()
  }

  @Test func allWithoutCaptionAreCaptionedOnceAgreed() throws {
    let folder = try PictureFolder()
    try folder.write(Array("a text".utf8), as: "bridge.txt")
    let asked = play(folder, .keys("A"))
    #expect(asked.lines.last?.contains("Caption 2 photos without caption?  y yes  n no") == true, "\(asked.text)")
    #expect(play(folder, .keys("A", "n")).service.encodes == 0)
    let done = play(folder, .keys("A", "y"))
    #expect(
      captioned(done.model) == ["apple.png", "cat.png"] && done.model.captions.queue == nil && !done.model.isBusy)
    #expect(done.lines.last?.contains("2 captioned: W writes them") == true)
    let again = play(folder, .keys("A", "y", "A"))
    #expect(again.model.notice?.text == "all have captions: mark those to be captioned anew")
  }

  /// As `gaze caption --sidecar` chooses: by log-probability / length^0.7.
  @Test func theBestOfTheSamplesIsChosen() throws {
    let harness = play(try PictureFolder(), .keys("A", "y"))
    for record in harness.model.captions.records.values {
      let scores = record.captions.map { Double($0.logProbability) / pow(Double($0.words.count), 0.7) }
      #expect(record.entries.count == 5 && scores[record.chosen] == scores.max() && record.word == 0)
    }
  }

  @Test func markedPhotosAreCaptionedAnewExceptWhatIsWrittenByHand() throws {
    let folder = try PictureFolder()
    let edit: [NullScreen.Step] = .keys(.enter, "e") + .typed("!") + .keys(.enter)
    let harness = play(folder, edit + .keys("i", "i", "]", "A") + [.snapshot("asked")] + .keys("y"))
    let question = BrowserHarness.lines(harness.screen.snapshots["asked"]).joined()
    #expect(question.contains("Caption 1 marked photo, and leave 1 written by hand?"), "\(question)")
    #expect(harness.model.captions[folder.file("apple.png")]?.text(0).hasSuffix("!") == true)
    #expect(harness.model.captions[folder.file("bridge.png")]?.settings?.topK == 11)
    #expect(captioned(harness.model) == ["apple.png", "bridge.png"])
  }

  @Test func whatWasDrawnAndWrittenIsPutRightWithoutAQuestion() throws {
    let folder = try PictureFolder()
    let script: [NullScreen.Step] =
      .keys("A", "y", "W", "y", "e", .control("u")) + .typed("a red house") + .keys(.enter, "w")
    let harness = play(folder, script)
    #expect(harness.model.prompt == nil && folder.text("apple.txt") == "a red house\n")
    // What another program wrote meanwhile is asked about.
    var model = play(folder, .keys("j", .enter, "w", "e", "!", .enter)).model
    try folder.write(Array("newer\n".utf8), as: "bridge.txt")
    guard case .writeSidecar(let request)? = model.update(.key("w"), now: 0).first,
      case .exists = Sidecar.write(request)
    else {
      Issue.record("the newer text was replaced")
      return
    }
  }

  @Test func whatABatchDrewOverComesBackAtOnce() throws {
    let folder = try PictureFolder()
    // All have captions; apple's are written, cat's are of another mode.
    let before: [NullScreen.Step] = .keys(.enter, "w", "j", .enter, "j", "d", .enter, "d", "d", "g", "I", "]")
    let first = play(folder, before).model.captions
    let batch: [NullScreen.Step] = before + .keys("A", "y")
    let drawn = play(folder, batch)
    #expect(drawn.model.history.done.last?.label == "captioning 3 photos anew")
    #expect(drawn.model.captions.records.values.allSatisfy { $0.settings?.topK == 11 })
    let undone = play(folder, batch + .keys("u"))
    #expect(undone.model.captions.records == first.records && undone.model.captions.queued == first.queued)
    #expect(undone.lines.last?.contains("undid captioning 3 photos anew") == true)
    let redone = play(folder, batch + .keys("u", "U"))
    #expect(redone.model.captions.records == drawn.model.captions.records)
    #expect(redone.model.captions.queued == drawn.model.captions.queued)
    #expect(redone.model.notice?.text == "did captioning 3 photos anew again")
    // What is done to a photo after it was drawn over is undone first.
    let edited = play(folder, batch + .keys("e", "!", .enter, "u"))
    #expect(edited.model.captions.records == drawn.model.captions.records)
    #expect(edited.model.history.done.last?.label == "captioning 3 photos anew")
  }

  @Test func whatTheUserDoesWhileABatchGoesOnKeepsItsPlaceAmongWhatIsUndone() throws {
    let folder = try PictureFolder()
    var model = play(folder, .keys(.enter, "j", .enter, "j", .enter, "I", "A")).model
    let before = model.captions.records
    _ = model.update(.key("y"), now: 0)
    _ = finish(&model)
    // The next photo is being drawn over; the user edits the first one, which has been.
    for key: Key in ["g", "e", "!", .enter] { _ = model.update(.key(key), now: 0) }
    let edited = model.captions[folder.file("apple.png")]
    _ = finish(&model)
    _ = finish(&model)
    let labels = ["captioning 1 photo anew", "the edit", "captioning 2 photos anew"]
    #expect(model.history.done.suffix(3).map(\.label) == labels)
    _ = model.update(.key("u"), now: 0)
    #expect(model.captions[folder.file("cat.png")] == before[folder.file("cat.png")])
    #expect(model.captions[folder.file("apple.png")] == edited)
    _ = model.update(.key("u"), now: 0)
    _ = model.update(.key("u"), now: 0)
    #expect(model.captions.records == before)
  }

  @Test func failuresAreCountedShownAndTriedAgain() throws {
    let service = FakeCaptionService(failing: ["bridge.png"])
    let harness = play(try PictureFolder(), service: service, .keys("A", "y") + [.snapshot("told")] + .keys("V", "f"))
    let told = BrowserHarness.lines(harness.screen.snapshots["told"])
    #expect(told.last?.contains("2 captioned: W writes them, 1 failed: V f shows them") == true, "\(told)")
    #expect(harness.model.photos.map(\.name) == ["bridge.png"])
    #expect(harness.lines[1].contains("×") && harness.text.contains("not captioned: bridge.png: no picture"))
    #expect(harness.text.contains("Enter tries again"))
    let none = play(try PictureFolder(), service: FakeCaptionService(failure: "no weights"), .keys("A"))
    #expect(none.model.prompt == nil && none.model.notice?.text == "no weights")
  }

  // MARK: - Stopping and going on

  /// A model whose queue has begun, and the effects of that.
  private func begun(_ folder: PictureFolder) -> BrowserModel {
    var model = BrowserHarness.play(folder, script: []).model
    _ = model.update(.key("A"), now: 0)
    _ = model.update(.key("y"), now: 0)
    return model
  }

  private func finish(_ model: inout BrowserModel, now: Int = 0) -> [Effect] {
    guard let job = model.captions.work?.job else { return [] }
    let drawn = [FakeCaptionService.caption(seed: 1, settings: job.settings)]
    return model.update(.caption(.done(job, drawn)), now: now)
  }

  private func jobs(_ effects: [Effect]) -> [CaptionJob] {
    effects.compactMap { if case .caption(let job) = $0 { job } else { nil } }
  }

  @Test func aStoppedQueueGoesOnWhereItStopped() throws {
    let folder = try PictureFolder()
    var model = begun(folder)
    #expect(model.captions.work?.job.path == folder.file("apple.png") && model.isBusy)
    #expect(jobs(finish(&model)).map(\.path) == [folder.file("bridge.png")])
    #expect(model.update(.key("A"), now: 0).contains(.cancelCaption))
    #expect(model.captions.work == nil && model.notice?.text == "stopped after 1 of 3: A goes on" && !model.isBusy)
    #expect(StatusText.pieces(model).map(\.text).contains("stopped 1/3"))
    #expect(jobs(model.update(.key("A"), now: 0)).map(\.path) == [folder.file("bridge.png")])
    _ = finish(&model)
    _ = finish(&model)
    #expect(model.captions.queue == nil && model.captions.records.count == 3)
    #expect(model.notice?.text == "3 captioned: W writes them")
  }

  @Test func escapeStopsItOnceNothingElseIsOpen() throws {
    var model = begun(try PictureFolder())
    _ = model.update(.key("z"), now: 0)
    _ = model.update(.key(.escape), now: 0)
    #expect(!model.views.isZoomed && model.captions.queue?.isRunning == true)
    #expect(model.update(.key(.escape), now: 0).contains(.cancelCaption))
    #expect(model.captions.queue?.isRunning == false)
  }

  @Test func whatTheUserAsksForGoesFirst() throws {
    let folder = try PictureFolder()
    var model = begun(folder)
    _ = model.update(.key("G"), now: 0)
    let asked = jobs(model.update(.key(.enter), now: 0))
    #expect(asked.map(\.path) == [folder.file("cat.png")] && asked.map(\.isQueued) == [false])
    // Once that is there, the photo that had to wait is next; the one captioned meanwhile is passed over.
    #expect(jobs(finish(&model)).map(\.path) == [folder.file("apple.png")])
    _ = finish(&model)
    _ = finish(&model)
    #expect(model.captions.queue == nil && model.captions.records.count == 3)
    #expect(model.notice?.text == "2 captioned: W writes them, 1 left as they were")
  }

  @Test func howLongItWillTakeIsTold() throws {
    var model = begun(try PictureFolder((1...9).map { "\($0).png" }))
    #expect(model.captions.queue?.secondsLeft == nil)
    _ = finish(&model, now: 2_000)
    // One photo in two seconds; eight are left.
    #expect(model.captions.queue?.secondsLeft == 16)
    let canvas = BrowserView(model, painter: ImmediatePainter()).draw()
    let lines = BrowserHarness.lines(canvas)
    #expect(lines[22].contains("drawing 2/9") && lines[22].contains("0:16 left"), "\(lines[22])")
  }

  @Test func aSecondPressWithBackgroundThreadsStops() throws {
    let (service, box, folder) = (FakeCaptionService(holdingEncodes: true), BrowserProgramBox(), try PictureFolder())
    let screen = NullScreen(
      size: Size(columns: 80, rows: 24),
      script: [
        .wait(seconds: 20) { box.model?.photos.count == 3 && box.model?.isBusy == false }, .key("A"), .key("y"),
        .wait(seconds: 20) { service.encodes == 1 }, .key("j"), .key("A"),
        .wait(seconds: 20) { box.model?.isBusy == false },
        .key("A"),
        .wait(seconds: 20) {
          service.letGo()
          return box.model?.captions.records.count == 3
        },
      ])
    let mailbox = Mailbox()
    let program = BrowserProgram(
      model: BrowserHarness.model(screen, symbols: .half), screen: screen, clock: screen.clock, mailbox: mailbox,
      effects: BackgroundEffects(service: service, mailbox: mailbox), painter: ImmediatePainter())
    box.program = program
    program.run(paths: [folder.path])
    #expect(!screen.timedOut && program.model.captions.queue == nil && captioned(program.model).count == 3)
  }

  // MARK: - Writing all

  @Test func allCaptionsAreWrittenAndTakenBackTogether() throws {
    let folder = try PictureFolder()
    try folder.write(Array("other\n".utf8), as: "bridge.txt")
    let keys: [NullScreen.Step] = .keys("A", "y", "W")
    let asked = play(folder, keys)
    #expect(asked.lines.last?.contains("Write 2 captions beside their photos?  y yes  n no") == true, "\(asked.text)")
    #expect(folder.text("apple.txt") == nil)
    let written = play(folder, keys + .keys("y"))
    #expect(written.model.notice?.text == "2 written" && written.model.saving == nil && !written.model.isBusy)
    let record = try #require(written.model.captions[folder.file("apple.png")])
    #expect(folder.text("apple.txt") == record.current.text + "\n" && folder.text("bridge.txt") == "other\n")
    #expect(Sidecar.read(for: folder.file("cat.png"))?.author == .machine)
    for name in ["apple.txt", "cat.txt"] { try FileManager.default.removeItem(atPath: folder.file(name).string) }
    let undone = play(folder, keys + .keys("y", "u"))
    #expect(undone.model.notice?.text == "undid writing 2 captions" && folder.text("apple.txt") == nil)
    let redone = play(folder, keys + .keys("y", "u", "U"))
    #expect(redone.model.notice?.text == "did writing 2 captions again")
    #expect(folder.text("apple.txt") != nil && folder.text("cat.txt") != nil)
  }

  @Test func whatAPersonWroteIsLeftAndANetworksIsReplacedWhereMarked() throws {
    let folder = try PictureFolder()
    _ = play(folder, .keys("A", "y", "W", "y"))
    let first = folder.text("apple.txt")
    _ = play(folder, .keys("j", "e", .control("u")) + .typed("by hand") + .keys(.enter, "w", "q"))
    let keys: [NullScreen.Step] = .keys("I", "]", "]", "A", "y", "g", "W")
    let asked = play(folder, keys)
    #expect(asked.lines.joined().contains("Write 2 captions beside their photos, 2 over those of a network?"))
    let written = play(folder, keys + .keys("y"))
    #expect(written.model.notice?.text == "2 written", "\(written.text)")
    #expect(folder.text("bridge.txt") == "by hand\n" && folder.text("apple.txt") != first)
  }

  @Test func textsThatCameMeanwhileAreCountedAndLeft() throws {
    let folder = try PictureFolder()
    var model = play(folder, .keys("A", "y", "W")).model
    try folder.write(Array("newer\n".utf8), as: "cat.txt")
    var effects = model.update(.key("y"), now: 0)
    while let effect = effects.first(where: { if case .writeSidecar = $0 { true } else { false } }) {
      effects = FileEffects.perform(effect).map { model.update($0, now: 0) } ?? []
    }
    #expect(model.notice?.text == "2 written, 1 left, whose text files say something else: w on one asks")
    #expect(model.prompt == nil && folder.text("cat.txt") == "newer\n")
  }

  @Test func leavingWithCaptionsOfManyPhotosAsks() throws {
    let folder = try PictureFolder()
    let asked = play(folder, .keys("A", "y", "q"))
    #expect(!asked.model.hasQuit && asked.text.contains("3 captions are not written."))
    let written = play(folder, .keys("A", "y", "q", "w"))
    #expect(written.model.hasQuit && folder.text("cat.txt") != nil)
    #expect(play(folder, .keys("I", "A", "y", "q", "l")).model.hasQuit)
    #expect(play(try PictureFolder(), .keys("A", "y", "W", "y", "q")).model.hasQuit)
    #expect(
      play(try PictureFolder(), .keys(.enter, "q")).model.hasQuit, "one that was only looked at is not asked about")
  }

  @Test(arguments: [(20, 5), (40, 12), (80, 24), (200, 60)])
  func questionsAndProgressAreSeen(_ columns: Int, _ rows: Int) throws {
    let size = Size(columns: columns, rows: rows)
    let asked = play(try PictureFolder(), size: size, .keys("A"))
    try CanvasSnapshot.expect(asked.screen.frames.last, "captionAll-\(columns)x\(rows)-truecolor")
    let writing = play(try PictureFolder(), size: size, .keys("A", "y", "W"))
    try CanvasSnapshot.expect(writing.screen.frames.last, "writeAll-\(columns)x\(rows)-truecolor")
    var model = begun(try PictureFolder())
    model.display.size = size
    let canvas = BrowserView(model, painter: ImmediatePainter()).draw()
    try CanvasSnapshot.expect(canvas, "captioningAll-\(columns)x\(rows)-truecolor")
  }
}
