import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import PhotoLibrary
@testable import Terminal

@Suite struct BrowserEditingTests {
  private let edit: [NullScreen.Step] = .keys(.enter, "e", .control("u")) + .typed("a red house") + .keys(.enter)

  @Test(arguments: [.enter, "]", "[", "+", "-", "s", "d", ".", ","] as [Key])
  func noKeyDrawsOverAnEditUnasked(_ key: Key) throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: edit + [.key(key)])
    #expect(harness.model.record?.text(0) == "a red house")
    #expect(harness.service.decodes == 1)
    #expect(harness.lines.last?.contains("Draw over your edit?") == true)
    for no: Key in ["n", .escape, "x"] {
      let kept = BrowserHarness.play(try PictureFolder(), script: edit + [.key(key), .key(no)])
      #expect(kept.model.record?.text(0) == "a red house")
      #expect(kept.model.captions.settings == DecodingSettings())
      #expect(kept.model.prompt == nil)
    }
  }

  @Test func yesDrawsOverItAndUndoBringsItBack() throws {
    let yes = BrowserHarness.play(try PictureFolder(), script: edit + .keys("]", "y"))
    #expect(yes.model.record?.edits == [:])
    #expect(yes.model.captions.settings.topK == 11)
    let back = BrowserHarness.play(try PictureFolder(), script: edit + .keys("]", "y", "u"))
    #expect(back.model.record?.text(0) == "a red house")
    #expect(back.model.captions.settings.topK == 10)
  }

  @Test func anEditCanBePinnedInstead() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: edit + .keys("]", "p", "]"))
    #expect(harness.model.record?.text(0) == "a red house")
    #expect(harness.model.record?.entries.map(\.origin).first == .pinned)
    #expect(harness.model.record?.entries.count == 6)
    #expect(harness.model.captions.settings.topK == 12)
  }

  @Test func aSeedTypedOverAnEditAsksToo() throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), script: edit + .keys("r") + .typed("7") + .keys(.enter, "n"))
    #expect(harness.model.record?.text(0) == "a red house")
    #expect(harness.model.captions.settings.seed == 1)
  }

  @Test func undoGoesBackToThePhotoItWasDoneOn() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: edit + .keys("j", .enter, "]", "u", "j", "u"))
    #expect(harness.model.photos.selection == 0)
    #expect(harness.model.record?.edits == [:])
    #expect(harness.text.contains("undid the edit"))
  }

  @Test func whatWasUndoneIsDoneAgain() throws {
    let keys: [NullScreen.Step] = .keys(.enter, "]", "-")
    let before = BrowserHarness.play(try PictureFolder(), script: keys).model
    let again = BrowserHarness.play(try PictureFolder(), script: keys + .keys("u", "u", "U", "U")).model
    #expect(again.captions.settings == before.captions.settings)
    #expect(again.record?.captions == before.record?.captions)
    #expect(again.history.done.count == 2 && again.history.undone.isEmpty)
    let edited = BrowserHarness.play(try PictureFolder(), script: edit + .keys("u", "U"))
    #expect(edited.model.record?.text(0) == "a red house")
    #expect(edited.text.contains("did the edit again"))
    // Something new in between leaves nothing to be done again.
    let other = BrowserHarness.play(try PictureFolder(), script: edit + .keys("u", "]", "U"))
    #expect(other.model.record?.edits == [:] && other.text.contains("nothing to do again"))
  }

  @Test func aWrittenSidecarIsTakenBackAndWrittenAgain() throws {
    let folder = try PictureFolder()
    let new = BrowserHarness.play(folder, script: edit + .keys("w", "u"))
    #expect(folder.text("apple.txt") == nil && folder.text("apple.caption.json") == nil)
    #expect(new.model.photo?.sidecar == nil && new.text.contains("undid writing apple.txt"))
    #expect(new.model.record?.text(0) == "a red house", "the edit itself stays")
    try folder.write(Array("by hand".utf8), as: "apple.txt")
    let replaced = BrowserHarness.play(folder, script: edit + .keys("w", "y", "j", "u"))
    #expect(folder.text("apple.txt") == "by hand" && folder.text("apple.caption.json") == nil)
    #expect(replaced.model.photos.selection == 0)
    let again = BrowserHarness.play(folder, script: edit + .keys("w", "y", "u", "U"))
    #expect(folder.text("apple.txt") == "a red house\n")
    #expect(again.model.photo?.sidecar == SidecarText(text: "a red house", author: .human))
    #expect(again.model.history.done.count == 2)
  }

  @Test func aSidecarChangedSinceIsNotTakenBack() throws {
    let folder = try PictureFolder()
    var model = BrowserHarness.play(folder, script: edit + .keys("w")).model
    try folder.write(Array("newer\n".utf8), as: "apple.txt")
    guard case .changeSidecar(let change, let isRedo)? = model.update(.key("u"), now: 0).last else {
      Issue.record("nothing was to be taken back")
      return
    }
    _ = model.update(.file(.sidecar(Sidecar.apply(change, isRedo: isRedo))), now: 0)
    #expect(folder.text("apple.txt") == "newer\n")
    #expect(model.notice?.text.contains("apple.txt was changed by another program") == true)
  }

  @Test func undoingASettingKeepsCaptionsDrawnSince() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys("]", .enter, "u"))
    #expect(harness.model.captions.settings.topK == 10)
    #expect(harness.model.record != nil)
  }

  @Test func whoWroteTheSidecarIsKeptBesideIt() throws {
    let folder = try PictureFolder()
    let harness = BrowserHarness.play(folder, script: edit + .keys("w", "j", .enter, "w"))
    let human = try origin(folder, "apple")
    #expect(human["author"] as? String == "human")
    #expect(human["text"] as? String == "a red house")
    let drawn = try #require(human["drawn"] as? [String: Any])
    #expect(drawn["seed"] as? Int == 1)
    #expect(drawn["text"] as? String != "a red house")
    #expect((human["weights"] as? [String: String])?["name"] == "tiny")
    let machine = try origin(folder, "bridge")
    #expect(machine["author"] as? String == "machine")
    #expect(folder.text("bridge.txt") == "\(try #require(harness.model.record?.caption).text)\n")
  }

  @Test func handWrittenSidecarsAreKnownAgain() throws {
    let folder = try PictureFolder()
    BrowserHarness.play(folder, script: edit + .keys("w"))
    let later = BrowserHarness.play(folder, script: [])
    #expect(later.text.contains("a red house"))
    #expect(later.text.contains("written by hand"))
    let over = BrowserHarness.play(folder, script: .keys(.enter, "y", "w"))
    #expect(over.lines.last?.contains("apple.txt was written by hand") == true)
    #expect(folder.text("apple.txt") == "a red house\n")
    // Another program's text is nobody's.
    try folder.write(Array("something else\n".utf8), as: "apple.txt")
    let changed = BrowserHarness.play(folder, script: [])
    #expect(changed.text.contains("something else"))
    #expect(!changed.text.contains("written by hand"))
  }

  @Test func resultsThatArriveDuringAnEditLeaveItAlone() throws {
    let folder = try PictureFolder()
    var model = BrowserHarness.play(folder, script: .keys(.enter)).model
    let caption = FakeCaptionService.caption(seed: 9, settings: DecodingSettings())
    guard case .caption(let job)? = model.update(.key("]"), now: 0).first else {
      Issue.record("no captions were asked for")
      return
    }
    for key: Key in ["e", .control("u"), "m", "e", "a", "d", "o", "w"] { _ = model.update(.key(key), now: 0) }
    _ = model.update(.caption(.done(job, [caption, caption])), now: 0)
    _ = model.update(.key(.enter), now: 0)
    #expect(model.record?.text(model.record?.chosen ?? 0) == "meadow")
    #expect(model.record?.entries.map(\.origin) == [.pinned, .drawn, .drawn])
  }

  private func origin(_ folder: PictureFolder, _ name: String) throws -> [String: Any] {
    let text = try #require(folder.text("\(name).caption.json"))
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}

