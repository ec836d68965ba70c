import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import PhotoLibrary
@testable import Terminal

/// A batch tonight, ten captions put right tomorrow, and what is there when one comes back.
@Suite struct CuratorsDayTests {
  private static let names = (10..<30).map { "p\($0).png" }

  /// What `gaze caption --sidecar skip` leaves.
  private func batch() throws -> PictureFolder {
    let folder = try PictureFolder(Self.names)
    let weights = try FakeCaptionService().prepare()
    for (index, name) in Self.names.enumerated() {
      let caption = FakeCaptionService.caption(seed: UInt64(index), settings: DecodingSettings())
      try SidecarPolicy.skip.write(caption, by: weights, for: folder.file(name))
    }
    return folder
  }

  private func marks(_ harness: BrowserHarness) -> [String] {
    // The last key's frame is not drawn where that key leaves.
    let lines = BrowserHarness.lines(BrowserView(harness.model, painter: ImmediatePainter()).draw())
    return lines[1...20].map { String($0.prefix(24).suffix(4)).trimmingCharacters(in: .whitespaces) }
  }

  private func text(_ folder: PictureFolder, _ index: Int) -> String? {
    folder.text(Self.names[index].replacing(".png", with: ".txt"))
  }

  @Test func tenOfTwentyArePutRightAndAreThereTheDayAfter() throws {
    let folder = try batch()
    let before = Self.names.indices.map { text(folder, $0) }
    let size = Size(columns: 80, rows: 44)
    let morning = BrowserHarness.play(folder, size: size, script: .keys("G"))
    #expect(marks(morning) == Array(repeating: "✓", count: 20))
    #expect(morning.service.encodes == 0, "nothing is drawn again")
    // Every other one: its attention is looked at, then it is written anew.
    let fixes = (0..<10).map { (index: Int) -> [NullScreen.Step] in
      let look: [NullScreen.Step] = index % 3 == 0 ? .keys("l", "l") : []
      return look + .keys("e", .control("u")) + .typed("fixed \(index)") + .keys(.enter, "w", "j", "j")
    }
    let day = BrowserHarness.play(folder, size: size, script: fixes.flatMap { $0 } + .keys("q"))
    let hasQuit = day.model.hasQuit
    #expect(hasQuit, "nothing is left to be asked about")
    let mixed = Self.names.indices.map { $0 % 2 == 0 ? "✎✓" : "✓" }
    #expect(marks(day) == mixed)
    for index in Self.names.indices {
      #expect(text(folder, index) == (index % 2 == 0 ? "fixed \(index / 2)\n" : before[index]))
      let author = Sidecar.read(for: folder.file(Self.names[index]))?.author
      #expect(author == (index % 2 == 0 ? .human : .machine))
    }
    let back = BrowserHarness.play(folder, size: size, script: .keys("G", "g"))
    #expect(marks(back) == mixed && back.text.contains("fixed 0") && back.text.contains("written by hand"))
    // The batch run again leaves all of it.
    for (index, name) in Self.names.enumerated() {
      #expect(SidecarPolicy.skip.isDone(folder.file(name)))
      #expect(SidecarPolicy.overwrite.wouldReplaceEdit(of: folder.file(name)) == (index % 2 == 0))
    }
  }

  @Test func leavingInTheMiddleOffersToWriteTheRest() throws {
    let folder = try batch()
    let fixes = (0..<10).flatMap { index -> [NullScreen.Step] in
      .keys("e", .control("u")) + .typed("fixed \(index)") + .keys(.enter, "j")
    }
    let asked = BrowserHarness.play(folder, script: fixes + .keys("q"))
    let question = asked.lines.last ?? ""
    #expect(question.contains("10 edits are not written"))
    let left = BrowserHarness.play(folder, script: fixes + .keys("q", "w"))
    let hasQuit = left.model.hasQuit
    #expect(hasQuit && (0..<10).allSatisfy { text(folder, $0) == "fixed \($0)\n" })
  }
}

