import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import PhotoLibrary
@testable import Terminal

@Suite struct BrowserModelTests {
  @Test func keysOfTheContractAreAllBound() {
    let keys: [Key] = [
      "j", "k", .down, .up, "g", "G", .pageUp, .pageDown, .enter, "h", "l", .left, .right, " ", "[", "]", "-", "+", "=",
      "s", "c", "a", "o", "O", "m", "t", "b", "/", "n", "N", "e", "w", .tab, "z", "x", "M", "u", "U", "q", .escape, "?",
      .function(1), .control("l"),
    ]
    for key in keys { #expect(Keymap.standard.action(for: key) != nil, "\(key.label)") }
  }

  @Test func noKeyIsBoundTwice() {
    let keys = Keymap.standard.bindings.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
  }

  @Test func helpTellsEveryBindingOnce() {
    let lines = HelpText.lines()
    for binding in Keymap.standard.bindings {
      if case .pick = binding.action { continue }
      let keys = binding.keys.map(\.label).joined(separator: " ")
      #expect(lines.filter { $0.keys == keys && $0.text == binding.help }.count == 1, "\(keys)")
    }
    #expect(lines.contains { $0.keys == "1 … 9" })
  }

  @Test func helpScrollsToItsEndOnSmallScreens() throws {
    let script: [NullScreen.Step] = .keys("?") + Array(repeating: .key("j"), count: 100)
    let harness = BrowserHarness.play(try PictureFolder(), size: Size(columns: 30, rows: 10), script: script)
    #expect(harness.text.contains("chance among all"))
  }

  @Test func movingStaysInTheList() throws {
    let folder = try PictureFolder()
    #expect(BrowserHarness.play(folder, script: .keys("k")).model.photos.selection == 0)
    #expect(BrowserHarness.play(folder, script: .keys("G", "j")).model.photos.selection == 2)
    #expect(BrowserHarness.play(folder, script: .keys("G", "g")).model.photos.selection == 0)
    #expect(BrowserHarness.play(folder, script: .keys(.pageDown)).model.photos.selection == 2)
  }

  @Test func searchGoesRoundAndEscapeComesBack() throws {
    let folder = try PictureFolder(["a1.png", "b1.png", "a2.png", "c.png"])
    let found = BrowserHarness.play(folder, script: .keys("/") + .typed("A") + .keys(.enter, "n"))
    #expect(found.model.photo?.name == "a2.png")
    let round = BrowserHarness.play(folder, script: .keys("/") + .typed("a") + .keys(.enter, "n", "n"))
    #expect(round.model.photo?.name == "a1.png")
    let back = BrowserHarness.play(folder, script: .keys("j", "/") + .typed("c") + .keys(.escape))
    #expect(back.model.photo?.name == "a2.png")
    let none = BrowserHarness.play(folder, script: .keys("/") + .typed("zebra") + .keys(.enter))
    #expect(none.text.contains("no match for 'zebra'"))
  }

  @Test func searchLooksIntoCaptions() throws {
    let folder = try PictureFolder()
    let harness = BrowserHarness.play(folder, script: .keys("j", .enter))
    let word = try #require(harness.model.record?.caption?.words.last?.word)
    let found = BrowserHarness.play(
      folder, script: .keys("j", .enter, "k", "/") + .typed(word.uppercased()) + .keys(.enter))
    #expect(found.model.photos.selection == 1)
  }

  @Test func qLeavesFromAnywhereButHelp() throws {
    let folder = try PictureFolder()
    for keys: [NullScreen.Step] in [[], .keys(.enter, "c"), .keys(.enter, "z"), .keys("v"), .keys(.enter, "f", .tab)] {
      #expect(BrowserHarness.play(folder, script: keys + .keys("q")).model.hasQuit)
    }
    #expect(BrowserHarness.play(folder, script: .keys("?", "q")).model.hasQuit == false)
    #expect(BrowserHarness.play(folder, script: .keys(.enter, "e", .control("c"))).model.hasQuit)
  }

  @Test func escapeStepsBackAndNeverLeaves() throws {
    let folder = try PictureFolder()
    let opened: [NullScreen.Step] = .keys("/") + .typed("a") + .keys(.enter, .enter, "p", "f", "z", .tab)
    func views(_ escapes: Int) -> BrowserModel {
      BrowserHarness.play(folder, script: opened + Array(repeating: .key(.escape), count: escapes)).model
    }
    #expect(views(0).views.isZoomed && views(0).views.pane == .captions)
    #expect(!views(1).views.isZoomed && views(1).views.pane == .captions)
    #expect(views(2).views.pane == .photos && views(2).views.isFilmstrip)
    #expect(!views(3).views.isFilmstrip && views(3).search == .settled("a"))
    #expect(views(4).search == .none && views(4).record?.current.origin == .pinned)
    #expect(views(5).record?.current.origin == .drawn)
    #expect(views(9).notice?.text == "q leaves" && !views(9).hasQuit)
    let compared = BrowserHarness.play(folder, script: .keys(.enter, "c", .escape, .escape)).model
    #expect(!compared.views.isComparing && !compared.hasQuit)
  }

  @Test func theMouseSelectsAndCanBeTurnedOff() throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), script: [.key(.press(row: 3, column: 4)), .key("M")])
    #expect(harness.model.photos.selection == 2)
    #expect(!harness.screen.isMouseOn)
  }

  @Test func aFolderThatIsGoneIsOneClearErrorInThePaneAndBelow() throws {
    let harness = BrowserHarness.play(try PictureFolder(), paths: ["/no/such/folder"], script: [])
    #expect(harness.lines.filter { $0.contains("/no/such/folder: no such file or folder") }.count == 2)
    #expect(harness.text.contains("0/0"))
  }

  @Test func controlBytesNeverReachTheScreen() throws {
    let folder = try PictureFolder(["a\u{1B}[31mb\u{07}.png", "c\u{202E}gnp.png"])
    let harness = BrowserHarness.play(folder, script: .keys("j"))
    for frame in harness.screen.frames {
      for cell in frame.cells {
        #expect(cell.character?.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E } != true)
      }
    }
    #expect(harness.text.contains("a�[31mb�.png"))
  }

  @Test func onlyPicturesOfTheTreeAreListed() throws {
    let folder = try PictureFolder(["x.png"])
    try FileManager.default.createDirectory(atPath: folder.file("sub").string, withIntermediateDirectories: true)
    try folder.write(PictureFolder.picture(1), as: "sub/y.png")
    try folder.write([1], as: "notes.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("sub/loop").string, withDestinationPath: folder.path.string)
    #expect(PhotoScanner.scan([folder.path]).photos.map(\.name) == ["sub/y.png", "x.png"])
  }

  @Test func resizingDrawsAtTheNewSize() throws {
    let size = Size(columns: 40, rows: 12)
    let harness = BrowserHarness.play(try PictureFolder(), script: [.resize(size)])
    #expect(harness.screen.frames.last?.size == size)
  }

  @Test func theSameScreenIsNotPaintedTwice() throws {
    let image = PictureFolder.picture(0)
    func request(_ path: FilePath) -> PreviewRequest {
      PreviewRequest(
        path: path, image: image, columns: 10, rows: 5, symbols: .half, depth: .truecolor, map: nil,
        look: AttentionLook(opacity: 0.5, smooth: true, colormap: "inferno"))
    }
    #expect(request("a").key == request("a").key)
    #expect(request("b").key != request("a").key)
    let other = PreviewRequest(
      path: "a", image: image, columns: 10, rows: 5, symbols: .half, depth: .truecolor, map: nil,
      look: AttentionLook(opacity: 0.9, smooth: true, colormap: "inferno"))
    #expect(request("a").key == other.key, "without a map the look does not matter")
  }
}

@Suite struct LineEditorTests {
  @Test func editsAtTheCursor() {
    var editor = LineEditor("a cat")
    for key: Key in [.home, .right, .character("b"), .end, .backspace, .left, .delete, .character("é")] {
      let isTaken = editor.handle(key)
      #expect(isTaken)
    }
    #expect(editor.text == "ab cé")
    _ = editor.handle(.end)
    _ = editor.handle(.control("w"))
    #expect(editor.text == "ab ")
    let isTaken = editor.handle(.enter)
    #expect(!isTaken)
  }

  @Test func aMarkJoinsItsLetter() {
    var editor = LineEditor("e")
    _ = editor.handle(.character("\u{301}"))
    #expect(editor.characters == ["é"])
    #expect(editor.cursor == 1)
    _ = editor.handle(.backspace)
    #expect(editor.text.isEmpty)
  }
}
