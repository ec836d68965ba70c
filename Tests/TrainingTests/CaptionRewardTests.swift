import Foundation
import Testing

@testable import Captioning
@testable import Training

@Suite("What a drawn caption is worth")
struct CaptionRewardTests {
  private static let words = ["", "[UNK]", "<start>", "<end>", "a", "man", "in", "hat", "dog", "don't"]

  private static func reward(_ change: (inout SelfCriticalOptions) -> Void = { _ in }) throws -> CaptionReward {
    var options = SelfCriticalOptions()
    change(&options)
    return CaptionReward(
      references: [["a man in a hat"], ["A dog.", "a dog in a hat"], ["don't a dog"]],
      vocabulary: try Vocabulary(words: Self.words), options: options)
  }

  @Test("a caption that stops short is worth less than a whole one; one without an end less still") func endings()
    throws
  {
    let whole = [2, 4, 5, 6, 4, 7, 3]
    let rewards = try Self.reward().rewards([whole, [2, 4, 5, 6, 4, 3], Array(whole.dropLast())], photo: 0)
    #expect(abs(rewards[0] - 10) < 1e-9, "what the only reference says")
    #expect(rewards[1] < rewards[0] && rewards[2] < rewards[0])
    // The words "a man in a" alone, without an end on either side, would share all n-grams that can be found in them.
    let open = CIDEr(
      references: [["a man in a hat"], ["a dog", "a dog in a hat"], ["do n't a dog"]].map { $0.map(Self.split) })
    #expect(rewards[1] < open.scores([Self.split("a man in a")], photo: 0)[0])
  }

  private static func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  @Test("rewards are the scorers' CIDEr and BLEU-4 over their own words, the end among them") func scores() throws {
    let references = [["a man in a hat <e>"], ["a dog <e>", "a dog in a hat <e>"], ["do n't a dog <e>"]].map {
      $0.map(Self.split)
    }
    let candidates = [("a dog in a hat <e>", [2, 4, 8, 6, 4, 7, 3]), ("do n't a dog <e>", [2, 9, 4, 8, 3])]
    for photo in 0..<3 {
      let cider = CIDEr(references: references).scores(candidates.map { Self.split($0.0) }, photo: photo)
      let bleu = candidates.map { CaptionMetrics.bleu([Self.split($0.0)], [references[photo]])[3] }
      let both = try Self.reward { ($0.ciderWeight, $0.bleuWeight) = (0.5, 2) }.rewards(
        candidates.map(\.1), photo: photo)
      #expect(both.count == 2)
      for index in 0..<2 { #expect(abs(both[index] - 0.5 * cider[index] - 2 * bleu[index]) < 1e-12) }
    }
  }

  @Test("a drawn mark, unknown word or padding is one word that matches nothing") func marks() throws {
    let rewards = try Self.reward().rewards(
      [[2, 4, 5, 6, 4, 0, 7, 3], [2, 4, 5, 6, 4, 1, 7, 3], [2, 4, 5, 6, 4, 2, 7, 3]], photo: 0)
    #expect(rewards[0] > 0 && rewards[0] < 10 && rewards[0] == rewards[1] && rewards[1] == rewards[2])
    #expect(SentenceBatch([[2, 4, 0, 7, 3]]).targets == [4, 0, 7, 3])
  }
}
