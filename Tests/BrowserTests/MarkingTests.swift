import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import PhotoLibrary
@testable import Terminal

/// Marks, and which photos are shown.
@Suite struct MarkingTests {
  private func folder() throws -> PictureFolder { try PictureFolder((1...6).map { "photo \($0).png" }) }

  private func marked(_ harness: BrowserHarness) -> [Int] {
    harness.model.marked.compactMap { harness.model.photos.place(of: $0) }.sorted()
  }

  @Test func aRowOfPhotosIsMarkedByARowOfKeys() throws {
    let folder = try folder()
    let harness = BrowserHarness.play(folder, script: .keys("j", "i", "i", "j", "i"))
    #expect(marked(harness) == [1, 2, 4] && harness.model.photos.selection == 5)
    #expect(harness.lines[2].hasPrefix(" ★ photo 2.png") && harness.lines[1].hasPrefix(" photo 1.png"))
    #expect(harness.lines[0].contains("6 images, 3 marked"))
    #expect(marked(BrowserHarness.play(folder, script: .keys("i", "k", "i"))).isEmpty, "again takes it away")
    #expect(marked(BrowserHarness.play(folder, script: .keys("I"))) == Array(0...5))
    #expect(marked(BrowserHarness.play(folder, script: .keys("i", "I", "I"))).isEmpty)
  }

