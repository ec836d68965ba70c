import TestSupport
import Testing

@testable import Captioning

@Suite struct GoldenDecoderTests {
  /// Five steps at the notebook's size (20000 words, width 512, 64 regions of 1536) with the state carried by
  /// hand, against TensorFlow, which kept the first 256 logits.
  @Test func fullSizeStepsEqualTensorFlows() throws {
    var weights = GoldenWeights(seed: 1)
    let decoder = try AttentionDecoder(
      DecoderDescription(width: 512, initialState: .zeros), vocabularySize: 20_000, featureChannels: 1536,
      weights: &weights)
    let context = decoder.prepared().prepare(
      FeatureMap(regions: weights.filled("full/grid", [1, 8, 8, 1536], 0, 1)))
    let logits = try NumPyFile(Fixtures.url("decoder/decoder_full_logits.npy"))
    let attention = try NumPyFile(Fixtures.url("decoder/decoder_full_attention.npy"))
    let firstStates = try NumPyFile(Fixtures.url("decoder/decoder_full_state.npy"))
    let top = try NumPyFile(Fixtures.url("decoder/decoder_full_top10.npy"))
    #expect(logits.shape == [5, 256] && attention.shape == [5, 64])
    #expect(firstStates.shape == [5, 512] && top.shape == [5, 10])
    var states = context.start(1)
    for (row, token) in [2, 5, 11, 3, 7].enumerated() {
      let output = context.step([token], states: states)
      states = output.states
      #expect(output.logits.shape == [1, 20_000])
      expectEqual("logits", Array(output.logits.values[..<256]), logits.floats, row: row)
      expectEqual("attention", output.attention.weights.values, attention.floats, row: row)
      expectEqual("state", output.states.first.values, firstStates.floats, row: row)
      #expect(Sampler.largest(10, of: output.logits.row(0)) == top.int64s[row * 10..<row * 10 + 10].map(Int.init))
    }
  }

  private func expectEqual(_ what: String, _ found: [Float], _ all: [Float], row: Int) {
    let expected = all[row * found.count..<(row + 1) * found.count]
    // Written so that a NaN is the worst.
    let worst = zip(found, expected).map { abs($0 - $1) }.reduce(0) { $0 >= $1 ? $0 : $1 }
    #expect(worst <= 2e-5, "step \(row): \(what) is off by \(worst)")
  }
}
