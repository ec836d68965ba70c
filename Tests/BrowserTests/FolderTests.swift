import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import PhotoLibrary
@testable import Terminal

/// Folders: what is listed, in which order, and what becomes of it.
@Suite struct FolderTests {
  /// `a.png`, `b.png` and `sub` with `c.png` and `deeper/d.png`.
  private func tree() throws -> PictureFolder {
    let folder = try PictureFolder(["a.png", "b.png"])
    try FileManager.default.createDirectory(
      atPath: folder.file("sub/deeper").string, withIntermediateDirectories: true)
    try folder.write(PictureFolder.picture(2), as: "sub/c.png")
    try folder.write(PictureFolder.picture(3), as: "sub/deeper/d.png")
    return folder
  }

  private func listing(_ request: ListingRequest) -> Listing {
    var reader = FolderReader(request)
    reader.read()
    return Listing(reader, for: request, isComplete: true)
  }

  @Test func foldersAreListedFirstAndEntered() throws {
    let folder = try tree()
    let top = BrowserHarness.play(folder, script: [])
    #expect(top.model.photos.map(\.name) == ["sub", "a.png", "b.png"])
    #expect(top.lines[1].hasPrefix("▸sub/"))
    #expect(top.text.contains("0/2"))
    // Wide enough for the path of a temporary folder.
    let inside = BrowserHarness.play(folder, size: Size(columns: 300, rows: 24), script: .keys(.enter))
    #expect(inside.model.photos.map(\.name) == ["deeper", "c.png"])
    #expect(inside.lines[0].contains("sub"))
  }

  @Test func leavingAFolderSelectsIt() throws {
    let folder = try tree()
    let back = BrowserHarness.play(folder, script: .keys(.enter, "G", .backspace))
    #expect(back.model.photo?.name == "sub")
    #expect(back.model.folders.parents.isEmpty)
    let above = BrowserHarness.play(folder, paths: [folder.file("sub")], script: .keys(.backspace))
    #expect(above.model.photo?.name == "sub")
    #expect(above.model.photos.count == 3)
  }

  @Test func theFolderOfASinglePhotoIsAboveIt() throws {
    let folder = try tree()
    let harness = BrowserHarness.play(folder, paths: [folder.file("b.png")], script: .keys(.backspace))
    #expect(harness.model.photo?.name == "b.png")
    #expect(harness.model.photos.count == 3)
  }

  @Test func allFoldersBelowCanBeListedAtOnce() throws {
    let harness = BrowserHarness.play(try tree(), script: .keys("G", "R"))
    #expect(harness.model.photos.map(\.name) == ["a.png", "b.png", "sub/c.png", "sub/deeper/d.png"])
    #expect(harness.model.photo?.name == "b.png", "the selected photo stays selected")
  }

