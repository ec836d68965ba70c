import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import PhotoLibrary
@testable import Terminal

/// Sidecars of photos that nobody has selected yet: their marks, and searching what they say.
@Suite struct SidecarTests {
  /// `a.png` … `f.png`: b has a person's caption, c a network's, d another program's.
  private func folder() throws -> PictureFolder {
    let folder = try PictureFolder(["a.png", "b.png", "c.png", "d.png", "e.png", "f.png"])
    let weights = WeightsIdentity(name: "tiny", sha256: "")
    let drawn = FakeCaptionService.caption(seed: 1, settings: .init())
    for (name, text, author) in [("b", "a red house", SidecarText.Author.human), ("c", "a blue boat", .machine)] {
      let photo = folder.file("\(name).png")
      try SidecarFiles(
        CaptionOrigin(text: text, author: author, drawn: drawn, weights: weights), for: photo
      ).write(for: photo)
    }
    try folder.write(Array("TWO BOATS\nat sea".utf8), as: "d.txt")
    return folder
  }

  @Test(arguments: [true, false]) func marksTellWhoWrote(_ unicode: Bool) throws {
    let glyphs = GlyphSupport(unicode: unicode, sextants: false, reason: "scripted")
    let harness = BrowserHarness.play(try folder(), depth: .mono, glyphs: glyphs, script: .keys("G", .enter))
    let marks = harness.lines[1...6].map { String($0.prefix(24).suffix(3)).trimmingCharacters(in: .whitespaces) }
    #expect(marks == (unicode ? ["", "✎✓", "✓", "✓", "", "•"] : ["", "#+", "+", "+", "", "*"]))
  }

  @Test func aCaptionIsMarkedWrittenOnceItIs() throws {
    let folder = try PictureFolder()
    func mark(_ keys: NullScreen.Step...) -> String {
      let line = BrowserHarness.play(folder, script: keys).lines[1]
      return String(line.prefix(24).suffix(3)).trimmingCharacters(in: .whitespaces)
    }
    #expect(mark(.key(.enter)) == "•")
    #expect(mark(.key(.enter), .key("e"), .key("x"), .key(.enter)) == "✎•")
    #expect(mark(.key(.enter), .key("e"), .key("x"), .key(.enter), .key("w")) == "✎✓")
  }

  @Test func whatSidecarsSayIsFoundBeforeTheyAreSeen() throws {
    let folder = try folder()
    let first = BrowserHarness.play(folder, script: .keys("G", "/") + .typed("boat") + .keys(.enter))
    #expect(first.model.photo?.name == "c.png")
    let next = BrowserHarness.play(folder, script: .keys("G", "/") + .typed("boat") + .keys(.enter, "n"))
    #expect(next.model.photo?.name == "d.png")
    let back = BrowserHarness.play(folder, script: .keys("G", "/") + .typed("boat") + .keys(.enter, "N"))
    #expect(back.model.photo?.name == "d.png")
    let lines = BrowserHarness.play(folder, script: .keys("/") + .typed("boats at") + .keys(.enter))
    #expect(lines.model.photo?.name == "d.png")
  }

  @Test func aTextThatWasReplacedIsNotFoundAnyMore() throws {
    let folder = try folder()
    let keys: [NullScreen.Step] = .keys("j", "j", .enter, "w", "y", "G", "/") + .typed("blue boat")
    let harness = BrowserHarness.play(folder, script: keys + .keys(.enter))
    #expect(harness.text.contains("no match for 'blue boat'"))
  }

  @Test func sidecarsThatComeAndGoAreNoticed() throws {
    let folder = try folder()
    let request = ListingRequest(paths: [folder.path])
    let lister = FolderLister()
    var model = BrowserHarness.model(NullScreen(size: Size(columns: 80, rows: 24), script: []))
    _ = model.update(.action(.open(request)), now: 0)
    func list() {
      var effects: [Effect] = []
      _ = lister.list(request) { effects += model.update(.folder(.listed($0)), now: 0) }
      for case .readSidecars(let request) in effects {
        SidecarReader.read(request) { _ = model.update(.file(.sidecarsRead($0)), now: 0) }
      }
    }
    list()
    #expect(model.photos.map { $0.sidecar != nil } == [false, true, true, true, false, false])
    try FileManager.default.removeItem(atPath: folder.file("c.txt").string)
    try folder.write(Array("new".utf8), as: "e.txt")
    list()
    #expect(model.photos.map { $0.sidecar != nil } == [false, true, false, true, true, false])
    #expect(model.matches(of: "new") == [4])
    #expect(!model.sidecars.isReading)
  }

  /// A search typed before the sidecars have been read; a key in between ends it.
  @Test(arguments: ["boat", "zebra"], [false, true])
  func aSearchGoesOnWhileSidecarsAreRead(text: String, isEnded: Bool) throws {
    let folder = try folder()
    let request = ListingRequest(paths: [folder.path])
    let lister = FolderLister()
    var model = BrowserHarness.model(NullScreen(size: Size(columns: 80, rows: 24), script: []))
    _ = model.update(.action(.open(request)), now: 0)
    var effects: [Effect] = []
    _ = lister.list(request) { effects += model.update(.folder(.listed($0)), now: 0) }
    for key in "/\(text)" { _ = model.update(.key(.character(key)), now: 0) }
    _ = model.update(.key(.enter), now: 0)
    #expect(model.photo?.name == "a.png")
    #expect(model.notice?.text.contains("no match for '\(text)' yet") == true)
    if isEnded { _ = model.update(.key(.character("j")), now: 0) }
    for case .readSidecars(let request) in effects {
      SidecarReader.read(request) { _ = model.update(.file(.sidecarsRead($0)), now: 0) }
    }
    #expect(!model.sidecars.isReading && model.search == .settled(text))
    #expect(model.photo?.name == (isEnded ? "b.png" : (text == "boat" ? "c.png" : "a.png")))
    #expect(model.notice?.text == (isEnded ? nil : text == "boat" ? "1 of 2 with 'boat'" : "no match for 'zebra'"))
  }

  @Test func partsOfAListingThatIsNoLongerShownAreLeft() throws {
    let folder = try folder()
    var model = BrowserHarness.play(folder, script: []).model
    var part = SidecarPart(listing: model.sidecars.listing - 1)
    part.entries = [(99, SidecarText(text: "x", author: .unknown))]
    _ = model.update(.file(.sidecarsRead(part)), now: 0)
    #expect(model.photos.count == 6)
  }

  @Test func manySidecarsComeInParts() throws {
    let folder = try PictureFolder([])
    let places = try (0..<300).map { number in
      try folder.write(Array("text \(number)".utf8), as: "\(number).txt")
      return SidecarPlace(place: number, photo: folder.file("\(number).png"))
    }
    let request = SidecarReadRequest(listing: 1, sidecars: places)
    var parts: [SidecarPart] = []
    SidecarReader.read(request) { parts.append($0) }
    #expect(parts.map(\.entries.count) == [128, 172] && parts.map(\.isLast) == [false, true])
    #expect(parts[1].index.matches("text 299") == [299])
    // A newer request ends the reading of the one before.
    var count = 0
    SidecarReader.read(request, isSuperseded: { count == 1 }) { _ in count += 1 }
    #expect(count == 1)
  }
}
