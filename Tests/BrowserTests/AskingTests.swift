import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Reports
@testable import Terminal

/// What if: sentences recited, other words taken, cells hidden.
@Suite struct AskingTests {
  private func play(_ script: [NullScreen.Step], _ columns: Int = 80, _ rows: Int = 24) throws -> BrowserHarness {
    BrowserHarness.play(try PictureFolder(), size: Size(columns: columns, rows: rows), script: script)
  }

  // MARK: - Sentences

  @Test func aSentenceIsTypedAndRecitedWithoutAnyCaption() throws {
    let harness = try play(.keys("\"") + .typed("a red house") + .keys(.enter, "l"))
    #expect(harness.service.recitals == ["a red house"] && harness.service.decodes == 0)
    let record = try #require(harness.model.record)
    #expect(record.entries.map(\.origin) == [.asked] && record.words(0) == ["a", "red", "house"])
    #expect(record.currentWord?.word == "red" && harness.text.contains("recited: red"))
    #expect(!record.hasEditsToLose && harness.model.captions.unwritten.isEmpty)
    let left = try play(.keys("\"") + .typed("a red house") + .keys(.escape))
    #expect(left.model.record == nil && left.service.recitals.isEmpty)
    let nothing = try play(.keys("\"", " ", .enter))
    #expect(nothing.model.record == nil && nothing.service.recitals.isEmpty && nothing.model.prompt == nil)
  }

  @Test func whatWasSaidStandsBesideWhatIsDrawnAndIsUndone() throws {
    let said: [NullScreen.Step] = .keys(.enter, "\"") + .typed("a red house") + .keys(.enter)
    let harness = try play(said)
    #expect(harness.model.record?.entries.map(\.origin) == [.drawn, .drawn, .drawn, .drawn, .drawn, .asked])
    #expect(harness.model.record?.chosen == 5 && harness.text.contains("said: a red house"))
    let again = try play(said + .keys("]"))
    #expect(again.model.record?.entries.count == 6 && again.model.record?.chosen == 5, "it stays whatever is drawn")
    #expect(again.model.record?.settings?.topK == 11)
    let undone = try play(said + .keys("u"))
    #expect(undone.model.record?.entries.count == 5 && undone.model.notice?.text == "undid the sentence")
    let redone = try play(said + .keys("u", "U"))
    #expect(redone.model.record == harness.model.record)
  }

  @Test func pastedTextIsASentenceToo() throws {
    let harness = try play([.key("\""), .key(.paste("a blue\nboat")), .key(.enter)])
    #expect(harness.service.recitals == ["a blue boat"])
  }

  @Test func editedCaptionsShowTheirOwnMaps() throws {
    let harness = try play(.keys(.enter, "e", .control("u")) + .typed("two cats") + .keys(.enter))
    #expect(harness.service.recitals == ["two cats"])
    let record = try #require(harness.model.record)
    #expect(record.words(0) == ["two", "cats"] && record.told?.isRecited == true && record.caption?.isRecited == false)
    #expect(harness.model.notice?.text == "edited by hand: w writes it")
    #expect(harness.text.contains("recited: two"))
    let undone = try play(.keys(.enter, "e", .control("u")) + .typed("two cats") + .keys(.enter, "u"))
    #expect(undone.model.record?.told?.isRecited == false)
  }

  // MARK: - Branches

  @Test func anotherWordIsTakenAndGoneOnFrom() throws {
    let harness = try play(.keys(.enter, "l", "B", .enter))
    let record = try #require(harness.model.record)
    let root = record.entries[0]
    #expect(record.entries.map(\.origin) == [.drawn, .asked, .drawn, .drawn, .drawn, .drawn] && record.chosen == 1)
    let branch = try #require(record.entries[1].caption)
    let alternative = try #require(root.told?.words[1].alternatives.first { $0.token != root.told?.words[1].token })
    #expect(branch.settings.prefix?.text == "\(root.told!.words[0].word) \(alternative.word)")
    #expect(branch.settings.mode == .greedy && record.entries[1].parent == root.id && record.depth(of: 1) == 1)
    #expect(record.wordIndex(in: 1) == 1, "the word that was taken is shown")
    #expect(harness.text.contains("└"))
    let sampled = try play(.keys(.enter, "l", "B", "j", "s"))
    let other = try #require(sampled.model.record?.entries[1].caption)
    #expect(other.settings.mode == .sample && other.settings.seed == root.told?.settings.seed)
    #expect(other.settings.prefix != branch.settings.prefix)
  }

