import SystemPackage
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Terminal

@Suite struct GridTests {
  private let names = (1...30).map { "photo \($0).png" }

  private func play(_ script: [NullScreen.Step], size: Size = Size(columns: 80, rows: 24)) throws -> BrowserHarness {
    BrowserHarness.play(try PictureFolder(names), size: size, script: script)
  }

  @Test(arguments: [Size(columns: 20, rows: 5), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)])
  func gridOfThumbnails(_ size: Size) throws {
    let harness = BrowserHarness.play(
      try PictureFolder(["apple.png", "bridge.png", "cat.png"]), size: size, script: .keys("v", "l"))
    try CanvasSnapshot.expect(harness.screen.frames.last, "grid-\(size.columns)x\(size.rows)-truecolor")
  }

  @Test func arrowsGoInTwoDirections() throws {
    #expect(try play(.keys("v", "l", "l")).model.photos.selection == 2)
    #expect(try play(.keys("v", "j")).model.photos.selection == 4, "four beside each other on 80 columns")
    #expect(try play(.keys("v", "j", "l", "k")).model.photos.selection == 1)
    #expect(try play(.keys("v", "k", "h")).model.photos.selection == 0)
    #expect(try play(.keys("v", "G", "j")).model.photos.selection == 29)
    #expect(try play(.keys("v", .pageDown)).model.photos.selection == 8)
  }

  @Test func theSelectedPhotoIsAlwaysInSight() throws {
    for keys: [Key] in [["G"], ["j", "j", "j"], [.pageDown, .pageDown, "k"]] {
      let harness = try play(.keys("v") + keys.map { .key($0) })
      let grid = harness.model.gridLayout
      #expect(grid.cell(harness.model.photos.selection) != nil)
      #expect(harness.text.contains("▸" + (harness.model.photo?.name ?? "?")))
    }
  }

  @Test func cellsFillTheGridWithoutOverlapping() {
    for (columns, rows) in [(1, 1), (20, 5), (79, 21), (120, 37), (300, 97)] {
      let rect = Rect(row: 1, column: 0, rows: rows, columns: columns)
      let grid = GridLayout(in: rect, selection: 57, count: 100)
      var owners: [Int: Int] = [:]
      for index in 0..<100 {
        guard let cell = grid.cell(index) else { continue }
        #expect(cell.row >= 1 && cell.bottom <= rect.bottom && cell.end <= columns)
        #expect(cell.columns >= grid.pictureSize.columns)
        for row in cell.row..<cell.bottom {
          for column in cell.column..<cell.end {
            #expect(owners.updateValue(index, forKey: row * columns + column) == nil)
          }
        }
      }
      #expect(grid.cell(57) != nil)
    }
  }

  @Test func fewPhotosAreLarge() {
    let rect = Rect(row: 1, column: 0, rows: 57, columns: 200)
    #expect(GridLayout(in: rect, selection: 0, count: 7).perRow == 4)
    #expect(GridLayout(in: rect, selection: 0, count: 1000).perRow == 10)
    for count in 1...60 {
      let grid = GridLayout(in: rect, selection: count - 1, count: count)
      #expect(grid.first == 0 && grid.capacity >= count, "all of \(count) are in sight")
    }
  }

  @Test func theGridIsReadyOnceItsPicturesAreThere() throws {
    #expect(try play(.keys("v", "G")).model.isBusy == false)
  }

  @Test func enterCaptionsAndEscapeGoesBackToTheList() throws {
    let captioned = try play(.keys("v", "l", .enter))
    #expect(!captioned.model.views.isGrid)
    #expect(captioned.model.record != nil)
    #expect(captioned.model.photos.selection == 1)
    let back = try play(.keys("v", .escape))
    #expect(!back.model.views.isGrid && !back.model.hasQuit)
  }

  @Test func onlyPicturesInSightAndNearAreMade() throws {
    let harness = BrowserHarness.play(
      try PictureFolder((0..<100).map { "\($0).png" }), script: .keys("v"))
    let wanted = harness.effects.performed.compactMap { effect -> [FilePath]? in
      if case .loadThumbnails(let paths, _) = effect { paths } else { nil }
    }
    #expect(wanted.count == 1)
    #expect(wanted.first?.count == 2 * harness.model.gridLayout.capacity)
    let again = BrowserHarness.play(try PictureFolder(), script: .keys("v", "v", "v"))
    let asked = again.effects.performed.filter { if case .loadThumbnails = $0 { true } else { false } }
    #expect(asked.count == 1, "what is there is not made again")
  }

  @Test func whatCannotBeShownSaysSo() throws {
    let folder = try PictureFolder(["a.png"])
    try folder.write([1, 2, 3], as: "bent.png")
    let harness = BrowserHarness.play(folder, script: .keys("v"))
    #expect(harness.text.contains("cannot be shown"))
  }

  @Test func theMouseSelectsInTheGrid() throws {
    let harness = try play(.keys("v") + [.key(.press(row: 3, column: 45))])
    #expect(harness.model.photos.selection == 2)
  }
}
