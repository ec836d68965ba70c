import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Files
@testable import PhotoLibrary
@testable import Terminal

/// Nothing the user wrote is lost on the way out.
@Suite struct LeavingTests {
  private let edit: [NullScreen.Step] = .keys(.enter, "e", .control("u")) + .typed("a red house") + .keys(.enter)

  @Test(arguments: ["q", .control("c")] as [Key]) func leavingWithAnEditAsks(_ key: Key) throws {
    let folder = try PictureFolder()
    let asked = BrowserHarness.play(folder, script: edit + [.key(key)])
    #expect(!asked.model.hasQuit && asked.text.contains("An edit is not written."))
    for stays: Key in ["n", .escape, "x"] {
      let stayed = BrowserHarness.play(folder, script: edit + [.key(key), .key(stays)])
      #expect(!stayed.model.hasQuit && stayed.model.record?.text(0) == "a red house")
    }
    #expect(folder.text("apple.txt") == nil)
    let left = BrowserHarness.play(folder, script: edit + [.key(key), .key("l")])
    #expect(left.model.hasQuit && folder.text("apple.txt") == nil)
    let written = BrowserHarness.play(folder, script: edit + [.key(key), .key("w")])
    #expect(written.model.hasQuit && folder.text("apple.txt") == "a red house\n")
  }

  /// Wherever one is, and however small the screen.
  @Test(arguments: [(20, 5), (40, 12), (80, 24), (200, 60)]) func theQuestionIsSeen(_ columns: Int, _ rows: Int) throws
  {
    for keys: [NullScreen.Step] in [[], .keys("z"), .keys("c"), .keys("f"), .keys("v"), .keys("t", .tab)] {
      let harness = BrowserHarness.play(
        try PictureFolder(), size: Size(columns: columns, rows: rows), script: edit + keys + .keys("q"))
      let text = harness.lines.joined()
      #expect(text.contains("An edit is not") && text.contains("w write and leave"), "\(harness.text)")
    }
  }

  @Test func aLineBeingTypedIsKeptByControlC() throws {
    let folder = try PictureFolder()
    let keys: [NullScreen.Step] = .keys(.enter, "e", .control("u")) + .typed("a hut") + .keys(.control("c"), "w")
    #expect(BrowserHarness.play(folder, script: keys).model.hasQuit && folder.text("apple.txt") == "a hut\n")
  }

  @Test func whatIsWrittenIsNotAskedAbout() throws {
    func hasQuit(_ keys: Key...) throws -> Bool {
      BrowserHarness.play(try PictureFolder(), script: edit + keys.map { .key($0) }).model.hasQuit
    }
    #expect(try hasQuit("w", "q"))
    #expect(try !hasQuit("w", "u", "q"), "writing was taken back")
    #expect(try hasQuit("w", "u", "U", "q"))
    #expect(try hasQuit("u", "q"), "the edit was taken back")
    #expect(try hasQuit("w", "u", "u", "q"))
  }

  @Test func editsOfAllPhotosAreWritten() throws {
    let folder = try PictureFolder()
    let other: [NullScreen.Step] = .keys("j", .enter, "e") + .typed(" too") + .keys(.enter)
    let harness = BrowserHarness.play(folder, script: edit + other + .keys("q", "w"))
    #expect(harness.model.hasQuit)
    #expect(folder.text("apple.txt") == "a red house\n" && folder.text("bridge.txt")?.hasSuffix(" too\n") == true)
  }

  @Test func aFileInTheWayKeepsTheBrowserOpenAndIsShown() throws {
    let folder = try PictureFolder()
    try folder.write(Array("other\n".utf8), as: "apple.txt")
    let harness = BrowserHarness.play(folder, script: edit + .keys("G", "q", "w"))
    #expect(!harness.model.hasQuit && harness.model.photo?.name == "apple.png")
    #expect(harness.lines.last?.contains("apple.txt is there already") == true)
    #expect(folder.text("apple.txt") == "other\n")
    let agreed = BrowserHarness.play(folder, script: edit + .keys("G", "q", "w", "y", "q"))
    #expect(agreed.model.hasQuit && folder.text("apple.txt") == "a red house\n")
  }

