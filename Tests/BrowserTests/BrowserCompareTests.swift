import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Terminal

@Suite struct BrowserCompareTests {
  private typealias Origin = CaptionRecord.Entry.Origin

  private func origins(_ harness: BrowserHarness) -> [Origin] { harness.model.record?.entries.map(\.origin) ?? [] }

  @Test func greedyAndBeamStandAmongTheSamples() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "c"))
    #expect(origins(harness) == Array(repeating: .drawn, count: 5) + [.reference, .reference])
    #expect(harness.model.record?.captions.suffix(2).map(\.settings.mode) == [.greedy, .beam(width: 5)])
    #expect(harness.service.encodes == 1)
    #expect(!harness.model.isBusy)
  }

  @Test func referencesAreDrawnOncePerPhotoAndNotBefore() throws {
    let script: [NullScreen.Step] = .keys(.enter, "]", "c", "]", "+", "c", "c")
    let harness = BrowserHarness.play(try PictureFolder(), script: script)
    // Once, for k; twice in the comparison, for k and T; and the two references.
    #expect(harness.service.decodes == 1 + 1 + 2 + 2)
    #expect(origins(harness).count { $0 == .reference } == 2)
  }

  @Test func theModeShownIsNotAReferenceToo() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "c", "d"))
    #expect(harness.model.record?.captions.map(\.settings.mode) == [.greedy, .beam(width: 5)])
  }

  @Test func aPinnedCaptionStaysBesideWhatIsDrawnNext() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "2", "p", "]", "]"))
    let record = try #require(harness.model.record)
    #expect(record.entries.map(\.origin) == [.pinned] + Array(repeating: .drawn, count: 5))
    #expect(record.captions[0].settings.topK == 10 && record.captions[0].settings.seed == 2)
    #expect(record.chosen == 1 && record.caption?.settings.topK == 12, "what was drawn next is selected")
    #expect(record.entries.dropFirst().allSatisfy { $0.caption?.settings.topK == 12 })
    let free = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "2", "p", "]", "1", "p", "]"))
    #expect(free.model.record?.entries.count == 5)
  }

  @Test func whatIsDrawnAfterPinningIsSelectedHoweverOrdered() throws {
    for keys: [NullScreen.Step] in [.keys("L"), .keys("c"), .keys("]", "1")] {
      let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "3", "p") + keys + .keys("s"))
      let record = try #require(harness.model.record)
      #expect(record.current.origin == .drawn && record.caption?.settings.seed != 3)
      #expect(record.chosen == 1, "the first after the pinned one")
    }
    let reference = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "c", "6", "]"))
    #expect(reference.model.record?.current.origin == .reference, "what is compared with stays")
  }

  @Test func theLikeliestComeFirst() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "3", "c", "L"))
    let record = try #require(harness.model.record)
    let sums = record.captions.map(\.logProbability)
    #expect(sums == sums.sorted(by: >))
    #expect(record.caption?.settings.seed == 3, "the chosen caption stays chosen")
    let again = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "3", "c", "L", "]", "L"))
    #expect(again.model.record?.captions.prefix(5).map(\.settings.seed) == [1, 2, 3, 4, 5])
  }

  @Test func allColumnsStepTogether() throws {
    let script: [NullScreen.Step] = .keys(.enter, "c", "l", "l") + [.snapshot("two")] + .keys("l")
    let harness = BrowserHarness.play(try PictureFolder(), size: Size(columns: 200, rows: 60), script: script)
    let record = try #require(harness.model.record)
    let row = try #require(record.comparison.row(of: 3, in: 0))
    let words = record.comparison.rows[row].enumerated().compactMap { index, word in
      word.map { record.words(index)[$0] }
    }
    let style = harness.model.appearance.theme[.selection]
    let marked = harness.screen.frames.last.map { canvas in
      (3..<canvas.size.rows).filter { canvas[$0, 60].style == style || canvas[$0, 32].style == style }
    }
    #expect(marked?.count == 1, "one row of words is marked in the other columns")
    let line = try #require(marked?.first.map { harness.lines[$0] })
    for word in words { #expect(line.contains(word)) }
    #expect(harness.lines != BrowserHarness.lines(harness.screen.snapshots["two"]))
  }

  @Test func theNextColumnKeepsTheRow() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "c", "l", "l", .tab))
    let record = try #require(harness.model.record)
    #expect(record.chosen == 1)
    #expect(record.comparison.row(of: record.word, in: 1) == record.comparison.row(of: 2, in: 0))
  }

  @Test func narrowScreensKeepTheFirstCaptionInSight() throws {
    let script: [NullScreen.Step] = .keys(.enter, "c") + Array(repeating: .key(.tab), count: 5)
    let harness = BrowserHarness.play(try PictureFolder(), script: script)
    #expect(harness.lines[0].contains("captions 1, 5-6 of 7"))
    #expect(harness.lines[1].contains(" 1  sample") && harness.lines[1].contains("▸6  greedy"))
  }

  @Test func theMouseChoosesColumnsWordsAndPictures() throws {
    let wide = Size(columns: 120, rows: 40)
    let column = BrowserHarness.play(
      try PictureFolder(), size: wide, script: .keys(.enter, "c") + [.key(.press(row: 20, column: 70))])
    #expect(column.model.record?.chosen == 2)
    let strip = BrowserHarness.play(try PictureFolder(), size: wide, script: .keys(.enter, "f"))
    let film = try #require(strip.model.filmstripLayout(in: strip.model.layout.preview))
    let tile = try #require(film.tiles.dropFirst(3).first)
    let pressed = BrowserHarness.play(
      try PictureFolder(), size: wide,
      script: .keys(.enter, "f") + [.key(.press(row: tile.picture.row, column: tile.picture.column))])
    #expect(pressed.model.record?.word == 3)
    let caption = strip.model.layout.caption
    let word = BrowserHarness.play(
      try PictureFolder(), size: wide,
      script: .keys(.enter) + [.key(.press(row: caption.row, column: caption.column + 2))])
    #expect(word.model.record?.word == 1)
  }
}
