import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import PhotoLibrary
@testable import Terminal

/// Captions that were found beside photos.
@Suite struct SidecarEditingTests {
  private func folder(_ text: String = "a dog\n") throws -> PictureFolder {
    let folder = try PictureFolder()
    try folder.write(Array(text.utf8), as: "apple.txt")
    return folder
  }

  private func marks(_ harness: BrowserHarness) -> String {
    String(harness.lines[1].prefix(24).suffix(4)).trimmingCharacters(in: .whitespaces)
  }

  @Test func aSidecarIsEditedWrittenAndTakenBack() throws {
    let folder = try folder()
    let edit: [NullScreen.Step] = .keys("e") + .typed(" runs") + .keys(.enter)
    let edited = BrowserHarness.play(folder, script: edit)
    #expect(edited.model.record?.text(0) == "a dog runs" && edited.service.encodes == 0)
    #expect(marks(edited) == "✎•✓", "the file is there, and says something else")
    #expect(folder.text("apple.txt") == "a dog\n")
    let written = BrowserHarness.play(folder, script: edit + .keys("w", "q"))
    #expect(folder.text("apple.txt") == "a dog runs\n" && written.model.hasQuit)
    #expect(Sidecar.read(for: folder.file("apple.png"))?.author == .human)
    try folder.write(Array("a dog\n".utf8), as: "apple.txt")
    let undone = BrowserHarness.play(folder, script: edit + .keys("w", "u"))
    #expect(folder.text("apple.txt") == "a dog\n" && undone.model.record?.text(0) == "a dog runs")
    let twice = BrowserHarness.play(folder, script: edit + .keys("w", "u", "u"))
    #expect(twice.model.record?.text(0) == "a dog" && twice.model.record?.edits == [:] && marks(twice) == "✓")
  }

  @Test func aSidecarChangedMeanwhileIsNotReplacedUnasked() throws {
    let folder = try folder()
    var model = BrowserHarness.play(folder, script: .keys("e", "x", .enter)).model
    try folder.write(Array("newer".utf8), as: "apple.txt")
    guard case .writeSidecar(let request)? = model.update(.key("w"), now: 0).first else {
      Issue.record("nothing was to be written")
      return
    }
    guard case .exists = Sidecar.write(request) else {
      Issue.record("the newer text was replaced")
      return
    }
    #expect(folder.text("apple.txt") == "newer")
  }

  @Test func linesAreOneInAnEdit() throws {
    let folder = try folder("a dog\nin the snow\n")
    let same = BrowserHarness.play(folder, script: .keys("e", .enter))
    #expect(same.model.record == nil, "nothing was changed")
    let edited = BrowserHarness.play(folder, script: .keys("e", "!", .enter))
    #expect(edited.model.record?.text(0) == "a dog in the snow!")
  }

  @Test func drawingOverAHandWrittenTextAsks() throws {
    let folder = try folder()
    BrowserHarness.play(folder, script: .keys("e") + .typed(" runs") + .keys(.enter, "w"))
    let asked = BrowserHarness.play(folder, script: .keys(.enter))
    #expect(asked.service.decodes == 0 && asked.text.contains("written by hand. Draw captions?"))
    #expect(BrowserHarness.play(folder, script: .keys(.enter, "n")).service.decodes == 0)
    let drawn = BrowserHarness.play(folder, script: .keys(.enter, "y"))
    #expect(drawn.model.record?.entries.count == 5)
    #expect(marks(drawn) == "✎✓", "the file is there still")
    let kept = BrowserHarness.play(folder, script: .keys(.enter, "p"))
    #expect(kept.model.record?.entries.map(\.origin) == [.pinned] + Array(repeating: .drawn, count: 5))
    #expect(kept.model.record?.text(0) == "a dog runs")
    #expect(folder.text("apple.txt") == "a dog runs\n")
  }

  @Test(arguments: [(20, 5), (40, 12), (80, 24), (200, 60)])
  func viewsShowWordsNoNetworkDrew(_ columns: Int, _ rows: Int) throws {
    let edit: [NullScreen.Step] = .keys("e") + .typed(" runs") + .keys(.enter)
    for keys: [NullScreen.Step] in [[], .keys("f"), .keys("l", " "), .keys("x"), .keys("L", "p")] {
      let harness = BrowserHarness.play(
        try folder(), size: Size(columns: columns, rows: rows), script: edit + keys + .keys(.control("l")))
      #expect(harness.text.contains("a dog"), "\(harness.text)")
    }
    let alone = BrowserHarness.play(
      try folder(), size: Size(columns: columns, rows: rows), script: edit + .keys("c", .control("l")))
    #expect(alone.text.contains("dog"), "a word a row: \(alone.text)")
    let compared = BrowserHarness.play(
      try folder(), size: Size(columns: columns, rows: rows), script: edit + .keys(.enter, "p", "c", "l", .tab))
    #expect(compared.model.record?.entries.count == 8)
  }
}

/// Text from the clipboard.
@Suite struct PasteTests {
  private func paste(_ text: String, after keys: [NullScreen.Step], in folder: PictureFolder) -> BrowserModel {
    var model = BrowserHarness.play(folder, script: keys).model
    let effects = model.update(.key(.paste(text)), now: 0)
    #expect(!effects.contains { if case .writeSidecar = $0 { true } else { false } })
    return model
  }

  @Test func pastedTextIsTextOfTheLine() throws {
    let folder = try PictureFolder()
    let edited = paste("a red car\nwet\troad\u{1B}[A\r\n", after: .keys(.enter, "e", .control("u")), in: folder)
    guard case .edit(let edit) = edited.prompt else {
      Issue.record("the line is no longer typed in")
      return
    }
    #expect(edit.editor.text == "a red car wet road[A ")
    #expect(paste("bri", after: .keys("/"), in: folder).photo?.name == "bridge.png")
    #expect(paste("12", after: .keys("r"), in: folder).prompt == .number(.seed, LineEditor("12")))
  }

  @Test func elsewhereItDoesNothing() throws {
    let folder = try PictureFolder()
    let outside = paste("qw\n", after: .keys(.enter), in: folder)
    #expect(!outside.hasQuit && outside.notice?.kind == .warning && outside.prompt == nil)
    let asked = paste("y", after: .keys(.enter, "e", "x", .enter, "q"), in: folder)
    #expect(!asked.hasQuit && asked.prompt != nil && asked.notice?.kind == .warning)
  }
}