  @Test func goingToAnotherFolderAndBackKeepsEditsAndUndo() throws {
    let folder = try PictureFolder(["a.png"])
    try FileManager.default.createDirectory(atPath: folder.file("sub").string, withIntermediateDirectories: true)
    try folder.write(PictureFolder.picture(2), as: "sub/c.png")
    let inside = BrowserHarness.play(folder, paths: [folder.file("sub")], script: edit + .keys(.backspace, .enter))
    #expect(inside.model.record?.text(0) == "a red house")
    let undone = BrowserHarness.play(folder, paths: [folder.file("sub")], script: edit + .keys(.backspace, .enter, "u"))
    #expect(undone.model.record?.edits == [:])
    let away = BrowserHarness.play(folder, paths: [folder.file("sub")], script: edit + .keys(.backspace, "u"))
    #expect(away.model.notice?.text == "undid the edit of \(FolderTitle.of([folder.file("sub/c.png")]))")
  }

  @Test func linesOfTextAskToo() throws {
    let folder = try PictureFolder()
    // A command in place of an answer leaves everything as it was.
    let (said, model) = BrowserHarness.answer(folder, ["c", "edit a hut", "q", "n", "q", "list", "q", "w"])
    #expect(said.filter { $0.hasPrefix("An edit is not written. Type w for write and leave") }.count == 3)
    #expect(model.hasQuit && folder.text("apple.txt") == "a hut\n")
  }
}

/// What a crash or hang-up leaves behind.
@Suite struct EditRecoveryTests {
  private let edit: [NullScreen.Step] = .keys(.enter, "e", .control("u")) + .typed("a red \"house\"") + .keys(.enter)
  /// No process has this number.
  private static let ended = pid_t.max

  @Test func editsAreFoundByTheNextRunAndTakenBack() throws {
    let (folder, state) = (try PictureFolder(), try TemporaryFolder())
    let first = EditRecovery(folder: state.path("gaze"), process: Self.ended)
    // The script ends without leaving, as when the terminal is gone.
    let broken = BrowserHarness.play(folder, recovery: first, script: edit)
    #expect(!broken.model.hasQuit)
    let mode = try FileManager.default.attributesOfItem(atPath: state.path("gaze").string)[.posixPermissions] as? Int
    #expect(mode == 0o700)
    let next = EditRecovery(folder: state.path("gaze"), process: Self.ended - 1)
    let asked = BrowserHarness.play(folder, recovery: next, script: [])
    #expect(asked.lines.last?.contains("An edit was not written last time.") == true)
    #expect(next.found().map(\.text) == ["a red \"house\""], "until it is answered it stays")
    let back = BrowserHarness.play(folder, recovery: next, script: .keys("y", "w"))
    #expect(folder.text("apple.txt") == "a red \"house\"\n")
    #expect(back.model.record?.edits.count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: state.path("gaze").string).isEmpty)
  }

  @Test func theirPhotoIsSelectedOnceItIsListedAndThePersonMovesOn() throws {
    let folder = try PictureFolder(["b.png", "c.png"])
    var model = BrowserHarness.model(NullScreen(size: Size(columns: 80, rows: 24), script: []))
    _ = model.update(.action(.open(ListingRequest(paths: [folder.path]))), now: 0)
    func list(isComplete: Bool) {
      var reader = FolderReader(model.folders.request)
      reader.read()
      _ = model.update(.folder(.listed(Listing(reader, for: model.folders.request, isComplete: isComplete))), now: 0)
    }
    model.offer([UnwrittenEdit(image: folder.file("c.png"), text: "a dog", source: "a cat")])
    _ = model.update(.key("y"), now: 0)
    #expect(model.photo == nil)
    list(isComplete: false)
    #expect(model.photo?.name == "c.png" && model.record?.current.text == "a dog")
    _ = model.update(.key("k"), now: 0)
    list(isComplete: true)
    #expect(model.photo?.name == "b.png")
  }

  @Test func whatWasTakenBackIsKeptAgain() throws {
    let (folder, state) = (try PictureFolder(), try TemporaryFolder())
    BrowserHarness.play(folder, recovery: EditRecovery(folder: state.path("s"), process: Self.ended), script: edit)
    BrowserHarness.play(
      folder, recovery: EditRecovery(folder: state.path("s"), process: Self.ended - 1), script: .keys("y"))
    let third = EditRecovery(folder: state.path("s"), process: Self.ended - 2)
    #expect(third.found().map(\.text) == ["a red \"house\""])
  }

