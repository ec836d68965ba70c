import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

@Suite("Words are drawn as the notebook draws them")
struct SamplerTests {
  struct Golden: Decodable, Sendable {
    let k: Int
    let temperature: Float
    let index: [Int]
    let probability: [Float]
  }

  private static func golden() throws -> [Golden] {
    try JSONDecoder().decode([Golden].self, from: Data(contentsOf: Fixtures.url("sampling/sampling.json")))
  }

  /// The logits `make_golden.py` filled for seed 1.
  private let logits = goldenFill("sampling/logits", count: 64, low: -4, high: 4, seed: 1)

  private func draw(
    _ logits: [Float], k: Int, temperature: Float = 1, forbidden: [Int] = [], random: inout RandomSource
  ) -> Sampler.Draw {
    logits.withUnsafeBufferPointer {
      Sampler().draw(logits: $0, topK: k, temperature: temperature, forbidden: forbidden, random: &random)
    }
  }

  @Test("the tokens drawn from and their probabilities equal the reference to 1e-6") func equalsReference() throws {
    for golden in try Self.golden() {
      let order = logits.withUnsafeBufferPointer { Sampler.largest(golden.k, of: $0) }
      #expect(order == golden.index)
      let probabilities = Sampler.softmax(order.map { logits[$0] }, temperature: golden.temperature)
      #expect(probabilities.count == golden.probability.count)
      for (mine, theirs) in zip(probabilities, golden.probability) { #expect(abs(Float(mine) - theirs) < 1e-6) }
      var random = RandomSource(seed: 3)
      let draw = draw(logits, k: golden.k, temperature: golden.temperature, random: &random)
      #expect(draw.alternatives.map(\.token) == Array(order.prefix(10)))
      let position = try #require(order.firstIndex(of: draw.token))
      #expect(draw.probability == Float(probabilities[position]))
    }
  }

  @Test("log-probabilities are those of the full softmax, whatever k, temperature and what is forbidden")
  func logProbability() {
    let sum = logits.reduce(0.0) { $0 + exp(Double($1)) }
    for (k, temperature, forbidden) in [(1, Float(1), [0]), (5, 0.5, []), (64, 1.7, [1, 2, 3])] {
      var random = RandomSource(seed: 11)
      let draw = draw(logits, k: k, temperature: temperature, forbidden: forbidden, random: &random)
      #expect(abs(Double(draw.logProbability) - (Double(logits[draw.token]) - log(sum))) < 1e-6)
    }
  }

  @Test("20,000 draws follow the distribution (chi-squared, p > 0.001)") func frequencies() throws {
    for golden in try Self.golden() where golden.k == 10 {
      var random = RandomSource(seed: 2024)
      var counts: [Int: Int] = [:]
      let draws = 20_000
      let top = golden.index.map { logits[$0] }
      for _ in 0..<draws {
        counts[golden.index[draw(top, k: 10, temperature: golden.temperature, random: &random).token], default: 0] += 1
      }
      let distance = zip(golden.index, golden.probability).reduce(0.0) { sum, pair in
        let expected = Double(pair.1) * Double(draws)
        return sum + pow(Double(counts[pair.0] ?? 0) - expected, 2) / expected
      }
      #expect(distance < 27.88, "nine degrees of freedom")
    }
  }

  @Test("the same seed draws the same, another seed something else") func seeds() {
    func sequence(_ seed: UInt64) -> [Int] {
      var random = RandomSource(seed: seed)
      return (0..<50).map { _ in draw(logits, k: 64, temperature: 1.7, random: &random).token }
    }
    #expect(sequence(7) == sequence(7))
    #expect(Set((0..<50).map { sequence($0) }).count == 50)
  }

  @Test("the generator gives SplitMix64's published numbers on every machine") func generator() {
    // The state after scrambling seed 0 is the generator's first output for state 0.
    var reference = RandomSource(seed: 0)
    var state: UInt64 = 0xE220_A839_7B1D_CDAF
    for _ in 0..<5 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      #expect(reference.next() == z ^ (z >> 31))
    }
    var random = RandomSource(seed: 1)
    let numbers = (0..<10_000).map { _ in random.uniform() }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.01)
  }

  @Test("forbidden tokens are never drawn and leave room for the next best") func forbidden() {
    var random = RandomSource(seed: 5)
    let logits: [Float] = [9, 8, 7, 6, 5]
    for _ in 0..<200 {
      let draw = draw(logits, k: 2, forbidden: [0, 2], random: &random)
      #expect(draw.alternatives.map(\.token) == [1, 3])
      #expect([1, 3].contains(draw.token))
    }
  }

  @Test("equal logits come by token, for every k") func ties() {
    let logits: [Float] = [1, 3, 3, 0, 3, 1, -1, 1]
    let order = logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    for k in 1...12 {
      #expect(logits.withUnsafeBufferPointer { Sampler.largest(k, of: $0) } == Array(order.prefix(k)))
    }
  }

  @Test("a large vocabulary is ordered as a full sort orders it") func largeVocabulary() {
    let logits = goldenFill("sampling/large", count: 20000, low: -8, high: 8, seed: 1).map { ($0 * 50).rounded() }
    let order = logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    for k in [1, 10, 1000, 20000] {
      #expect(logits.withUnsafeBufferPointer { Sampler.largest(k, of: $0) } == Array(order.prefix(k)))
    }
  }

  @Test(
    "infinite and missing logits never crash a draw",
    arguments: [
      [Float.infinity, 1, .infinity], [-.infinity, -.infinity, 0], [.nan, 2, 1], [.nan, .nan, .nan],
      [-.infinity, -.infinity, -.infinity], [3e38, -3e38, 0],
    ]) func extremes(logits: [Float])
  {
    var random = RandomSource(seed: 1)
    for temperature: Float in [1e-30, 1, 1e30] {
      let draw = draw(logits, k: 3, temperature: temperature, random: &random)
      #expect(draw.probability > 0 && draw.probability <= 1)
    }
  }
}
