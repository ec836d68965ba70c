import Captioning
import Files
import Foundation
import SystemPackage
import Synchronization
import TestSupport
import Testing

@testable import Reports

@Suite("Examples are found in captions written as JSON")
struct FindingTests {
  /// A word with a map of one row.
  private func word(_ word: String, _ logProbability: Float, _ map: [Float]) -> CaptionWord {
    CaptionWord(
      word: word, token: 4, probability: 1, logProbability: logProbability,
      attention: AttentionMap(rows: 1, columns: map.count, values: map), alternatives: [])
  }

  /// The line that `gaze caption --json` writes.
  private func line(_ image: String, _ captions: [[CaptionWord]]) -> String {
    let captions = captions.map {
      Caption(words: $0, logProbability: -1, finished: true, settings: DecodingSettings(mode: .greedy))
    }
    return CaptionLine.json(
      CaptionedImage(path: FileName.path(image), size: (4, 3), captions: captions),
      weights: WeightsIdentity(name: "w", sha256: "00"))
  }

  private func search(
    _ text: String, _ query: WordQuery = WordQuery(), _ order: FindOrder? = nil, partSize: Int = 1 << 20
  ) -> CaptionLineSearch.Outcome {
    Array(text.utf8).withUnsafeBytes { CaptionLineSearch(query, order: order, partSize: partSize).run($0) }
  }

  private var three: String {
    line("a.jpg", [[word("a", -0.1, [0.5, 0.5]), word("Dog", -2, [0.75, 0.25])], [word("dog", -3, [1, 0])]])
      + line("b.jpg", [[word("a", -0.2, [0.25, 0.75]), word("cat", -1, [0.5, 0.5])]])
      + "\r\n"
      + line("c.jpg", [[word("dog", -0.5, [0.25, 0.75])]])
      + line("none.jpg", [])
  }

  @Test("every image is listed once, with its first fitting word and all that is told of it") func everything() throws {
    let outcome = search(three)
    #expect(outcome.lines == 4 && outcome.problems.isEmpty)
    #expect(outcome.found.map(\.image) == ["a.jpg", "b.jpg", "c.jpg"] && outcome.found.map(\.line) == [1, 2, 4])
    let dogs = search(three, WordQuery(word: "DOG")).found
    #expect(dogs.map(\.image) == ["a.jpg", "c.jpg"])
    let first = try #require(dogs.first)
    #expect(first.word == "Dog" && first.caption == "a Dog" && first.captionIndex == 0 && first.wordIndex == 1)
    #expect(first.logProbability == -2 && abs(first.probability - exp(-2)) < 1e-12)
    #expect(first.attention == AttentionMap(rows: 1, columns: 2, values: [0.75, 0.25]))
    // {a, Dog} and {dog} share nothing.
    #expect(first.disagreement == 1 && dogs[1].disagreement == nil && first.outside == nil)
    #expect(
      first.json.text
        == #"{"image":"a.jpg","line":1,"caption":"a Dog","caption_index":0,"word":"Dog","word_index":1,"#
        + #""log_probability":-2.0,"entropy_bits":\#(first.attention.entropy),"top_share":0.75,"top_row":0,"#
        + #""top_column":0,"outside":null,"disagreement":1.0,"log_probability_fall":null}"#)
  }