  @Test(arguments: [["w"], ["u"], ["q", "l"], ["q", "w"]] as [[Key]]) func nothingIsLeftBehind(_ keys: [Key]) throws {
    let (folder, state) = (try PictureFolder(), try TemporaryFolder())
    let recovery = EditRecovery(folder: state.path("s"), process: Self.ended)
    BrowserHarness.play(folder, recovery: recovery, script: edit)
    #expect(try FileManager.default.contentsOfDirectory(atPath: state.path("s").string).count == 1)
    BrowserHarness.play(folder, recovery: recovery, script: edit + keys.map { .key($0) })
    #expect(try FileManager.default.contentsOfDirectory(atPath: state.path("s").string).isEmpty)
  }

  /// Byte for byte what earlier versions wrote and later ones read.
  @Test func theFileHasAnEditALine() throws {
    let state = try TemporaryFolder()
    let edits = [
      UnwrittenEdit(image: FileName.path("/a\u{EFE9}.png"), text: "a \"b\"", source: ""),
      UnwrittenEdit(image: "/c.png", text: "d", source: "e"),
    ]
    try EditRecovery(folder: state.path("s"), process: Self.ended).keep(edits)
    let text = """
      {"version":1,"edits":[{"image":"/a\u{EFE9}.png","text":"a \\"b\\"","source":""},
      {"image":"/c.png","text":"d","source":"e"}]}

      """
    let path = state.path("s/edits-\(Self.ended).json")
    #expect(try String(contentsOfFile: path.string, encoding: .utf8) == text)
    #expect(EditRecovery(folder: state.path("s"), process: Self.ended - 1).found() == edits)
  }

  @Test func forgottenOnesAreGoneAndControlCTwiceKeepsThem() throws {
    let (folder, state) = (try PictureFolder(), try TemporaryFolder())
    let first = EditRecovery(folder: state.path("s"), process: Self.ended)
    let left = BrowserHarness.play(folder, recovery: first, script: edit + .keys(.control("c"), .control("c")))
    #expect(left.model.hasQuit)
    let next = EditRecovery(folder: state.path("s"), process: Self.ended - 1)
    #expect(next.found().count == 1)
    BrowserHarness.play(folder, recovery: next, script: .keys("n"))
    #expect(next.found().count == 1, "what is not answered stays")
    #expect(BrowserHarness.play(folder, recovery: next, script: .keys("q")).model.hasQuit)
    #expect(next.found().count == 1, "leaving answers nothing")
    BrowserHarness.play(folder, recovery: next, script: .keys("f"))
    #expect(next.found().isEmpty)
  }

  @Test func scriptsOfLinesGoOnWithTheirFirstCommand() throws {
    let (folder, state) = (try PictureFolder(), try TemporaryFolder())
    BrowserHarness.play(folder, recovery: EditRecovery(folder: state.path("s"), process: Self.ended), script: edit)
    let next = EditRecovery(folder: state.path("s"), process: Self.ended - 1)
    func play(_ lines: String...) -> (said: [String], model: BrowserModel) {
      BrowserHarness.answer(folder, lines, recovery: next)
    }
    let script = play("next")
    #expect(script.model.photos.selection == 1 && next.found().count == 1)
    #expect(script.said.contains { $0.hasPrefix("An edit was not written last time. Type y for take them back") })
    #expect(play("y", "write").model.hasQuit == false)
    #expect(folder.text("apple.txt") == "a red \"house\"\n" && next.found().isEmpty)
  }

  @Test func editsOfARunThatGoesOnAreItsOwn() throws {
    let state = try TemporaryFolder()
    let edits = [UnwrittenEdit(image: "/a.png", text: "x", source: "y")]
    try EditRecovery(folder: state.path("s"), process: getpid()).keep(edits)
    #expect(EditRecovery(folder: state.path("s"), process: Self.ended).found().isEmpty)
    try EditRecovery(folder: state.path("s"), process: Self.ended).keep(edits)
    #expect(EditRecovery(folder: state.path("s"), process: Self.ended - 1).found() == edits)
    _ = try state.file("s/edits-\(Self.ended - 2).json", Array("not JSON".utf8))
    #expect(
      EditRecovery(folder: state.path("s"), process: Self.ended - 1).found() == edits, "what is not ours is passed over"
    )
  }

  @Test func theFolderIsTheUsersForState() {
    let own = EditRecovery.ofUser(["XDG_STATE_HOME": "/state"])
    #expect("\(own)".contains("/state/gaze"))
    #expect("\(EditRecovery.ofUser(["XDG_STATE_HOME": "relative"]))".contains("/.local/state/gaze"))
  }
}
