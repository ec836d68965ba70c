import Foundation
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
      atPath: folder.file("sub/deeper"), withIntermediateDirectories: true)
    try folder.write(PictureFolder.picture(2), as: "sub/c.png")
    try folder.write(PictureFolder.picture(3), as: "sub/deeper/d.png")
    return folder
  }

  private func listing(_ request: ListingRequest) -> Listing {
    var reader = FolderReader(request)
    reader.read(request.paths)
    return Listing(reader, for: request, isComplete: true)
  }

  @Test func foldersAreListedFirstAndEntered() throws {
    let folder = try tree()
    let top = BrowserHarness.play(folder, script: [])
    #expect(top.model.photos.map(\.name) == ["sub", "a.png", "b.png"])
    #expect(top.lines[1].hasPrefix("▸sub/"))
    #expect(top.text.contains("0/2"))
    let inside = BrowserHarness.play(folder, script: .keys(.enter))
    #expect(inside.model.photos.map(\.name) == ["deeper", "c.png"])
    #expect(inside.lines[0].contains("sub"))
  }

  @Test func leavingAFolderSelectsIt() throws {
    let folder = try tree()
    let back = BrowserHarness.play(folder, script: .keys(.enter, "G", .backspace))
    #expect(back.model.photo?.name == "sub")
    #expect(back.model.trail.isEmpty)
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
    for name in ["a.attention.png", "sub/c.attention.png"] { try folder.write(PictureFolder.picture(1), as: name) }
    #expect(BrowserHarness.play(folder, script: []).model.photos.map(\.name) == ["sub", "a.png", "b.png"])
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
        [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: folder.file(name))
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
    func list() {
      lister.ask(request)
      _ = lister.run { listings.append($0) }
    }
    list()
    var model = BrowserHarness.model(NullScreen(size: Size(columns: 80, rows: 24), script: []))
    model.listing = request
    _ = model.update(.folder(.listed(listings[0])), now: 0)
    _ = model.update(.key("j"), now: 0)
    try FileManager.default.removeItem(atPath: folder.file("b.png"))
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
      [.modificationDate: Date(timeIntervalSince1970: 5)], ofItemAtPath: folder.path)
    #expect(stamp.isOutdated)
    try FileManager.default.removeItem(atPath: folder.path)
    #expect(FolderStamp(folder.path) != stamp)
  }

  @Test func aNewWishEndsAListing() throws {
    let folder = try PictureFolder([])
    for index in 0..<600 { try folder.write([1], as: "\(index).png") }
    let request = ListingRequest(paths: [folder.path])
    var asked = 0
    var reader = FolderReader(request) { _ in
      asked += 1
      return asked < 2
    }
    reader.read(request.paths)
    #expect(reader.found.count == 512)
  }

  @Test func onlyOneListingFollowsAWish() throws {
    let folder = try PictureFolder()
    let lister = FolderLister()
    var count = 0
    lister.ask(ListingRequest(paths: [folder.path]))
    #expect(lister.run { _ in count += 1 }?.map(\.path) == [folder.path])
    #expect(lister.run { _ in count += 1 } == nil)
    #expect(count == 1)
  }
}

@Suite struct NameIndexTests {
  private let names = ["Beach 1.jpg", "dog.jpg", "beach 2.jpg", "DOG 2.jpg", "zoo.jpg"]

  @Test func namesAreFoundForwardAndBackRoundTheEnd() {
    let index = NameIndex(names)
    #expect(index.match("dog", from: 0, forward: true) == 1)
    #expect(index.match("dog", from: 2, forward: true) == 3)
    #expect(index.match("dog", from: 4, forward: true) == 1)
    #expect(index.match("DOG", from: 0, forward: false) == 3)
    #expect(index.match("beach", from: 1, forward: false) == 0)
    #expect(index.match("beach", from: -1, forward: true) == 2 || index.match("beach", from: -1, forward: true) == 0)
    #expect(index.match("zebra", from: 0, forward: true) == nil)
    #expect(NameIndex().match("a", from: 0, forward: true) == nil)
  }

  @Test func noMatchReachesOverTwoNames() {
    #expect(NameIndex(["ab", "cd"]).match("bc", from: 0, forward: true) == nil)
  }

  /// Against the plain search, from every place.
  @Test func findsWhatAPlainSearchFinds() {
    let index = NameIndex(names)
    for text in ["dog", "b", "2", "jpg", "zoo", "each", "x"] {
      for start in names.indices {
        for forward in [true, false] {
          let order = names.indices.map { (start + (forward ? $0 : -$0) + names.count) % names.count }
          let expected = order.first { names[$0].lowercased().contains(text) }
          #expect(index.match(text, from: start, forward: forward) == expected, "\(text) from \(start)")
        }
      }
    }
  }

  @Test func sortingCountsAsPeopleDo() {
    let names = ["a10", "A2", "a02", "b", "a", "a2b"]
    #expect(NameIndex(names).sorted().map { names[$0] } == ["a", "A2", "a02", "a2b", "a10", "b"])
  }
}
