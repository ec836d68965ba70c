import Captioning
import Tensors
import WeightFiles

/// The whole network in the form that is trained: compact encoder and decoder, or the decoder alone over the grids of an
/// encoder that stays as it is.
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
      options.decoderDescription, vocabularySize: vocabulary.count,
      gridChannels: options.encoderDescription.channels, weights: &weights, kerasEmbeddingMoments: options.loss == .seed
    )
  }

  var encoderParameters: [Parameter] { encoder?.parameters ?? [] }
  var parameters: [Parameter] { encoderParameters + decoder.parameters }
  var statistics: [(name: String, tensor: Tensor)] { encoder?.statistics ?? [] }

  struct StepResult {
    /// Mean or weighted sum of the words' losses, smoothed; natural logarithm.
    let loss: Double
    /// Mean −log p(word).
    let crossEntropy: Double
    let words: Int
  }

  /// One pass forward and back through what is trained; gradients accumulate.
  /// - Parameter sentences: what is learnt about grids, `[B, N, C]`.
  func forwardBackward(
    _ batch: TrainingBatch, options: TrainingOptions, seed: UInt64, sentences: (_ grid: Tensor) -> SentenceBatch
  ) -> StepResult {
    func decode(_ grid: Tensor, wantsGrid: Bool) -> AttentionDecoder.StepResult {
      let grid = cells(grid)
      return decoder.forwardBackward(
        grid: grid, sentences: sentences(grid), regularization: options.regularization, seed: seed,
        wantsGrid: wantsGrid)
    }
    let result: AttentionDecoder.StepResult
    switch (batch.input, encoder) {
    case (.pixels(let pixels), let encoder?):
      let (grid, tape) = encoder.forward(pixels)
      result = decode(grid, wantsGrid: true)
      encoder.backward(tape, dGrid: result.dGrid!.reshaped(grid.shape))
    case (.grid(let grid), nil): result = decode(grid, wantsGrid: false)
    default: preconditionFailure("a trained encoder wants pixels, a frozen one's grids are made beforehand")
    }
    return StepResult(loss: result.loss, crossEntropy: result.crossEntropy, words: result.words)
  }

  /// `[B, rows, columns, C]` as `[B, N, C]`.
  func cells(_ grid: Tensor) -> Tensor {
    grid.reshaped([grid.shape[0], grid.shape[1] * grid.shape[2], grid.shape[3]])
  }

  /// Writes the network for use: kernels and tables as float16, vectors as float32, a frozen encoder as it was.
  package func export(options: TrainingOptions, provenance: [String: String], to path: String) throws {
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