  @Test func branchesOfBranchesAreATree() throws {
    let harness = try play(
      .keys(.enter, "B", .enter, "l", "B", .enter, "k", "k") + .keys(.tab, "k", "k", "B", "j", .enter))
    let record = try #require(harness.model.record)
    let depths = record.entries.indices.map(record.depth)
    #expect(depths.max() == 2 && record.entries.count == 8)
    for index in record.entries.indices where depths[index] > 0 {
      let parent = try #require(record.parent(of: index))
      #expect(parent < index && depths[parent] == depths[index] - 1)
      #expect(record.entries[parent..<index].dropFirst().allSatisfy { $0.origin == .asked }, "they stand together")
    }
    let undone = try play(.keys(.enter, "B", .enter, "l", "B", .enter, "u"))
    #expect(undone.model.record?.entries.count == 6)
  }

  @Test func theListOfWordsIsWalkedAndLeft() throws {
    let open = try play(.keys(.enter, "B"))
    #expect(open.text.contains("Instead of a") && open.text.contains("go on, greedy"))
    let left = try play(.keys(.enter, "B", "j", "j", .escape))
    #expect(left.model.record?.entries.count == 5 && left.model.prompt == nil)
    let ninth = try play(.keys(.enter, "B", "9", "j", "j", "j"))
    guard case .branch(let choice) = ninth.model.prompt else { return #expect(Bool(false)) }
    #expect(choice.selected == choice.alternatives.count - 1)
    #expect(try play(.keys("B")).model.notice?.text == "no caption yet: Enter draws some")
  }

  // MARK: - Hidden cells

  @Test func hidingIsAnsweredWhileCellsAreChosen() throws {
    let harness = try play(.keys(.enter, "l", "H", "4"))
    let strongest = try #require(harness.model.record?.currentWord).attention.strongest(4)
    #expect(harness.service.hidings.map { Set($0.regions) } == [Set(strongest)])
    #expect(harness.service.hidings[0].way == .attention)
    #expect(harness.text.contains("Hidden: 4 of 64 cells left out of attention"))
    #expect(harness.text.contains("fell 0.40") && harness.text.contains("drawn again, the same"))
    #expect(harness.model.record?.entries.count == 5, "nothing is kept yet")
    let covered = try play(.keys(.enter, "H", "2", "c"))
    #expect(covered.service.hidings.map(\.way) == [.attention, .photo])
    #expect(covered.text.contains("2 of 64 cells covered in the photo"))
    let only = try play(.keys(.enter, "H", "2", "o"))
    #expect(only.service.hidings.last?.kept == only.service.hidings.first?.regions)
    #expect(only.text.contains("all but 2 of 64 cells left out of attention"))
  }

  @Test func cellsAreChosenByKeysAndMouse() throws {
    let keys = try play(.keys(.enter, "H", "k", "k", "k", "k", "k", "k", "k", "h", "h", "h", "h", "h", "h", "h", " "))
    #expect(keys.service.hidings.map(\.regions) == [[0]])
    let more = try play(.keys(.enter, "H", "+", "+", "-", "0"))
    #expect(more.service.hidings.map(\.regions.count) == [1, 2, 1])
    guard case .hide(let choice) = more.model.prompt else { return #expect(Bool(false)) }
    #expect(choice.cells.isEmpty && choice.answer == nil)
    let place = try #require(more.model.previewPlace())
    let (row, column) = (place.row + place.rows - 1, place.column + place.columns - 1)
    let pressed = try play(.keys(.enter, "H", .press(row: row, column: column)))
    #expect(pressed.service.hidings.map(\.regions) == [[63]])
    let twice = try play(
      .keys(.enter, "H", .press(row: row, column: column), .press(row: place.row, column: place.column)))
    #expect(twice.service.hidings.map(\.regions) == [[63], [0, 63]])
  }

  @Test func whatCameIsKeptBesideTheCaption() throws {
    let harness = try play(.keys(.enter, "l", "H", "3", .enter))
    let record = try #require(harness.model.record)
    #expect(record.entries.map(\.origin) == [.drawn, .asked, .asked, .drawn, .drawn, .drawn, .drawn])
    #expect(record.chosen == 1 && record.told?.isRecited == true && record.told?.hidden?.regions.count == 3)
    #expect(record.entries[2].told?.hidden == record.told?.hidden && record.entries[2].told?.isRecited == false)
    let falls = try #require(record.falls(of: 1))
    #expect(falls.count == record.entries[0].toldWords.count && falls.allSatisfy { abs($0 - 0.3) < 1e-4 })
    #expect(harness.text.contains("fell 0.30") && harness.text.contains("hidden, again: "))
    #expect(try play(.keys(.enter, "H", "3", .enter, "H")).model.notice?.text.hasPrefix("cells are hidden") == true)
    #expect(try play(.keys(.enter, "H", "3", .enter, "u")).model.record?.entries.count == 5)
    #expect(try play(.keys(.enter, "H", "3", .escape)).model.record?.entries.count == 5)
    let compared = try play(.keys(.enter, "H", "3", .enter, "c"), 300, 50)
    #expect(compared.text.contains("3 left out, same") && compared.text.contains("3 left out, again"))
  }

  /// Where the maps are to be others, each caption is read from what the network saw of the photo.
  @Test func mapsOfOtherKindsAreOfTheHiddenPhotoToo() throws {
    let service = FakeCaptionService(maps: CaptionMaps(MapChoice(), layers: 2, heads: 2))
    let harness = BrowserHarness.play(
      try PictureFolder(), service: service, script: .keys(.enter, "H", "3", .enter, "y"))
    #expect(service.hidings.count == 3 && harness.model.record?.entries.count == 7)
    #expect(harness.model.record?.entries.allSatisfy { $0.told?.maps.choice.kind == .value } == true)
  }

  @Test(arguments: [(20, 5), (40, 12), (80, 24), (120, 40)])
  func everyScreenShowsWhatIsAsked(_ columns: Int, _ rows: Int) throws {
    for script in [
      .keys(.enter, "H", "4", "w"), .keys(.enter, "B", "j"), .keys("\"", "a"), .keys(.enter, "H", "4", .enter),
    ]
      as [[NullScreen.Step]]
    {
      let harness = try play(script, columns, rows)
      #expect(harness.lines.count == rows)
    }
  }

  // MARK: - Lines

  @Test func linesAskTheSame() throws {
    let folder = try PictureFolder()
    func play(_ lines: String...) -> [String] {
      BrowserHarness.answer(folder, lines).said
    }
    let said = play("say a red house")
    #expect(
      said.suffix(4).map { $0.prefix(14) } == ["Caption, said ", "Word 1 of 3: a", "Word 2 of 3: r", "Word 3 of 3: h"])
    let branch = play("caption", "word 2", "instead", "take 2")
    #expect(branch.contains { $0.hasPrefix("1: ") && $0.contains("probability 0.") })
    #expect(branch.last?.contains("greedy beginning with") == true, "\(branch.suffix(3))")
    let sampled = play("caption", "word 2", "take sampled 2")
    #expect(sampled.last?.contains("sample beginning with") == true)
    let hidden = play("caption", "hide covered strongest:4:a")
    #expect(hidden.contains { $0.hasPrefix("Hidden: 4 of 64 cells covered in the photo: ") })
    #expect(
      hidden.contains { $0.contains("log-probability fell 0.40") } && hidden.last?.hasPrefix("Drawn again. ") == true)
    #expect(play("caption", "only 1,1").contains { $0.hasPrefix("Hidden: all but 1 of 64 cells left out") })
    #expect(play("caption", "hide x").last?.hasPrefix("Expected cells as ROW,COLUMN") == true)
    #expect(play("caption", "hide 9,9").last == "9,9, expected at most 8,8.")
    #expect(play("say").last?.hasPrefix("Expected say and a sentence") == true)
    #expect(play("take 1").last?.hasPrefix("There is no word yet") == true)
  }
}