@Suite struct BrowserSettingsTests {
  @Test func theSeedIsTyped() throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), script: .keys(.enter, "r") + .typed("1234") + .keys(.enter))
    #expect(harness.model.captions.settings.seed == 1234)
    #expect(harness.model.record?.captions.map(\.settings.seed) == [1234, 1235, 1236, 1237, 1238])
    #expect(harness.text.contains("seed 1234"))
    #expect(harness.service.encodes == 1)
  }

  @Test(arguments: ["x", "-1", "1.5", "99999999999999999999"]) func whatIsNoSeedIsTold(_ text: String) throws {
    let harness = BrowserHarness.play(
      try PictureFolder(), script: .keys(.enter, "r") + .typed(text) + .keys(.enter))
    #expect(harness.model.captions.settings.seed == 1)
    #expect(harness.lines.contains { $0.contains("'\(text)' is no seed") })
  }

  @Test func samplesAreSetAndShown() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, ".", ".", ","))
    #expect(harness.model.record?.captions.count == 6)
    #expect(harness.text.contains("sample ×6"))
    let few = BrowserHarness.play(
      try PictureFolder(), script: .keys(.enter) + Array(repeating: .key(","), count: 9))
    #expect(few.model.record?.captions.count == 1)
    let beam = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "d", "d", "."))
    #expect(beam.model.captions.settings.mode == .beam(width: 6))
    #expect(beam.text.contains("beam 6"))
  }

  @Test func theScaleOfHeatIsNotThemes() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "F", "t"))
    #expect(harness.model.appearance.look.scale == .fixed)
  }

  @Test func theCursorMovesByWords() {
    var editor = LineEditor("a small  cat")
    _ = editor.handle(.wordLeft)
    #expect(editor.cursor == 9)
    _ = editor.handle(.wordLeft)
    #expect(editor.cursor == 2)
    _ = editor.handle(.wordRight)
    #expect(editor.cursor == 7)
    _ = editor.handle(.wordRight)
    _ = editor.handle(.wordRight)
    #expect(editor.cursor == 12)
  }
}
