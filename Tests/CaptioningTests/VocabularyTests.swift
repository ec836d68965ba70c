import Foundation
import TestSupport
import Testing

@testable import Captioning

@Suite("Words and tokens are those of the notebook's TextVectorization")
struct VocabularyTests {
  /// What TensorFlow made of a few sentences (`Fixtures/text`).
  struct Golden: Decodable {
    let texts: [String]
    let vocabulary: [String]
    let tokens: [[Int]]
    let unseen: [[Int]]
  }

  private func golden(_ size: Int) throws -> Golden {
    try JSONDecoder().decode(Golden.self, from: Data(contentsOf: Fixtures.url("text/text_\(size).json")))
  }

  /// The golden texts carry their own `<start>` and `<end>`.
  private func bare(_ text: String) throws -> String {
    let start = try #require(text.range(of: "<start>"))
    let end = try #require(text.range(of: "<end>"))
    return String(text[start.upperBound..<end.lowerBound])
  }

  private func padded(_ tokens: [Int], to length: Int = 16) -> [Int] {
    Array((tokens + Array(repeating: Vocabulary.padding, count: length)).prefix(length))
  }

  @Test("vocabulary, order and tokens equal TensorFlow's", arguments: [16, 20000])
  func equalsTensorFlow(size: Int) throws {
    let golden = try golden(size)
    let vocabulary = Vocabulary.build(captions: try golden.texts.map(bare), maximumSize: size)
    #expect(vocabulary.words.map { Array($0.utf8) } == golden.vocabulary.map { Array($0.utf8) })
    #expect(try golden.texts.map { padded(vocabulary.tokens(try bare($0))) } == golden.tokens)
    #expect([padded(vocabulary.tokens("a zebra and a man"))] == golden.unseen)
    #expect(try Vocabulary(words: golden.vocabulary) == vocabulary)
  }

  @Test("only ASCII is lowered, and of the punctuation only ' < > stay") func standardization() {
    #expect(CaptionStandardization.standardize("A.B,C-D/É 'Q' <X>") == "abcdÉ 'q' <x>")
    #expect(CaptionStandardization.standardize("!\"#$%&()*+,-./:;=?@[\\]^_`{|}~") == "")
    #expect(CaptionStandardization.words(" a\t\n b\u{b}c\u{a0}d - ") == ["a", "b", "c\u{a0}d"])
  }

  @Test("rare words and words past the size are left out, the special ones never") func limits() {
    let captions = ["a b", "a c", "a c"]
    let rare = Vocabulary.build(captions: captions, maximumSize: 100, minimumCount: 2)
    #expect(rare.words == ["", "[UNK]", "a", "<start>", "<end>", "c"])
    let small = Vocabulary.build(captions: ["z z z z"], maximumSize: 4)
    #expect(small.words == ["", "[UNK]", "<start>", "<end>"])
    #expect(Vocabulary.build(captions: [String](), maximumSize: 9).count == 4)
  }

  @Test("text is what stands between <start> and <end>") func text() {
    let vocabulary = Vocabulary.build(captions: ["a dog runs"], maximumSize: 9)
    let tokens = vocabulary.tokens("A dog runs!")
    #expect(tokens.first == vocabulary.startToken && tokens.last == vocabulary.endToken)
    #expect(vocabulary.text(tokens + [vocabulary["a"], Vocabulary.padding]) == "a dog runs")
    #expect(vocabulary["zebra"] == Vocabulary.unknown)
  }

  @Test("words are compared byte by byte, whatever Unicode holds for equal") func exactWords() {
    let vocabulary = Vocabulary.build(captions: ["caf\u{e9}", "cafe\u{301}", "cafe\u{301}"], maximumSize: 9)
    #expect(vocabulary.count == 6)
    #expect(vocabulary["caf\u{e9}"] != vocabulary["cafe\u{301}"])
  }

  @Test(
    "words that cannot be a vocabulary are refused",
    arguments: [
      [], ["", "[UNK]", "<start>"], ["[UNK]", "", "<start>", "<end>"], ["", "[UNK]", "<start>", "a"],
      ["", "[UNK]", "<start>", "<end>", "a", "a"],
    ]) func refused(words: [String])
  {
    #expect(throws: CaptioningError.self) { try Vocabulary(words: words) }
  }
}
