import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

@Suite struct DecoderTrainingTests {
  struct Reference: Decodable {
    struct Run: Decodable { let losses: [Double] }
    let words: [[Int]]
    let seed: Run
    let masked: Run
  }

  @Test(arguments: ["seed", "masked"])
  func fiveAdamStepsEqualTensorFlows(kind: String) throws {
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: Fixtures.url("decoder/train.json")))
    var weights = GoldenWeights(seed: 1)
    let decoder = try AttentionDecoder(
      DecoderDescription(width: 32, initialState: .zeros), vocabularySize: 97, featureChannels: 48, weights: &weights,
      kerasEmbeddingMoments: true)
    let features = weights.filled("train/grid", [4, 64, 48], 0, 1)
    let sentences = SentenceBatch(
      reference.words.map { Array($0.prefix { $0 != 0 }) }, paddedTo: kind == "seed" ? 12 : nil)
    var adam = Adam()
    let expected = kind == "seed" ? reference.seed.losses : reference.masked.losses
    #expect(expected.count == 5)
    for loss in expected {
      let result = decoder.forwardBackward(features: features, sentences: sentences)
      #expect(abs(result.loss - loss) <= 1e-5 * loss, "loss \(result.loss), TensorFlow's \(loss)")
      adam.advance()
      adam.update(decoder.parameters, learningRate: 0.001)
    }
    for (name, parameter) in [
      ("word_logits_kernel", decoder.wordLogits.kernel), ("gru_recurrent", decoder.gru.recurrent),
      ("embedding", decoder.embedding),
    ] {
      let file = try NumPyFile(Fixtures.url("decoder/train_\(kind)_\(name).npy"))
      #expect(file.shape == parameter.value.shape)
      let worst = zip(parameter.value.values, file.floats).map { abs($0 - $1) }.max()!
      #expect(worst <= 1e-5, "\(name) is off by \(worst)")
    }
  }

  @Test(arguments: DecoderDescription.everyForm(width: 8))
  func gradientsEqualFiniteDifferences(description: DecoderDescription) throws {
    var weights = RandomWeights(seed: 3)
    let decoder = try AttentionDecoder(description, vocabularySize: 11, featureChannels: 6, weights: &weights)
    // Ten times as large as they begin: the GRU's gradients then stand well above the rounding of a float32 loss.
    for index in 0..<decoder.embedding.value.count { decoder.embedding.value.pointer[index] *= 10 }
    let features = RandomWeights(seed: 4).kernel("grid", [2, 5, 6], gain: 20)
    let sentences = SentenceBatch([[2, 5, 6, 3], [2, 7, 3], [2, 4, 9, 10, 3], []])
    let regularization = Regularization(dropout: 0.2, featureDropout: 0.1, labelSmoothing: 0.1, mapEntropy: 0.3)
    func loss() -> Double {
      defer { for p in decoder.parameters { p.gradient.fill(0) } }
      return decoder.forwardBackward(features: features, sentences: sentences, regularization: regularization, seed: 9)
        .loss
    }
    let result = decoder.forwardBackward(
      features: features, sentences: sentences, regularization: regularization, seed: 9, wantsFeatures: true)
    let analytic =
      decoder.parameters.map { ($0.name, $0.value, $0.gradient.copy()) } + [("features", features, result.dFeatures!)]
    for p in decoder.parameters { p.gradient.fill(0) }
    for (name, value, gradient) in analytic {
      try expectGradient(gradient, of: value, name: name, step: 1e-3, loss: loss)
    }
  }
}
