import Foundation
import TestSupport
import Testing

@testable import Training

@Suite("Metrics equal the COCO reference scorers")
struct MetricsTests {
  /// 126 captions as words, and what the reference scorers made of them (`Fixtures/metrics`).
  struct Golden: Decodable {
    struct Case: Decodable {
      let hyp: String
      let refs: [String]
    }
    let cases: [Case]
    let expected: [String: Double]
  }

  private func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  private static func golden(_ name: String) throws -> Golden {
    try JSONDecoder().decode(Golden.self, from: Data(contentsOf: Fixtures.url("metrics/\(name).json")))
  }

  private func expect(_ scores: CaptionScores, _ golden: Golden) throws {
    let mine = scores.bleu + [scores.rougeL, scores.cider]
    let theirs = try ["Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4", "ROUGE_L", "CIDEr"].map {
      try #require(golden.expected[$0])
    }
    #expect(mine.count == theirs.count)
    for (mine, theirs) in zip(mine, theirs) { #expect(abs(mine - theirs) < 1e-9) }
  }

  @Test("BLEU, ROUGE-L and CIDEr of 126 captions are the scorers' to 1e-9") func golden() throws {
    let golden = try Self.golden("vector_coco_fakecap_126")
    #expect(golden.cases.count == 126)
    try expect(
      CaptionMetrics.score(
        words: golden.cases.map { split($0.hyp) }, references: golden.cases.map { $0.refs.map(split) }), golden)
  }

  @Test("a single caption scores as published") func single() {
    let scores = CaptionMetrics.score(
      candidates: ["This is a good test."], references: [["this is a test", "this is also a test"]])
    for (mine, theirs) in zip(scores.bleu, [0.799999, 0.632455, 0.5108729, 0.0000903602]) {
      #expect(abs(mine - theirs) < 1e-5 * max(theirs, 0.1))
    }
    #expect(abs(scores.bleu[3] - 0.0000903602) < 1e-9)
    #expect(abs(scores.rougeL - 0.9070631) < 1e-6)
  }

  @Test("a caption without a word scores zero, but ROUGE-L against another such; no captions score zero") func empty() {
    let scores = CaptionMetrics.score(candidates: ["", "..."], references: [["a dog"], ["", "a cat"]])
    #expect(scores.bleu.allSatisfy { $0 < 1e-3 } && scores.rougeL == 0.5 && scores.cider == 0)
    #expect(scores.distinct == [0, 0] && scores.identicalShare == 1)
    #expect(CaptionMetrics.score(candidates: [], references: []).count == 0)
  }

  @Test("variety counts different n-grams and equal captions") func variety() {
    let scores = CaptionMetrics.score(
      candidates: ["a dog runs", "A dog runs.", "a cat"], references: [["x"], ["x"], ["x"]])
    #expect(scores.distinct == [4.0 / 8, 3.0 / 5])
    #expect(abs(scores.identicalShare - 2.0 / 3) < 1e-12)
    #expect(abs(scores.meanLength - 8.0 / 3) < 1e-12)
  }

  @Test("words are compared by code point: a letter and its decomposed form differ") func codePoints() {
    let scores = CaptionMetrics.score(candidates: ["caf\u{e9}"], references: [["cafe\u{301}"]])
    #expect(scores.rougeL == 0 && scores.bleu[0] < 1e-9)
  }
}

@Suite("Captions are split as the COCO scorers split them")
struct CaptionTokenizerTests {
  private struct Line: Decodable {
    let text: String
    let words: String
  }

  @Test("every caption gives the words of CoreNLP 3.4.1, less lone punctuation")
  func words() throws {
    let lines = try JSONDecoder().decode([Line].self, from: Data(contentsOf: Fixtures.url("metrics/tokens.json")))
    #expect(lines.count > 20)
    let split = CaptionTokenizer.words(of: lines.map(\.text))
    #expect(split.count == lines.count)
    for (words, line) in zip(split, lines) {
      // By bytes: to `==`, decomposed letters are equal to composed ones.
      #expect(Array(words.joined(separator: " ").utf8) == Array(line.words.utf8), "\(line.text)")
    }
  }

  /// `make_captions.py` makes the file, and others as long as one likes.
  @Test("thousands of strings like captions, in one file, give the words of CoreNLP 3.4.1, less lone punctuation")
  func manyCaptions() throws {
    let other = ProcessInfo.processInfo.environment["GAZE_CAPTIONS"].map { URL(filePath: $0) }
    let url = other ?? Fixtures.url("metrics/captions.json")
    let pairs = try JSONDecoder().decode([[String]].self, from: Data(contentsOf: url))
    #expect(pairs.count >= 3000)
    let split = CaptionTokenizer.words(of: pairs.map { $0[0] })
    #expect(split.count == pairs.count)
    for (words, pair) in zip(split, pairs) {
      #expect(Array(words.joined(separator: " ").utf8) == Array(pair[1].utf8), "\(pair[0])")
    }
  }

  @Test("a caption on its own gives the words it gives before another") func alone() {
    #expect(CaptionTokenizer.words("No. 5 isn't the \u{1f436}'s") == ["no.", "5", "is", "n't", "the", "'s"])
    #expect(CaptionTokenizer.words(of: ["it is no.", "5 dogs"]) == [["it", "is", "no."], ["5", "dogs"]])
    #expect(CaptionTokenizer.words("it is no.") == ["it", "is", "no"])
  }

  @Test("line breaks within a caption are spaces, and all but the newline are told") func breaks() {
    for mark in ["\n", "\r", "\r\n", "\u{b}", "\u{c}", "\u{2028}", "\u{2029}"] {
      #expect(CaptionTokenizer.words("a\(mark)b") == ["a", "b"])
      #expect(CaptionTokenizer.breaksLines("a\(mark)b") == (mark != "\n"))
    }
    #expect(!CaptionTokenizer.breaksLines("a b\t\u{85}\u{a0}"))
  }

  @Test("captions without words, and none, give none") func nothing() {
    #expect(CaptionTokenizer.words(of: ["", " ", "..."]) == [[], [], []])
    #expect(CaptionTokenizer.words(of: []).isEmpty)
  }
}
