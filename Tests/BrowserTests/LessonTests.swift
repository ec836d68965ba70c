import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Terminal

/// Commands of lines replayed in the browser.
@Suite struct LessonTests {
  private func play(
    _ text: String, _ script: [NullScreen.Step] = [], _ columns: Int = 80, _ rows: Int = 24,
    folder: PictureFolder? = nil
  ) throws -> BrowserHarness {
    BrowserHarness.play(
      try folder ?? PictureFolder(), size: Size(columns: columns, rows: rows), networks: ["mine"],
      lesson: try Lesson(text, name: "lesson.txt"), script: script)
  }

  // MARK: - Time

  @Test func commandsFollowEachOtherAndPausesLast() throws {
    let text = "# a lesson\ncaption\nword\npause 2\n\nword\npause 0.5\nsample 3\n"
    let script: [NullScreen.Step] = [
      .snapshot("first"), .advance(milliseconds: 1999), .snapshot("before"), .advance(milliseconds: 1),
      .snapshot("second"), .advance(milliseconds: 500),
    ]
    let harness = try play(text, script)
    func word(_ name: String) throws -> String {
      try #require(BrowserHarness.lines(harness.screen.snapshots[name]).first { $0.contains("  word ") })
    }
    #expect(try word("first").contains("word 2/") && word("before") == word("first"))
    #expect(try word("second").contains("word 3/"))
    #expect(harness.model.record?.chosen == 2 && harness.model.lesson == nil)
    #expect(harness.model.notice?.text == "the lesson is over")
    #expect(BrowserHarness.lines(harness.screen.snapshots["first"]).joined().contains("lesson 3/6"))
  }

  @Test func aPauseWithoutTimeWaitsForSpace() throws {
    let harness = try play("caption\npause\nword", [.advance(milliseconds: 3_600_000)])
    #expect(harness.model.record?.word == 0 && harness.lines.last?.contains("Space goes on with the lesson") == true)
    let gone = try play("caption\npause\nword", .keys(" "))
    #expect(gone.model.record?.word == 1 && gone.model.lesson == nil && gone.model.playback == nil)
  }

  @Test func spaceHoldsAndGoesOn() throws {
    let held = try play("caption\npause 1\nword", .keys(" ") + [.advance(milliseconds: 5000)])
    #expect(held.model.record?.word == 0 && held.model.lesson?.wait == .person)
    let gone = try play("caption\npause 1\nword", .keys(" ") + [.advance(milliseconds: 5000)] + .keys(" "))
    #expect(gone.model.record?.word == 1)
  }

  @Test func otherKeysWorkAndHoldIt() throws {
    let harness = try play("caption\npause 1\nsample 3", .keys("l", "l") + [.advance(milliseconds: 5000)])
    #expect(harness.model.record?.word == 2 && harness.model.record?.chosen == 0)
    #expect(harness.model.lesson?.wait == .person && harness.text.contains("Space goes on with the lesson"))
    let gone = try play("caption\npause 1\nsample 3", .keys("l", "l", " "))
    #expect(gone.model.record?.chosen == 2)
  }

  @Test func escEndsItAndTheBrowserIsAsEver() throws {
    let harness = try play("caption\ntell Look.\npause\nword\nword", .keys(.escape, "l", " "))
    #expect(harness.model.lesson == nil && harness.model.record?.word == 1 && harness.model.playback != nil)
    #expect(!harness.text.contains("Look.") && !harness.text.contains("lesson"))
  }