  @Test func theMouseMarksInListGridAndPreview() throws {
    let folder = try folder()
    #expect(marked(BrowserHarness.play(folder, script: [.key(.secondaryPress(row: 3, column: 5))])) == [2])
    let grid = BrowserHarness.play(folder, script: .keys("v") + [.key(.secondaryPress(row: 3, column: 45))])
    let index = try #require(marked(grid).first)
    #expect(grid.model.gridLayout.cell(index)?.contains(row: 3, column: 45) == true && grid.model.photos.selection == 0)
    #expect(marked(BrowserHarness.play(folder, script: [.key(.secondaryPress(row: 6, column: 60))])) == [0])
    #expect(
      marked(BrowserHarness.play(folder, script: .keys("?") + [.key(.secondaryPress(row: 3, column: 5))])).isEmpty)
  }

  @Test func theMarkIsSeenWhereThereIsNoList() throws {
    for size in [Size(columns: 40, rows: 12), Size(columns: 20, rows: 5)] {
      let harness = BrowserHarness.play(try folder(), size: size, script: .keys("i", "k"))
      #expect(harness.lines[0].contains("★ photo 1"), "\(harness.text)")
    }
    let film = BrowserHarness.play(try folder(), script: .keys("i", "k", .enter, "f", "z"))
    #expect(film.lines[1].contains("★ photo 1"), "\(film.text)")
  }

  @Test func marksOfPhotosThatAreGoneAreForgotten() throws {
    let folder = try PictureFolder(["a.png"])
    try FileManager.default.createDirectory(atPath: folder.file("sub").string, withIntermediateDirectories: true)
    try folder.write(PictureFolder.picture(1), as: "sub/b.png")
    let harness = BrowserHarness.play(folder, script: .keys("R", "I", "R"))
    #expect(harness.model.marked == [folder.file("a.png")])
    #expect(BrowserHarness.play(folder, script: .keys("i")).model.marked.isEmpty, "a folder has no mark")
  }

  // MARK: - Filters

  /// 1 has captions, 2 a person's text, 3 an unwritten edit, 4 is no picture, 5 is marked.
  private func varied() throws -> (folder: PictureFolder, keys: [NullScreen.Step]) {
    let folder = try folder()
    try folder.write(Array("no picture".utf8), as: "photo 4.png")
    let written: [NullScreen.Step] = .keys("j", .enter, "e") + .typed("!") + .keys(.enter, "w")
    BrowserHarness.play(folder, script: written)
    let keys: [NullScreen.Step] =
      .keys(.enter, "j", "j", .enter, "e") + .typed("?") + .keys(.enter, "j", "j", "i")
    return (folder, keys)
  }

  @Test(arguments: [
    (PhotoFilter.uncaptioned, [5, 6]), (.byHand, [2, 3]), (.unwritten, [1, 3]), (.failed, [4]), (.marked, [5]),
  ])
  func filtersShowWhatTheySay(_ filter: PhotoFilter, _ numbers: [Int]) throws {
    let (folder, keys) = try varied()
    let script = keys + .keys("V", .character(filter.key))
    let harness = BrowserHarness.play(folder, script: script)
    #expect(harness.model.photos.map(\.name) == numbers.map { "photo \($0).png" })
    #expect(harness.lines[0].contains("\(numbers.count) \(filter.rawValue) of 6 images"))
    #expect(harness.lines.last?.contains("\(numbers.count) of 6 are \(filter.rawValue)") == true)
    for back: [NullScreen.Step] in [.keys("V", "a"), .keys(.escape)] {
      let all = BrowserHarness.play(folder, script: script + back)
      #expect(all.model.photos.count == 6 && all.model.photo?.name == harness.model.photo?.name)
    }
  }

  @Test func aFilterThatShowsNothingIsRefused() throws {
    let harness = BrowserHarness.play(try folder(), script: .keys("G", "V", "f"))
    #expect(harness.model.filter == .all && harness.model.photos.selection == 5)
    #expect(harness.model.notice?.text == "none is failed")
    #expect(BrowserHarness.play(try folder(), script: .keys("V", "q")).model.notice?.text == "left as it was")
  }

  @Test func whatIsShownStaysWhileOneWorksOnIt() throws {
    let harness = BrowserHarness.play(try folder(), script: .keys("V", "u", "j", .enter, "j"))
    #expect(harness.model.photos.count == 6 && harness.model.photo?.name == "photo 3.png")
    let again = BrowserHarness.play(try folder(), script: .keys("V", "u", "j", .enter, "V", "u"))
    #expect(again.model.photos.count == 5 && again.model.photo?.name == "photo 3.png")
  }

  @Test func movingMarkingAndSearchingStayAmongWhatIsShown() throws {
    let (folder, keys) = try varied()
    let moved = BrowserHarness.play(folder, script: keys + .keys("V", "w", "g", "j", "j"))
    #expect(moved.model.photo?.name == "photo 3.png" && moved.text.contains("2/2"))
    let found = BrowserHarness.play(
      folder, script: keys + .keys("V", "w", "g", "/") + .typed("photo") + .keys(.enter, "n"))
    #expect(found.model.notice?.text == "2 of 2 with 'photo'")
    let marked = BrowserHarness.play(folder, script: keys + .keys("V", "w", "I"))
    #expect(self.marked(marked) == [0, 1] && marked.model.marked.count == 3)
    let written = BrowserHarness.play(folder, script: keys + .keys("k", "i", "V", "u", "A"))
    #expect(written.text.contains("Caption 2 photos without caption?"), "\(written.text)")
  }

  @Test func anotherFolderIsShownWhole() throws {
    let folder = try PictureFolder(["a.png"])
    try FileManager.default.createDirectory(atPath: folder.file("sub").string, withIntermediateDirectories: true)
    try folder.write(PictureFolder.picture(1), as: "sub/b.png")
    let sub = BrowserHarness.play(folder, paths: [folder.file("sub")], script: .keys("V", "u", .backspace))
    #expect(sub.model.filter == .all && sub.model.photos.map(\.name) == ["sub", "a.png"])
    let sorted = BrowserHarness.play(folder, script: .keys("V", "u", "S"))
    #expect(sorted.model.filter == .uncaptioned && sorted.model.photos.map(\.name) == ["a.png"])
  }

  @Test(arguments: [(20, 5), (40, 12), (80, 24), (200, 60)])
  func filteredScreens(_ columns: Int, _ rows: Int) throws {
    let (folder, keys) = try varied()
    let size = Size(columns: columns, rows: rows)
    let asked = BrowserHarness.play(folder, size: size, script: keys + .keys("V"))
    try CanvasSnapshot.expect(asked.screen.frames.last, "filter-\(columns)x\(rows)-truecolor")
    let shown = BrowserHarness.play(folder, size: size, script: keys + .keys("V", "w", "i", .control("l")))
    try CanvasSnapshot.expect(shown.screen.frames.last, "filtered-\(columns)x\(rows)-truecolor")
  }
}

