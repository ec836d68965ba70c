import Captioning
import SystemPackage
import Tensors
import WeightFiles

/// The whole network in the form that is trained: compact encoder and decoder, or the decoder alone over the feature maps of
/// an encoder that stays as it is.
public final class TrainableCaptioner: Sendable {
  /// Nil where the encoder is frozen.
  let encoder: CompactEncoder?
  /// The frozen encoder's weights.
  private let frozen: SafetensorsFile?
  let decoder: AttentionDecoder
  let vocabulary: Vocabulary

  package init(options: TrainingOptions, vocabulary: Vocabulary, weights: inout some WeightSource) throws {
    self.vocabulary = vocabulary
    frozen = try options.frozenEncoder?.open()
    encoder = frozen == nil ? try CompactEncoder(options.shape, weights: &weights) : nil
    decoder = try AttentionDecoder(
      options.decoder, vocabularySize: vocabulary.count,
      featureChannels: options.encoderDescription.channels, weights: &weights,
      kerasEmbeddingMoments: options.loss == .notebook)
  }

  var encoderParameters: [Parameter] { encoder?.parameters ?? [] }
  var parameters: [Parameter] { encoderParameters + decoder.parameters }
  var statistics: [(name: String, tensor: Tensor)] { encoder?.statistics ?? [] }

  struct StepResult {
    /// Mean or weighted sum of the words' losses, smoothed; natural logarithm.
    let loss: Double
    /// Mean −log p(word) of the photos' sentences.
    let crossEntropy: Double
    /// Those of sentences of no photo among them.
    let words: Int
    /// How far the encoder is from the teacher; nil where there is none.
    let distillation: DistillationLosses?
  }

  /// One pass forward and back through what is trained; gradients accumulate.
  /// - Parameters:
  ///   - matching: compares the encoder with a teacher, whose targets the batch holds.
  ///   - teachesEncoder: whether that reaches the encoder, or only the layers that are compared.
  ///   - sums: where the batch is a part of one.
  ///   - ready: given parameters as soon as their gradients are whole, in the same order at every call.
  ///   - sentences: what is learnt about the photos; the batch's lone sentences are learnt beside them.
  func forwardBackward(
    _ batch: TrainingBatch, options: TrainingOptions, seed: UInt64, matching: FunctionMatching? = nil,
    teachesEncoder: Bool = true, sums: SumOverParts? = nil, ready: GradientsReady = { _ in },
    sentences: (_ features: FeatureMap) -> SentenceBatch
  ) -> StepResult {
    var lone = (loss: 0.0, words: 0)
    func decode(_ features: FeatureMap, wantsFeatures: Bool) -> AttentionDecoder.StepResult {
      var own = sentences(features)
      if let others = batch.loneSentences {
        let weight = 1 / Float(max(1, own.rowsOfWholeBatch + others.rowsOfWholeBatch))
        own = own.weighted(weight)
        lone = learn(
          others.weighted(weight), maps: batch.loneMaps, regions: features.sequence.shape[1], options: options,
          seed: ~seed)
      }
      return decoder.forwardBackward(
        features: features.sequence, columns: features.columns, sentences: own,
        regularization: options.regularization, seed: seed, wantsFeatures: wantsFeatures, sums: sums, ready: ready)
    }
    let result: AttentionDecoder.StepResult
    var distillation: DistillationLosses?
    switch (batch.input, encoder) {
    case (.pixels(let pixels), let encoder?):
      let (features, tape) = encoder.forward(pixels, sums: sums)
      let captioned = features.first(batch.photos)
      result = decode(FeatureMap(regions: captioned), wantsFeatures: true)
      var gradient = result.dFeatures!.reshaped(captioned.shape)
      if let matching, let targets = batch.targets {
        let (losses, ofTeacher) = matching.forwardBackward(features, targets, sums: sums)
        ready(matching.heads.parameters)
        if !teachesEncoder { ofTeacher.fill(0) }
        for index in 0..<gradient.count { ofTeacher.pointer[index] += gradient.pointer[index] }
        (distillation, gradient) = (losses, ofTeacher)
      }
      encoder.backward(tape, dFeatures: gradient, ready: ready)
    case (.features(let features), nil): result = decode(FeatureMap(regions: features), wantsFeatures: false)
    default: preconditionFailure("a trained encoder wants pixels, a frozen one's feature maps are made beforehand")
    }
    return StepResult(
      loss: result.loss + lone.loss, crossEntropy: result.crossEntropy, words: result.words + lone.words,
      distillation: distillation)
  }

  /// One pass of the decoder forward and back over sentences of no photo: its maps hold zeros. Their entropy is none of the
  /// sentences', and they have no regions to do without.
  /// - Parameters:
  ///   - maps: how many.
  ///   - regions: of a map.
  private func learn(
    _ sentences: SentenceBatch, maps: Int, regions: Int, options: TrainingOptions, seed: UInt64
  ) -> (loss: Double, words: Int) {
    var regularization = options.regularization
    (regularization.mapEntropy, regularization.regionDropout) = (0, 0)
    let result = decoder.forwardBackward(
      features: Tensor([maps, regions, decoder.featureChannels]), sentences: sentences,
      regularization: regularization, seed: seed)
    return (result.loss, result.words)
  }

  /// Writes the network for use: kernels and tables as float16, vectors as float32, a frozen encoder as it was.
  package func export(options: TrainingOptions, provenance: [String: String], to path: FilePath) throws {
    let description = ModelDescription(
      encoder: options.encoderDescription, decoder: decoder.description, vocabulary: vocabulary.words,
      provenance: provenance)
    try writeSafetensors(exported(parameters, statistics) + frozenTensors(), metadata: description.metadata, to: path)
  }

  private func frozenTensors() throws -> [NamedTensor] {
    guard let frozen else { return [] }
    return try frozen.names.filter { $0.hasPrefix("encoder/") }.map { name in
      NamedTensor(name, try frozen.tensor(name), dtype: frozen.info(name)?.dtype == .float16 ? .float16 : .float32)
    }
  }
}

/// Tensors as weights files hold them: kernels and tables as float16, vectors as float32.
func exported(_ parameters: [Parameter], _ statistics: [(name: String, tensor: Tensor)]) -> [NamedTensor] {
  parameters.map { NamedTensor($0.name, $0.value, dtype: $0.value.shape.count > 1 ? .float16 : .float32) }
    + statistics.map { NamedTensor($0.name, $0.tensor) }
}