  @Test("a bound is of the probability among all words; attention outside is by area, and cells count by their parts")
  func bounds() throws {
    let unlikely = search(three, WordQuery(word: "dog", probability: NumberBound("<0.1")))
    #expect(unlikely.found.map(\.logProbability) == [-3], "e^-2 is 0.135, e^-3 is 0.05")
    #expect(search(three, WordQuery(probability: NumberBound(">= 0.9"))).found.map(\.image) == ["a.jpg"])
    let right = try #require(PhotoArea("right"))
    let left = search(three, WordQuery(word: "dog", outside: (right, NumberBound(.above, 0.5)))).found
    #expect(left.map(\.image) == ["a.jpg"] && left[0].outside == 0.75)
    let map = AttentionMap(rows: 2, columns: 2, values: [0.1, 0.2, 0.3, 0.4])
    let middle = try #require(PhotoArea("0.25,0.5,1,0.75"))
    #expect(abs(middle.shareOutside(map) - (1 - 0.3 / 4 - 0.4 / 2)) < 1e-7)
    for (name, share) in [("left", 0.6), ("right", 0.4), ("top", 0.7), ("bottom", 0.3), ("center", 0.75)] {
      #expect(abs(try #require(PhotoArea(name)).shareOutside(map) - share) < 1e-7, "\(name)")
    }
    for wrong in ["", "middle", "0,0,1", "0,0,0,1", "0,0,1.5,1", "0.5,0,0.2,1", "0,0,1,nan", "0,0,1,1,1"] {
      #expect(PhotoArea(wrong) == nil, "\(wrong)")
    }
    for (text, holds) in [
      ("<1", [true, false, false]), ("<=1", [true, true, false]), (">1", [false, false, true]),
      (" >= 1.0 ", [false, true, true]),
    ] {
      let bound = try #require(NumberBound(text))
      #expect([0.5, 1, 2].map(bound.holds) == holds, "\(text)")
    }
    for wrong in ["", "1", "=1", "<", "<x", "<inf", "<>1"] { #expect(NumberBound(wrong) == nil, "\(wrong)") }
  }

  @Test("an order picks the word of an image and the images; equals keep the file's order, what is not there is last")
  func orders() {
    func images(_ measure: FindMeasure, ascending: Bool = false) -> [String] {
      let order = FindOrder(measure, isAscending: ascending)
      return order.sorted(search(three, WordQuery(), order).found).map { "\($0.image) \($0.word)" }
    }
    #expect(images(.probability) == ["a.jpg a", "b.jpg a", "c.jpg dog"])
    #expect(images(.probability, ascending: true) == ["a.jpg dog", "b.jpg cat", "c.jpg dog"])
    #expect(images(.entropy) == ["a.jpg a", "b.jpg cat", "c.jpg dog"])
    #expect(images(.topShare) == ["a.jpg dog", "b.jpg a", "c.jpg dog"])
    #expect(images(.disagreement) == ["a.jpg a", "b.jpg a", "c.jpg dog"])
    #expect(images(.disagreement, ascending: true) == ["a.jpg a", "b.jpg a", "c.jpg dog"])
  }

  @Test("falls of hidden cells are read where a line has them, and are an order") func falls() {
    let text = three.replacingOccurrences(of: #"{"word":"cat""#, with: #"{"log_probability_fall":1.5,"word":"cat""#)
      .replacingOccurrences(of: #"{"word":"dog""#, with: #"{"log_probability_fall":-0.25,"word":"dog""#)
    let order = FindOrder(.fall)
    let found = order.sorted(search(text, WordQuery(), order).found)
    #expect(found.map(\.fall) == [1.5, -0.25, -0.25] && found.map(\.image) == ["b.jpg", "a.jpg", "c.jpg"])
  }

  @Test("disagreement is the mean distance of all pairs") func disagreement() throws {
    #expect(CaptionDisagreement.of([]) == nil && CaptionDisagreement.of([["a"]]) == nil)
    #expect(CaptionDisagreement.of([["a", "b"], ["b", "a"]]) == 0 && CaptionDisagreement.of([[], []]) == 0)
    let three = try #require(CaptionDisagreement.of([["a", "b"], ["a", "c"], ["d"]]))
    #expect(abs(three - (2.0 / 3 + 1 + 1) / 3) < 1e-12)
  }

  @Test("parts of any size find the same, and each is let go once") func parts() {
    let text = (0..<40).map { three.replacingOccurrences(of: "a.jpg", with: "a\($0).jpg") }.joined() + "{}\n" + three
    let whole = search(text)
    #expect(whole.found.count == 123 && whole.problems.map(\.line) == [201])
    for size in [1, 7, 300, 1000, 4096] {
      let sum = Mutex(0)
      let parts = Array(text.utf8).withUnsafeBytes { bytes in
        CaptionLineSearch(WordQuery(), order: nil, partSize: size).run(bytes) { part in
          sum.withLock { $0 += part.count }
        }
      }
      #expect(parts.found == whole.found && parts.lines == whole.lines && parts.problems == whole.problems, "\(size)")
      #expect(sum.withLock { $0 } == text.utf8.count)
    }
    #expect(search("").found.isEmpty && search("\n\n").lines == 0)
  }

  @Test(
    "a line that is none is named with what was expected",
    arguments: [
      ("{", "a string"), (#"{"captions":[]}"#, "an object with \"image\""), (#"{"image":3}"#, "a string"),
      (#"{"image":"a","captions":[{"words":[]}]}"#, "an object with \"text\""),
      (#"{"image":"a","captions":[{"text":"a","words":[{"word":"a"}]}]}"#, "an object with \"log_probability\""),
      (
        #"{"image":"a","captions":[{"text":"a","words":[{"word":"a","log_probability":-1}]}]}"#,
        "an object with \"attention\""
      ),
      (
        #"{"image":"a","captions":[{"text":"a","words":[{"word":"a","log_probability":-1,"attention":"#
          + #"{"rows":1,"columns":2,"values":[1]}}]}]}"#, "rows × columns values of attention"
      ),
      (#"{"image":"a","captions":[]} x"#, "the end"),
    ]) func badLines(_ line: String, expected: String)
  {
    let outcome = search(three + line + "\n" + three)
    #expect(outcome.found.count == 6 && outcome.problems.map(\.line) == [6] && outcome.lines == 9)
    #expect(outcome.problems.first?.problem.expected == expected, "\(outcome.problems)")
  }
}