/// How many photos a search finds, and how many are below.
@Suite struct CountTests {
  @Test func aSearchSaysHowManyMatchAndWhichThisIs() throws {
    let folder = try PictureFolder((1...9).map { "dog \($0).png" } + ["cat.png", "dove.png"])
    try folder.write(Array("two dogs".utf8), as: "cat.txt")
    let typed = BrowserHarness.play(folder, script: .keys("G", "/") + .typed("dog"))
    #expect(typed.lines.last?.hasPrefix("/dog") == true && typed.lines.last?.contains(" 1 of 10 ") == true)
    let found = BrowserHarness.play(folder, script: .keys("/") + .typed("DOG") + .keys(.enter, "n", "n"))
    #expect(found.model.photo?.name == "dog 2.png" && found.lines.last?.contains("3 of 10 with 'DOG'") == true)
    let back = BrowserHarness.play(folder, script: .keys("/") + .typed("dog") + .keys(.enter, "N"))
    #expect(back.lines.last?.contains("10 of 10 with 'dog'") == true)
  }

  @Test func matchesAreNumberedAndGoneRound() {
    let matches = Matches([2, 5, 9])
    #expect((0...10).map { matches.next(from: $0, isForward: true) } == [2, 2, 2, 5, 5, 5, 9, 9, 9, 9, 2])
    #expect((0...10).map { matches.next(from: $0, isForward: false) } == [9, 9, 2, 2, 2, 5, 5, 5, 5, 9, 9])
    #expect([1, 2, 9].map(matches.placeText) == ["3", "1 of 3", "3 of 3"])
    #expect(Matches([]).next(from: 0, isForward: true) == nil && Matches([]).placeText(of: 0) == "0")
  }

  private func hollow() throws -> PictureFolder {
    let folder = try PictureFolder([])
    for name in ["one", "two/deep"] {
      try FileManager.default.createDirectory(atPath: folder.file(name).string, withIntermediateDirectories: true)
    }
    for (index, name) in ["one/a.png", "one/b.png", "two/deep/c.png"].enumerated() {
      try folder.write(PictureFolder.picture(index), as: name)
    }
    return folder
  }

  @Test(arguments: [(20, 5), (40, 12), (80, 24), (200, 60)])
  func aFolderWhosePhotosAreAllBelowSaysSo(_ columns: Int, _ rows: Int) throws {
    let harness = BrowserHarness.play(try hollow(), size: Size(columns: columns, rows: rows), script: [])
    try CanvasSnapshot.expect(harness.screen.frames.last, "below-\(columns)x\(rows)-truecolor")
    let words = harness.lines.flatMap { $0.split { " │".contains($0) } }.joined(separator: " ")
    #expect(words.contains("3 images below: R shows them"), "\(harness.text)")
  }

  @Test func theCountIsOfTheFolderListedNow() throws {
    let folder = try hollow()
    #expect(BrowserHarness.play(folder, script: .keys("R")).model.photos.map(\.name).count == 3)
    let inside = BrowserHarness.play(folder, script: .keys(.enter))
    #expect(inside.model.photos.countBelow == nil && !inside.text.contains("below"))
    try FileManager.default.removeItem(atPath: folder.file("one").string)
    try FileManager.default.removeItem(atPath: folder.file("two/deep").string)
    #expect(BrowserHarness.play(folder, script: []).lines[0].contains("no images here or below"))
  }
}
