import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Files
@testable import PhotoLibrary
@testable import Raster
@testable import Terminal

/// Folders as they are found in the world.
@Suite struct OddFolderTests {
  private static let truncated =
    "broken.safetensors: tensor \"encoder/stem/beta\": expected data_offsets within 62144 bytes, found 62028..<62156"

  @Test func namesThatAreNotUTF8AreShownCaptionedAndWritten() throws {
    let folder = try PictureFolder([])
    let names = [[0x63, 0xE8], [0x63, 0xE9]].map { FileName.text($0 as [UInt8]) }
    for (index, name) in names.enumerated() {
      try OutputFile.write(PNGEncoder.encode(PictureFolder.picture(index)), toFile: folder.file(name + ".png"))
    }
    let harness = BrowserHarness.play(folder, script: .keys("j", .enter, "w", "x"))
    #expect(harness.model.photos.count == 2)
    #expect(harness.lines[2].hasPrefix("▸c�.png"))
    #expect(harness.model.record != nil)
    #expect(Sidecar.read(for: folder.file(names[1] + ".png"))?.text == harness.model.record?.caption?.text)
    #expect(Sidecar.read(for: folder.file(names[0] + ".png")) == nil)
    for end in [".png", ".txt", ".attention.seed-1.json", ".attention.seed-1.png", ".attention.seed-1.html"] {
      #expect(folder.file(names[1] + end).exists, "\(end)")
    }
  }

  @Test func anEmptyFolderOffersNothingToDoWithPhotos() throws {
    let harness = BrowserHarness.play(try PictureFolder([]), script: [])
    #expect(harness.lines.last?.contains("quit") == true)
    #expect(harness.lines.last?.contains("caption") == false)
  }

  @Test func whatIsWrongWithTheWeightsIsToldInFull() throws {
    let service = FakeCaptionService(failure: Self.truncated)
    let harness = BrowserHarness.play(try PictureFolder(), service: service, script: .keys(.enter))
    let pane = harness.lines.map { $0.split(separator: "│", omittingEmptySubsequences: false).last ?? "" }
    let text = pane.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(text.contains(Self.truncated))
  }

  @Test func onASmallScreenNoticesTakeTheLinesTheyNeed() throws {
    let service = FakeCaptionService(failure: Self.truncated)
    let harness = BrowserHarness.play(
      try PictureFolder(), size: Size(columns: 20, rows: 5), service: service, script: .keys(.enter))
    let notice = harness.lines[1...2].joined()
    #expect(notice.hasPrefix("broken.safe") && notice.contains("…"), "\(harness.text)")
    #expect(notice.trimmingCharacters(in: .whitespaces).hasSuffix("62028..<62156"), "\(harness.text)")
  }

  @Test(arguments: [Size(columns: 80, rows: 24), Size(columns: 40, rows: 12), Size(columns: 20, rows: 5)])
  func longNamesNeverHideTheReasonOfAnError(size: Size) throws {
    let name = "/" + String(repeating: "a very long folder/", count: 20) + "w.safetensors"
    let service = FakeCaptionService(failure: name + ": no gaze file")
    let folder = try PictureFolder()
    for script in [[], .keys(.enter), .keys("v", .enter), .keys("z", .enter)] as [[NullScreen.Step]] {
      let harness = BrowserHarness.play(folder, size: size, service: service, script: script)
      if script.isEmpty, size.columns < 64 { continue }
      #expect(harness.text.contains("gaze file"), "\(harness.text)")
      #expect(harness.lines.last?.isEmpty == false)
    }
  }

  @Test func aFolderThatCannotBeReadSaysSoInThePane() throws {
    let folder = try PictureFolder([])
    let gone = folder.file(String(repeating: "gone", count: 30))
    let harness = BrowserHarness.play(folder, paths: [gone], script: .keys("j"))
    let words = harness.text.split { $0.isWhitespace || $0 == "│" }.joined(separator: " ")
    #expect(words.contains("gone: no such file or folder"), "\(harness.text)")
    #expect(!harness.text.contains("no photos here"))
    // A key takes the notice away, and what the pane says stays until the folder is read anew.
    let lister = FolderLister()
    var model = harness.model
    try FileManager.default.createDirectory(atPath: gone.string, withIntermediateDirectories: true)
    _ = lister.list(ListingRequest(typed: [gone])) { _ = model.update(.folder(.listed($0)), now: 0) }
    #expect(model.photos.problems.isEmpty)
  }

  @Test func aFolderDeletedWhileOpenLeavesTheBrowserOpen() throws {
    let folder = try PictureFolder(["a.png", "b.png", "c.png", "d.png", "e.png"])
    let request = ListingRequest(paths: [folder.path])
    var reader = FolderReader(request)
    reader.read()
    let listing = Listing(reader, for: request, isComplete: true)
    try FileManager.default.removeItem(atPath: folder.path.string)
    let screen = NullScreen(size: Size(columns: 80, rows: 24), depth: .truecolor, glyphs: nil, script: [])
    var model = BrowserHarness.model(screen)
    _ = model.update(.action(.open(request)), now: 0)
    _ = model.update(.folder(.listed(listing)), now: 0)
    for photo in listing.photos {
      let preview = PreviewLoader.load(photo.path, pixels: Size(columns: 80, rows: 48))
      _ = model.update(.preview(preview), now: 0)
    }
    #expect(model.photo?.status == .unreadable("cannot be read: No such file or directory"))
    #expect(model.update(.key(.enter), now: 0).isEmpty)
    #expect(model.notice?.text == "cannot be captioned: cannot be read: No such file or directory")
  }
}