  @Test func whatIsTypedIsNotDisturbed() throws {
    let harness = try play("caption\npause 1\nsample 3", .keys("e", " ", "x") + [.advance(milliseconds: 5000)])
    guard case .edit(let edit) = harness.model.prompt else { return #expect(Bool(false)) }
    #expect(edit.editor.text.hasSuffix(" x") && harness.model.record?.chosen == 0)
    let left = try play("caption\npause 1\nsample 3", .keys("e", .escape) + [.advance(milliseconds: 5000)])
    #expect(left.model.record?.chosen == 0, "it was held")
  }

  // MARK: - Commands

  @Test func everyInstrumentIsReplayed() throws {
    let text = """
      caption
      say a red house
      sample 1
      word
      take sampled 2
      sample 1
      hide covered strongest:3
      k 5
      mark
      against 2
      """
    let harness = try play(text)
    let record = try #require(harness.model.record)
    #expect(harness.service.recitals == ["a red house"] && harness.service.hidings.map(\.way) == [.photo])
    #expect(record.entries.filter { $0.origin == .asked }.count == 4 && record.settings?.topK == 5)
    #expect(harness.model.marked.count == 1 && harness.model.views.isComparingNetworks)
    #expect(harness.service.asked.sorted() == [0, 1] && harness.model.lesson == nil)
  }

  @Test func keysArePressedAndFilesWaitedFor() throws {
    let folder = try PictureFolder()
    let harness = try play("caption\npress c Tab l\nwrite\nundo\nwrite\n", folder: folder)
    #expect(harness.model.views.isComparing && harness.model.record?.chosen == 1)
    #expect(folder.text("apple.txt") == harness.model.record.map { $0.text(1) + "\n" })
    let typed = try play("press \" a Space b Enter")
    #expect(typed.service.recitals == ["a b"])
    let film = try play("caption\nwords\npause\nhelp\npause\nsample 2", .keys(" "))
    #expect(film.model.views.isFilmstrip && film.model.views.isHelpOpen)
    let closed = try play("caption\nhelp\npause\nsample 2", .keys(" "))
    #expect(!closed.model.views.isHelpOpen && closed.model.record?.chosen == 1)
  }

  @Test func aTextBesideThePhotoIsReadBeforeItsWordsAreSteppedThrough() throws {
    let folder = try PictureFolder()
    try folder.write(Array("a red house\n".utf8), as: "apple.txt")
    let harness = try play("word 3\n", folder: folder)
    #expect(harness.service.recitals == ["a red house"] && harness.model.record?.currentWord?.word == "house")
    let failing = BrowserHarness.play(
      folder, service: FakeCaptionService(failure: "no weights"), lesson: try Lesson("word\nword", name: "l"),
      script: [])
    #expect(failing.model.notice?.text.hasPrefix("l:1: ") == true && failing.model.lesson?.wait == .person)
  }

  @Test func questionsAreAnsweredByTheLessonOrThePerson() throws {
    let own = try play("caption\nedit two cats\ncaption\ny\nsample 2")
    #expect(own.model.record?.edits.isEmpty == true && own.model.record?.chosen == 1 && own.model.lesson == nil)
    let persons = try play("caption\nedit two cats\ncaption\nsample 2", .keys("n"))
    #expect(persons.model.record?.edits.isEmpty == false && persons.model.record?.chosen == 1)
    let waiting = try play("caption\nedit two cats\ncaption\nsample 2")
    #expect(waiting.model.record?.chosen == 0 && waiting.model.lesson != nil && waiting.model.prompt != nil)
    let wrong = try play("caption\ny\nsample 2")
    #expect(wrong.model.notice?.text == "lesson.txt:2: nothing is asked here" && wrong.model.record?.chosen == 0)
  }

  @Test func whatCannotBeIsSaidWithItsLineAndWaits() throws {
    let harness = try play("caption\nword 99\nsample 2")
    #expect(harness.model.notice?.text.hasPrefix("lesson.txt:2: There is no word '99'") == true)
    #expect(harness.model.record?.chosen == 0 && harness.model.lesson?.wait == .person)
    #expect(try play("caption\nword 99\nsample 2", .keys(" ")).model.record?.chosen == 1)
  }

  @Test func quitLeaves() throws {
    #expect(try play("caption\nquit\nsample 2").model.hasQuit)
  }

  // MARK: - The screen

  @Test(arguments: [(20, 5), (40, 12), (80, 24), (120, 40)])
  func whatItTellsStandsAboveWhatItIsAbout(_ columns: Int, _ rows: Int) throws {
    let text =
      "caption\nword\ntell The network looks at the lower left corner for this word, and nowhere else.\npause 3"
    let harness = try play(text, [], columns, rows)
    try CanvasSnapshot.expect(harness.screen.frames.last, "lesson-\(columns)x\(rows)-truecolor")
    let silent = try play(text + "\ntell\npause", [.advance(milliseconds: 3000)], columns, rows)
    #expect(silent.model.layout.lesson.isEmpty && !silent.text.contains("lower left"))
  }

  // MARK: - Reading

  @Test(arguments: [
    ("caption\ndance", 2, "'dance' is no command: expected one of gaze --plain's, which its help lists"),
    ("\n# x\nk ten", 3, "Expected k and a number from 1 to 1000, such as k 5."),
    ("pause long", 1, "'long' is no pause: expected seconds from 0 to 3600, or none to wait for Space"),
    ("pause -1", 1, "'-1' is no pause: expected seconds from 0 to 3600, or none to wait for Space"),
    ("pause nan", 1, "'nan' is no pause: expected seconds from 0 to 3600, or none to wait for Space"),
    ("press Ctrl-Nothing", 1, "'Ctrl-Nothing' are no keys: expected some as ? names them"),
    ("press", 1, "'' are no keys: expected some as ? names them"),
    ("hide everything", 1, "Expected \(RegionSelection.form)."), ("say", 1, PlainRequest.sentenceExpected),
    ("show me", 1, PlainRequest.filterExpected), ("# nothing\n", 1, "expected a command a line, found none"),
    ("z", 1, "'z' is no command: expected one of gaze --plain's, which its help lists"),
  ])
  func aLineThatCanNeverBeMeantIsTold(_ text: String, _ line: Int, _ reason: String) {
    #expect(throws: Lesson.LineProblem(line: line, reason: reason)) { try Lesson(text, name: "x") }
  }

  @Test func filesAreReadWithEitherLineEnd() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.txt", Array("caption\r\n  # why\r\n\tpause 1\r\ny\r\n".utf8))
    #expect(
      try Lesson(path: path).steps == [
        .init(line: 1, task: .command(.caption, "")), .init(line: 3, task: .pause(1000)),
        .init(line: 4, task: .answer("y")),
      ])
    let wrong = try folder.file("b.txt", Array("caption\nfly".utf8))
    #expect(throws: LessonProblem.self) { try Lesson(path: wrong) }
    do { _ = try Lesson(path: wrong) } catch { #expect("\(error)".hasPrefix("\(wrong):2: 'fly' is no command")) }
    for path in [folder.path("none"), try folder.file("c", [0xFF, 0xFE])] {
      #expect(throws: LessonProblem.self) { try Lesson(path: path) }
    }
  }

  /// The same file told in lines.
  @Test func linesTakeALessonToo() throws {
    let text = "# a lesson\ncaption\ntell Look here.\npause 2\nword\npress l"
    let lines = text.split(separator: "\n").map(String.init)
    let (said, model) = BrowserHarness.answer(try PictureFolder(), lines)
    #expect(said.contains("Look here.") && said.contains { $0.hasPrefix("Word 2 of ") } && model.record?.word == 2)
    #expect(!said.contains { $0.contains("is no command") })
  }
}
