import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors

@Suite("A word's rank among all the network could have said")
struct RankTests {
  /// Tokens by falling logit, equal ones by number, without some.
  private func sorted(_ logits: [Float], without forbidden: [Int]) -> [Int] {
    func usable(_ token: Int) -> Float { logits[token].isNaN ? -.infinity : logits[token] }
    return logits.indices.filter { !forbidden.contains($0) }.sorted {
      usable($0) != usable($1) ? usable($0) > usable($1) : $0 < $1
    }
  }

  @Test("it is the place in a full sort, also among equal logits and such as are no numbers") func sort() {
    for seed in 0..<20 {
      var logits = goldenFill("ranks \(seed)", count: 50, low: -3, high: 3, seed: 1).map { ($0 * 2).rounded() / 2 }
      logits[seed] = .nan
      logits[49 - seed] = -.infinity
      let forbidden = [0, 7, 30 + seed % 5]
      let order = sorted(logits, without: forbidden)
      logits.withUnsafeBufferPointer { buffer in
        for (place, token) in order.enumerated() {
          #expect(Sampler.rank(of: token, in: buffer, forbidden: forbidden) == place + 1)
        }
        #expect(Sampler.rank(of: order[0], in: buffer) >= 1)
      }
    }
  }

  @Test("recited and drawn words have it, whatever drew them", arguments: CaptionPrefixTests.networks)
  func words(name: String) throws {
    let captioner =
      try name == "small"
      ? Captioner.random(.tiny, inputSize: 32, width: 12, words: ["a", "dog", "cat", "runs", "in", "the"], seed: 3)
      : Captioner(weightsAt: Fixtures.path("transformers/\(name)"))
    let photo = try captioner.encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")))
    func check(_ caption: Caption, in context: some DecodingContext) {
      var tokens = captioner.text.startTokens
      for token in caption.words.flatMap(\.tokens) {
        var states = context.start(1)
        var logits: [Float] = []
        for last in tokens {
          let step = context.step([last], states: states)
          (logits, states) = (step.logits.values, step.states)
        }
        let order = sorted(logits, without: captioner.text.neverEmitted)
        let place =
          order.firstIndex(of: token.token).map { $0 + 1 } ?? order.count { logits[$0] > logits[token.token] } + 1
        #expect(token.rank == place)
        tokens.append(token.token)
      }
    }
    let modes: [DecodingSettings.Mode] = [.sample, .greedy, .beam(width: 3)]
    let drawn = try modes.flatMap { mode in
      try captioner.captions(for: photo, settings: DecodingSettings(mode: mode, samples: 2, maxWords: 5))
    }
    for caption in try drawn + [captioner.recited("a zebra dog runs", for: photo)] { check(caption, in: photo.context) }
  }

  @Test("unknown words are marked") func unknown() throws {
    let captioner = try Captioner.random(.tiny, inputSize: 32, width: 12, words: ["a", "dog"], seed: 3)
    let photo = try captioner.encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")))
    let caption = try captioner.recited("a zebra, dog", for: photo)
    #expect(caption.words.map(\.isUnknown) == [false, true, false] && caption.words.allSatisfy(\.isGiven))
  }
}
