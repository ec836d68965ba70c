import TestSupport
import Testing

@testable import Browser
@testable import Captioning
@testable import Terminal

/// Numbers that are typed, and both probabilities of a word by name.
@Suite struct TypedNumberTests {
  private func play(_ key: Key, _ text: String, before: [NullScreen.Step] = []) throws -> BrowserHarness {
    BrowserHarness.play(try PictureFolder(), script: before + [.key(key)] + .typed(text) + .keys(.enter))
  }

  @Test func aTypedNumberIsSetAtOnceAndDrawnWith() throws {
    #expect(try play("K", "50").model.captions.settings.topK == 50)
    #expect(try play("T", "0.75").model.captions.settings.temperature == 0.75)
    #expect(try play("r", "12").model.captions.settings.seed == 12)
    let drawn = try play("K", "50", before: .keys(.enter))
    #expect(drawn.service.encodes == 1 && drawn.service.decodes == 2 && drawn.model.record?.settings?.topK == 50)
    #expect(try play("K", "50", before: .keys(.enter)).model.history.done.last?.label == "top-k")
    #expect(try play("K", "").model.notice == nil)
    let asked = BrowserHarness.play(try PictureFolder(), script: .keys("T", "1"))
    #expect(asked.lines.last?.hasPrefix("temperature (0.1 to 5): 1") == true)
  }

  @Test(
    arguments: [
      ("K", "0", "k: expected a whole number from 1 to 1000"),
      ("K", "1001", "k: expected a whole number from 1 to 1000, the words the network knows"),
      ("K", "-3", "k: expected a whole number from 1 to 1000"),
      ("K", "5.5", "k: expected a whole number from 1 to 1000"),
      ("K", "99999999999999999999", "k: expected a whole number from 1 to 1000"),
      ("T", "0", "temperature: expected a number from 0.1 to 5"),
      ("T", "5.1", "temperature: expected a number from 0.1 to 5"),
      ("T", "nan", "temperature: expected a number from 0.1 to 5"),
      ("T", "warm", "temperature: expected a number from 0.1 to 5"),
      ("r", "-1", "seed: expected a whole number from 0 to 18446744073709551615"),
    ] as [(Key, String, String)])
  func whatIsOutOfRangeIsRefusedInWords(_ key: Key, _ text: String, _ words: String) throws {
    let harness = try play(key, text)
    #expect(harness.model.captions.settings == DecodingSettings())
    #expect(harness.model.notice?.text == "'\(text)' is no \(words)" && harness.model.notice?.kind == .warning)
  }

  @Test func topKGoesAsFarAsTheNetworkHasWords() throws {
    func play(_ words: Int, _ script: [NullScreen.Step]) throws -> BrowserHarness {
      BrowserHarness.play(try PictureFolder(), service: FakeCaptionService(words: words), script: script)
    }
    let asked = try play(812, .keys("K"))
    #expect(asked.lines.last?.hasPrefix("k (1 to 812): ") == true)
    #expect(try play(812, .keys("K") + .typed("812") + .keys(.enter, "]")).model.captions.settings.topK == 812)
    let refused = try play(812, .keys("K") + .typed("813") + .keys(.enter))
    #expect(
      refused.model.notice?.text
        == "'813' is no k: expected a whole number from 1 to 812, the words the network knows")
    #expect(try play(4000, .keys("K") + .typed("4000") + .keys(.enter)).model.captions.settings.topK == 4000)
    let few = try play(7, [])
    #expect(few.model.captions.settings.topK == 7, "10 were set before the weights were there")
    #expect(few.model.notice?.text == "k is 7 now: the network knows no more words")
    let drawn = try play(7, .keys(.enter))
    #expect(drawn.model.record?.settings?.topK == 7 && drawn.text.contains(" of top 7"))
  }

  @Test func bothProbabilitiesSayWhatTheyAreOf() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: .keys(.enter))
    #expect(harness.text.contains("a  word 1/9  0.248 of top 10, 0.225 of all"), "\(harness.text)")
    let narrow = BrowserHarness.play(try PictureFolder(), size: Size(columns: 40, rows: 12), script: .keys(.enter))
    #expect(narrow.text.contains("1/9  0.248 of top 10, 0.225 of all"), "\(narrow.text)")
    let greedy = BrowserHarness.play(try PictureFolder(), script: .keys(.enter, "d"))
    #expect(!greedy.text.contains("of top") && greedy.text.contains(" of all"))
  }
}

/// Everything on the screen that can be pressed.
@Suite struct PointingTests {
  /// Presses the first place where a text stands on the last frame.
  private func press(_ text: String, in harness: BrowserHarness) throws -> BrowserModel {
    let row = try #require(harness.lines.lastIndex { $0.contains(text) }, "\(text) in \(harness.text)")
    let line = harness.lines[row]
    let column = line.distance(from: line.startIndex, to: try #require(line.range(of: text)).lowerBound)
    var model = harness.model
    _ = model.update(.key(.press(row: row, column: column)), now: 0)
    return model
  }

  @Test func hintsArePressed() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: [])
    #expect(try press("/ search", in: harness).prompt == .search(LineEditor(), from: 0))
    #expect(try press("? help", in: harness).views.isHelpOpen)
    #expect(try press("caption all", in: harness).prompt != nil)
    #expect(try press("q quit", in: harness).hasQuit)
  }

  @Test func answersArePressed() throws {
    for size in [Size(columns: 80, rows: 24), Size(columns: 40, rows: 12), Size(columns: 20, rows: 5)] {
      let asked = BrowserHarness.play(try PictureFolder(), size: size, script: .keys("i", "V"))
      let shown = try press("m marked", in: asked)
      #expect(shown.filter == .marked && shown.photos.count == 1, "\(asked.text)")
    }
    let asked = BrowserHarness.play(try PictureFolder(), script: .keys("V"))
    var model = asked.model
    _ = model.update(.key(.press(row: 2, column: 2)), now: 0)
    #expect(model.prompt == asked.model.prompt, "elsewhere a press answers nothing")
  }

  @Test func settingsAndTheCountArePressed() throws {
    let harness = BrowserHarness.play(try PictureFolder(), script: [])
    #expect(try press("k 10", in: harness).prompt == .number(.topK, LineEditor()))
    #expect(try press("T 1.0", in: harness).prompt == .number(.temperature, LineEditor()))
    #expect(try press("seed 1", in: harness).prompt == .number(.seed, LineEditor()))
    #expect(try press("sample", in: harness).captions.settings.mode == .greedy)
    #expect(try press("3 images", in: harness).prompt == .confirm(Confirmation(question: "Show", action: .filter)))
    #expect(try press("1/3", in: harness).prompt == nil)
  }
}
