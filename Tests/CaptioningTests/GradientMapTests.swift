import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

@Suite("Gradients of attention in the GRU decoders") struct GradientMapTests {
  /// The 16 forms.
  private static let forms = (0..<16).map { bits in
    DecoderDescription(
      width: 24, initialState: bits & 1 == 0 ? .zeros : .pooledGrid, query: bits & 2 == 0 ? .state : .projected,
      languageGRU: bits & 4 != 0, normalizesCells: bits & 8 != 0)
  }

  /// The layers behind attention with one weight changed by so much, up and down, gave the gradients before.
  @Test("of the next token's logit are those of difference quotients, in every form", arguments: forms)
  func quotients(form: DecoderDescription) throws {
    var random = RandomWeights(seed: 4)
    let decoder = try AttentionDecoder(form, vocabularySize: 50, featureChannels: 12, weights: &random).prepared()
    let context = decoder.prepare(
      FeatureMap(regions: Tensor([1, 3, 4, 12], goldenFill("regions", count: 144, low: -3, high: 3, seed: 2))))
    // Three sentences, two tokens long.
    var states = context.step([2, 2, 2], states: context.start(3)).states
    states = context.step([5, 9, 30], states: states).states
    let (tokens, next) = ([7, 41, 12], [3, 49, 0])
    var pass = WordPass(decoder: decoder, photos: [(context, 0..<3)], before: states)
    _ = pass(decoder.embedding.rows(tokens))
    let gradients = context.weightGradients(pass, next: next)
    #expect(gradients.shape == [3, 12])

    /// Each sentence's next logit when what attention found has so much more of a region.
    func logits(_ region: Int, _ change: Float) -> [Double] {
      let found = pass.found!.copy()
      for row in 0..<3 {
        for index in 0..<24 {
          found.pointer[row * 24 + index] += change * context.regions.pointer[region * 24 + index]
        }
      }
      var rest = PassFromFound(decoder: decoder, states: pass.first!, found: found, second: states.second)
      let logits = decoder.wordLogits(rest(found))
      return next.indices.map { Double(logits.row($0)[next[$0]]) }
    }
    let largest = Double(gradients.values.map(abs).max()!)
    #expect(largest > 1e-3)
    for region in 0..<12 {
      for (row, (up, down)) in zip(logits(region, 0.01), logits(region, -0.01)).enumerated() {
        let (numeric, found) = ((up - down) / 0.02, Double(gradients.pointer[row * 12 + region]))
        #expect(abs(numeric - found) <= 0.01 * largest, "\(row), \(region): \(found), \(numeric)")
      }
    }

    // Maps are weights times gains, and a step that tells them is the step it was.
    let (plain, told) = (
      context.step(tokens, states: states), context.step(tokens, states: states, maps: .gradient, next: next)
    )
    #expect(plain.logits.values == told.logits.values && plain.states.first.values == told.states.first.values)
    for row in 0..<3 {
      let gains = zip(plain.attention.map(row).values, gradients.row(row)).map { max(0, $0 * $1) }
      let sum = gains.reduce(0, +)
      for (gain, value) in zip(gains, told.attention.map(row).values) {
        #expect(abs(value - (sum > 0 ? gain / sum : 1 / 12)) < 1e-5)
      }
    }
  }
}