/// ✓ says that the file is there.
@Suite struct CheckMarkTests {
  private let edit: [NullScreen.Step] = .keys(.enter, "e", .control("u")) + .typed("a red house") + .keys(.enter, "w")

  private func marks(_ model: BrowserModel) -> String {
    let lines = BrowserHarness.lines(BrowserView(model, painter: ImmediatePainter()).draw())
    return String(lines[1].prefix(24).suffix(4)).trimmingCharacters(in: .whitespaces)
  }

  private func stamp(_ effects: [Effect]) -> SidecarStamp? {
    effects.lazy.compactMap { effect -> SidecarStamp? in
      if case .watchSidecars(let stamps) = effect { stamps.first } else { nil }
    }.last
  }

  @Test func aFileThatIsDeletedIsNoLongerMarkedAndItsEditIsToBeWritten() throws {
    let folder = try PictureFolder()
    let lister = FolderLister()
    var model = BrowserHarness.play(folder, script: edit).model
    #expect(marks(model) == "✎✓")
    let request = model.folders.request
    _ = lister.list(request) { _ = model.update(.folder(.listed($0)), now: 0) }
    try FileManager.default.removeItem(atPath: folder.file("apple.txt").string)
    _ = lister.list(request) { _ = model.update(.folder(.listed($0)), now: 0) }
    #expect(marks(model) == "✎•" && model.photo?.sidecar == nil)
    _ = model.update(.key("q"), now: 0)
    #expect(!model.hasQuit, "it is asked about")
  }

  /// While another photo comes.
  @Test func itIsNoticedWhateverElseHappens() throws {
    let folder = try PictureFolder()
    let lister = FolderLister()
    var model = BrowserHarness.play(folder, script: edit).model
    let request = model.folders.request
    _ = lister.list(request) { _ = model.update(.folder(.listed($0)), now: 0) }
    try FileManager.default.removeItem(atPath: folder.file("apple.txt").string)
    try folder.write(PictureFolder.picture(3), as: "zoo.png")
    _ = lister.list(request) { _ = model.update(.folder(.listed($0)), now: 0) }
    #expect(model.photos.count == 4 && marks(model) == "✎•")
  }

  @Test func aFileThatAnotherProgramChangedIsNotWhatWasWritten() throws {
    let folder = try PictureFolder()
    let harness = BrowserHarness.play(folder, script: edit)
    var model = harness.model
    let watched = try #require(stamp(harness.effects.performed))
    #expect(watched.photo == folder.file("apple.png") && !watched.isOutdated)
    try folder.write(Array("somebody else's\n".utf8), as: "apple.txt")
    #expect(watched.isOutdated)
    let now = Sidecar.read(for: watched.photo)
    let effects = model.update(.file(.sidecarChanged(photo: watched.photo, now)), now: 0)
    #expect(stamp(effects)?.isOutdated == false, "it is looked at again from here")
    #expect(marks(model) == "✎•✓" && model.photo?.sidecar?.text == "somebody else's")
    // Written back, it is.
    try folder.write(Array("a red house\n".utf8), as: "apple.txt")
    _ = model.update(.file(.sidecarChanged(photo: watched.photo, Sidecar.read(for: watched.photo))), now: 0)
    #expect(marks(model) == "✎✓")
  }

  @Test func aFileThatAppearsIsMarked() throws {
    let folder = try PictureFolder()
    let harness = BrowserHarness.play(folder, script: [])
    var model = harness.model
    let watched = try #require(stamp(harness.effects.performed))
    #expect(marks(model) == "")
    try folder.write(Array("new\n".utf8), as: "apple.txt")
    #expect(watched.isOutdated)
    _ = model.update(.file(.sidecarChanged(photo: watched.photo, Sidecar.read(for: watched.photo))), now: 0)
    #expect(marks(model) == "✓")
  }
}
