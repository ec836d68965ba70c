import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Raster
@testable import Terminal

/// Photos that get other content while they are browsed.
@Suite struct RewrittenPhotoTests {
  private func rewrite(_ name: String, in folder: PictureFolder) throws {
    let pixels = (0..<64 * 48 * 3).map { UInt8($0 % 251) }
    try folder.write(PixelImage(width: 64, height: 48, pixels: pixels), as: name)
  }

  private func reload(_ effects: [Effect], _ model: inout BrowserModel) {
    for effect in effects {
      switch effect {
      case .loadPreviews(let paths, let pixels):
        for path in paths { _ = model.update(.preview(PreviewLoader.load(path, pixels: pixels)), now: 0) }
      case .loadThumbnails(let paths, let style):
        for path in paths { _ = model.update(.preview(PreviewLoader.load(path, style)), now: 0) }
      default: break
      }
    }
  }

  @Test func previewAndCaptionsAreOfTheNewPicture() throws {
    let folder = try PictureFolder()
    var model = BrowserHarness.play(folder, script: .keys(.enter, "c", "c")).model
    #expect(model.pictures.watched.map(\.path) == ["apple.png", "bridge.png", "cat.png"].map(folder.file))
    try rewrite("apple.png", in: folder)
    #expect(model.pictures.watched.map(\.isOutdated) == [true, false, false])
    let effects = model.update(.folder(.rewritten([folder.file("apple.png")])), now: 0)
    #expect(model.notice?.text == "apple.png has changed: Enter captions it anew")
    #expect(CaptionPane.title(model).hasSuffix(", of the image before it changed"))
    reload(effects, &model)
    #expect(model.pictures.previews.peek(folder.file("apple.png"))?.width == 64)
    #expect(model.pictures.watched.allSatisfy { !$0.isOutdated })
    let caption = FakeCaptionService.caption(seed: 9, settings: model.captions.settings)
    guard let job = model.update(.key(.enter), now: 0).compactMap(\.job).first else {
      Issue.record("no captions were asked for")
      return
    }
    _ = model.update(.caption(.done(job, [caption])), now: 0)
    #expect(model.record?.entries.map(\.origin) == [.drawn], "what greedy and beam said of the old picture is gone")
    #expect(model.record?.entries[0].isOutdated == false)
  }

  @Test func editsAreKeptAndMapsOfTheOldPictureAreNotShown() throws {
    let folder = try PictureFolder()
    let harness = BrowserHarness.play(folder, script: .keys(.enter, "e", "x", .enter))
    var model = harness.model
    _ = model.update(.folder(.rewritten([folder.file("apple.png")])), now: 0)
    #expect(model.record?.edits.count == 1)
    let painter = ImmediatePainter()
    let text = CanvasSnapshot.text(BrowserView(model, painter: painter).draw())
    #expect(!text.contains("even 1/64"))
    #expect(CanvasSnapshot.text(BrowserView(harness.model, painter: painter).draw()).contains("even 1/64"))
  }

  @Test func thumbnailsAreMadeAnew() throws {
    let folder = try PictureFolder()
    var model = BrowserHarness.play(folder, script: .keys("v")).model
    let before = model.pictures.thumbnails.peek(folder.file("cat.png"))
    try rewrite("cat.png", in: folder)
    reload(model.update(.folder(.rewritten([folder.file("cat.png")])), now: 0), &model)
    #expect(model.pictures.thumbnails.peek(folder.file("cat.png"))?.version != before?.version)
    #expect(model.pictures.thumbnails.peek(folder.file("cat.png"))?.grid != before?.grid)
  }

  @Test func aPhotoThatCouldNotBeReadIsReadOnceItCan() throws {
    let folder = try PictureFolder()
    try folder.write(Array("half a file".utf8), as: "apple.png")
    var model = BrowserHarness.play(folder, script: []).model
    #expect(model.photo?.status != .ok)
    try rewrite("apple.png", in: folder)
    reload(model.update(.folder(.rewritten([folder.file("apple.png")])), now: 0), &model)
    #expect(model.photo?.status == .ok)
  }

  /// With the real watch, threads and files.
  @Test func aRewrittenPhotoIsNoticed() throws {
    let folder = try PictureFolder()
    let box = BrowserProgramBox()
    let path = folder.file("apple.png")
    let screen = NullScreen(
      size: Size(columns: 80, rows: 24),
      script: [
        .wait(seconds: 20) { box.model?.pictures.previews.peek(path) != nil && box.model?.isBusy == false },
        .wait(seconds: 20) { (try? self.rewrite("apple.png", in: folder)) != nil },
        .wait(seconds: 20) { box.model?.pictures.previews.peek(path)?.width == 64 },
      ])
    let mailbox = Mailbox()
    let program = BrowserProgram(
      model: BrowserHarness.model(screen, symbols: .half), screen: screen, clock: screen.clock, mailbox: mailbox,
      effects: BackgroundEffects(service: FakeCaptionService(), mailbox: mailbox), painter: ImmediatePainter())
    box.program = program
    program.run(paths: [folder.path])
    #expect(!screen.timedOut)
    #expect(program.model.pictures.previews.peek(path)?.width == 64)
  }
}

extension Effect {
  fileprivate var job: CaptionJob? {
    if case .caption(let job) = self { return job }
    return nil
  }
}
