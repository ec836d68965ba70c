import Foundation
import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Reports
@testable import Terminal

/// One sentence through several networks.
@Suite struct NetworksTests {
  private func play(
    _ script: [NullScreen.Step], networks: [String] = ["mine", "step 200"], service: FakeCaptionService? = nil,
    _ columns: Int = 80, _ rows: Int = 24
  ) throws -> BrowserHarness {
    BrowserHarness.play(
      try PictureFolder(), size: Size(columns: columns, rows: rows), service: service ?? FakeCaptionService(),
      networks: networks, script: script)
  }

  @Test func everyNetworkTellsTheChosenCaptionAndTheViewWhereTheyPart() throws {
    let harness = try play(.keys(.enter, "l", "D"))
    #expect(harness.service.asked == [1, 0, 2], "the chosen network first")
    #expect(harness.service.encodes == 1 && harness.service.decodes == 1 && !harness.model.isBusy)
    let (text, networks) = (try #require(harness.model.record?.current.text), harness.model.networks)
    for network in 0...2 {
      let told = try #require(networks.caption(of: network))
      #expect(told.text == text && told.isRecited)
    }
    let words = try #require(networks.caption(of: 0)).words.map(\.word)
    // Each word is less likely by as many tenths as its place, so that the last is where they part.
    let last = words.count - 1
    let lost = String(format: "−%.2f", Double(last) / 10)
    #expect(harness.lines[2].contains("  \(lost) at \(words[last])"), "\(harness.text)")
    let wide = try play(.keys(.enter, "l", "D"), 200, 60)
    #expect(wide.lines[2].contains("parts most at \(words[last]) \(lost), maps "), "\(wide.text)")
    let narrow = try play(.keys(.enter, "l", "D"), 40, 12)
    #expect(narrow.service.asked == [1, 0] && narrow.text.contains(" \(lost) at \(words[last]), maps "))
    #expect(harness.lines[1].contains(" 1  tiny") && harness.lines[1].contains("▸2  mine"))
    #expect(harness.lines[1].contains(" 3  step 200") && harness.lines[0].contains("3 networks"))
    #expect(harness.text.contains("\(words.count) words, recited"))
  }

  @Test func wordsThatAreTwiceOrHalfAsLikelyStandOut() throws {
    let harness = try play(.keys(.enter, "D"), networks: ["mine", "x", "y", "z"], 200, 60)
    let canvas = try #require(harness.screen.frames.last)
    let layout = try #require(harness.model.networkLayout(in: harness.model.layout))
    let theme = harness.model.appearance.theme
    let words = try #require(harness.model.networks.caption(of: 0)).words.map(\.word)
    for column in layout.columns where column.index > 0 {
      let rows = (column.rect.row..<column.rect.bottom).filter { row in
        words.last.map { BrowserHarness.lines(canvas)[row].dropFirst(column.rect.column + 1).hasPrefix($0 + " ") }
          == true
      }
      let row = try #require(rows.first)
      let styles = words.indices.dropFirst().map { canvas[row - words.count + 1 + $0, column.rect.column + 1].style }
      for (place, style) in zip(1..., styles) {
        let isLarge = Float(place * column.index) / 10 >= Float(log(2.0))
        let expected = place == words.count - 1 ? theme[.warning] : isLarge ? theme[.text] : theme[.muted]
        #expect(style == expected.with(isLarge ? .bold : []), "\(words[place]) of network \(column.index)")
      }
    }
  }

  @Test func onlyNetworksInSightAreAskedAndTheOthersAsOneComesToThem() throws {
    let frames = (1...40).map { "step \($0 * 100)" }
    let harness = try play(.keys(.enter, "D"), networks: frames)
    #expect(harness.service.asked == [1, 0, 2])
    let further = try play(.keys(.enter, "D", .tab, .tab), networks: frames)
    #expect(further.service.asked == [1, 0, 2, 3] && further.model.networks.chosen == 3)
    #expect(further.lines[1].contains("▸4  step 300") && further.lines[0].contains("networks 1, 3-4 of 41"))
    let back = try play(.keys(.enter, "D", .tab, .tab, .backTab, .backTab), networks: frames)
    #expect(back.service.asked == [1, 0, 2, 3], "what was told is kept")
    let last = try play(.keys(.enter, "D", .backTab, .backTab), networks: frames)
    #expect(last.model.networks.chosen == 40 && last.service.asked.sorted() == [0, 1, 2, 39, 40])
    let picked = try play(.keys(.enter, "D", "7"), networks: frames)
    #expect(picked.model.networks.chosen == 6 && picked.model.record?.chosen == 0)
  }

  @Test func theMouseChoosesANetwork() throws {
    let harness = try play(.keys(.enter, "D") + [.key(.press(row: 12, column: 70))])
    #expect(harness.model.networks.chosen == 2)
  }

  @Test func theSameIsNotAskedAgainAndAnotherCaptionIs() throws {
    let again = try play(.keys(.enter, "D", "l", "l", "D", "D"))
    #expect(again.service.asked == [1, 0, 2] && again.model.views.isComparingNetworks)
    let other = try play(.keys(.enter, "D", .escape, "2", "D"))
    #expect(other.service.asked == [1, 0, 2, 1, 0, 2])
    #expect(other.model.networks.caption(of: 0)?.text == other.model.record?.text(1))
    let drawn = try play(.keys(.enter, "D", "]"))
    #expect(drawn.service.asked.count == 6 && drawn.model.captions.settings.topK == 11)
    let maps = try play(.keys(.enter, "D", "y"))
    #expect(maps.service.asked.count == 6 && maps.model.networks.caption(of: 1)?.maps.choice.kind == .value)
    let photo = try play(.keys("j", .enter, "k", .enter, "D", "j"))
    #expect(photo.service.asked.count == 6 && photo.model.views.isComparingNetworks)
    #expect(photo.model.networks.subject?.path == photo.model.photo?.path)
    #expect(try play(.keys(.enter, "D", "j")).model.views.main == .list, "the next photo has no caption")
  }

  @Test func whatWasSaidIsToldByEveryNetwork() throws {
    let harness = try play(.keys("\"") + .typed("a red house") + .keys(.enter, "D"))
    #expect((0...2).map { harness.model.networks.caption(of: $0)?.text } == Array(repeating: "a red house", count: 3))
  }

  @Test func oneThatCannotBeAskedSaysWhyInItsColumn() throws {
    let service = FakeCaptionService(broken: [1])
    let harness = try play(.keys(.enter, "D"), service: service)
    #expect(service.asked == [1, 0, 2], "it is not asked again and again")
    #expect(harness.text.contains("w1.safetensors: not a") && harness.text.contains("gaze weights file"))
    #expect(harness.model.networks.caption(of: 2) != nil && harness.model.notice == nil && !harness.model.isBusy)
  }

  @Test func itIsLeftByItsKeyByEscAndByEnter() throws {
    for key in ["D", .escape, .enter] as [Key] {
      let harness = try play(.keys(.enter, "D", key))
      #expect(harness.model.views.main == .list && harness.service.decodes == 1)
    }
  }

  @Test func withoutNetworksOrCaptionsItSaysSo() throws {
    #expect(
      try play(.keys(.enter, "D"), networks: []).model.notice?.text
        == "no other network: gaze --against WEIGHTS compares with one")
    let none = try play(.keys("D"))
    #expect(none.model.notice?.text == "no caption yet: Enter draws some" && none.service.asked.isEmpty)
  }