  @Test func sheetsOfAttentionBesidePhotosAreNoPhotos() throws {
    let folder = try tree()
    let sheets = ["a.attention.png", "a.attention.seed-7.png", "b.attention.beam-3.png", "a.attention.recited.png"]
    for name in sheets + ["a.attention.greedy.png", "sub/c.attention.png"] {
      try folder.write(PictureFolder.picture(1), as: name)
    }
    #expect(BrowserHarness.play(folder, script: []).model.photos.map(\.name) == ["sub", "a.png", "b.png"])
    // Others have names that only begin so.
    for name in ["a.attention.seeds.png", "a.attention.seed-x.png"] {
      try folder.write(PictureFolder.picture(1), as: name)
    }
    #expect(
      BrowserHarness.play(folder, script: []).model.photos.map(\.name)
        == ["sub", "a.attention.seed-x.png", "a.attention.seeds.png", "a.png", "b.png"])
    for name in ["a.attention.seeds.png", "a.attention.seed-x.png"] {
      try FileManager.default.removeItem(atPath: folder.file(name).string)
    }
    let below = listing(ListingRequest(paths: [folder.path], isDeep: true))
    #expect(below.photos.map(\.name) == ["a.png", "b.png", "sub/c.png", "sub/deeper/d.png"])
    // Asked for by name, it is shown.
    let own = BrowserHarness.play(folder, paths: [folder.file("a.attention.png")], script: [])
    #expect(own.model.photo?.path == folder.file("a.attention.png"))
  }

  @Test func photosAreSortedByDateAndSize() throws {
    let folder = try PictureFolder(["a.png", "b.png", "c.png"])
    try folder.write(.init(width: 64, height: 64, pixels: (0..<12288).map { UInt8($0 * 7 % 251) }), as: "b.png")
    for (name, seconds) in [("a.png", 20.0), ("b.png", 10), ("c.png", 30)] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: folder.file(name).string)
    }
    let newest = BrowserHarness.play(folder, script: .keys("j", "S"))
    #expect(newest.model.photos.map(\.name) == ["c.png", "a.png", "b.png"])
    #expect(newest.model.photo?.name == "b.png")
    #expect(newest.text.contains("newest first"))
    #expect(BrowserHarness.play(folder, script: .keys("S", "S")).model.photos.first?.name == "b.png")
    #expect(BrowserHarness.play(folder, script: .keys("S", "S", "S")).model.photos.first?.name == "a.png")
  }

  @Test func severalFoldersKeepTheirOrder() throws {
    let (one, two) = (try PictureFolder(["z.png"]), try PictureFolder(["a.png"]))
    let names = listing(ListingRequest(paths: [one.path, two.path])).photos.map(\.path)
    #expect(names == [one.file("z.png"), two.file("a.png")])
  }

  @Test func whatAppearsAndVanishesIsTold() throws {
    let folder = try PictureFolder(["a.png", "b.png", "c.png"])
    let (lister, request) = (FolderLister(), ListingRequest(paths: [folder.path]))
    var listings: [Listing] = []
    func list() { _ = lister.list(request) { listings.append($0) } }
    list()
    var model = BrowserHarness.model(NullScreen(size: Size(columns: 80, rows: 24), script: []))
    _ = model.update(.action(.open(request)), now: 0)
    _ = model.update(.folder(.listed(listings[0])), now: 0)
    _ = model.update(.key("j"), now: 0)
    try FileManager.default.removeItem(atPath: folder.file("b.png").string)
    try folder.write(PictureFolder.picture(0), as: "d.png")
    try folder.write(PictureFolder.picture(0), as: "e.png")
    #expect(model.update(.folder(.changed), now: 0) == [.list(request)])
    list()
    _ = model.update(.folder(.listed(listings[1])), now: 0)
    #expect(model.photos.map(\.name) == ["a.png", "c.png", "d.png", "e.png"])
    #expect(model.photo?.name == "c.png", "next to the one that vanished")
    #expect(model.notice?.text == "2 appeared, 1 vanished")
  }

  @Test func whatIsKnownOfPhotosOutlivesANewListing() throws {
    let folder = try PictureFolder(["a.png", "b.png"])
    try folder.write(Array("a dog".utf8), as: "b.txt")
    try folder.write(Array("no picture".utf8), as: "a.png")
    let harness = BrowserHarness.play(folder, script: .keys("j", "S"))
    let known = Dictionary(uniqueKeysWithValues: harness.model.photos.map { ($0.name, $0) })
    #expect(known["b.png"]?.sidecar?.text == "a dog")
    #expect(known["a.png"]?.status != .unread)
  }

  @Test func aFolderThatChangesIsOutdated() throws {
    let folder = try PictureFolder(["a.png"])
    let stamp = FolderStamp(folder.path)
    #expect(!stamp.isOutdated)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 5)], ofItemAtPath: folder.path.string)
    #expect(stamp.isOutdated)
    try FileManager.default.removeItem(atPath: folder.path.string)
    #expect(FolderStamp(folder.path) != stamp)
  }

  /// With the real watch, threads and files: what a script does that exports a folder anew.
  @Test func aFolderRemovedAndMadeAnewIsListedAgain() throws {
    let parent = try PictureFolder([])
    let (path, box) = (parent.file("out"), BrowserProgramBox())
    func make(_ name: String) throws {
      try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
      try parent.write(PictureFolder.picture(0), as: "out/\(name)")
    }
    try make("one.png")
    let screen = NullScreen(
      size: Size(columns: 80, rows: 24),
      script: [
        .wait(seconds: 20) { box.model?.photos.count == 1 && box.model?.isBusy == false },
        .wait(seconds: 20) { (try? FileManager.default.removeItem(atPath: path.string)) != nil },
        .wait(seconds: 20) { box.model?.photos.isEmpty == true },
        .wait(seconds: 20) { (try? make("new.png")) != nil },
        .wait(seconds: 20) { box.model?.photos.first?.name == "new.png" },
      ])
    let mailbox = Mailbox()
    let program = BrowserProgram(
      model: BrowserHarness.model(screen, symbols: .half), screen: screen, clock: screen.clock, mailbox: mailbox,
      effects: BackgroundEffects(service: FakeCaptionService(), mailbox: mailbox), painter: ImmediatePainter())
    box.program = program
    program.run(paths: [path])
    #expect(!screen.timedOut)
    #expect(program.model.photos.map(\.name) == ["new.png"])
  }

  @Test func aListingThatIsSupersededEnds() throws {
    let folder = try PictureFolder([])
    for index in 0..<600 { try folder.write([1], as: "\(index).png") }
    let request = ListingRequest(paths: [folder.path])
    var asked = 0
    var reader = FolderReader(request) { _ in
      asked += 1
      return asked < 2
    }
    reader.read()
    #expect(reader.found.count == 512)
  }

  @Test func aSupersededListingIsNotSent() throws {
    let folder = try PictureFolder()
    let (lister, request) = (FolderLister(), ListingRequest(paths: [folder.path]))
    var count = 0
    #expect(lister.list(request, isSuperseded: { true }) { _ in count += 1 } == nil && count == 0)
    #expect(lister.list(request) { _ in count += 1 }?.map(\.path) == [folder.path] && count == 1)
  }
}