  @Test(arguments: [(20, 5), (40, 12), (80, 24), (120, 40), (300, 100)])
  func everySizeDraws(_ columns: Int, _ rows: Int) throws {
    let harness = try play(.keys(.enter, "l", "D", .tab), columns, rows)
    #expect(harness.lines.count == rows && harness.text.contains("1/3"))
  }

  // MARK: - Lines

  @Test func linesTellTheSame() throws {
    let folder = try PictureFolder()
    func say(_ lines: [String], _ networks: [String] = ["mine", "step 200"]) -> [String] {
      BrowserHarness.answer(folder, lines, networks: networks).said
    }
    let all = say(["caption", "against"]).suffix(2)
    #expect(
      all.first?.hasPrefix("Network 2 of 3, mine: log-probability −") == true
        || all.first?.hasPrefix("Network 2 of 3, mine: log-probability -") == true, "\(all)")
    #expect(all.allSatisfy { $0.contains("parts most at ") && $0.hasSuffix("nats less likely to it.") })
    let one = say(["caption", "against 3", "word"])
    let words = one.filter { $0.hasPrefix("Word ") && $0.contains("to network 1") }
    #expect(one.contains { $0.hasPrefix("Network 3 of 3, step 200: ") } && !words.isEmpty)
    #expect(one.last?.hasPrefix("Word 2 of ") == true, "the view is left")
    #expect(
      say(["say a red house", "against"], ["mine"]).suffix(3).map { $0.prefix(13) }
        == ["Word 1 of 3: ", "Word 2 of 3: ", "Word 3 of 3: "])
    #expect(say(["caption", "against 9"]).last == "There is no network '9': expected 2 to 3.")
    #expect(say(["against"]).last == "No caption yet: Enter draws some.")
    #expect(say(["caption", "against"], []).last?.hasPrefix("No other network") == true)
  }
}
