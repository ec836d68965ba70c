import Tensors
import WeightFiles

/// The whole network in the form that is trained: compact encoder and decoder.
public final class TrainableCaptioner: Sendable {
  let encoder: CompactEncoder
  let decoder: AttentionDecoder
  let vocabulary: Vocabulary

  init(options: TrainingOptions, vocabulary: Vocabulary, weights: inout some WeightSource) throws {
    self.vocabulary = vocabulary
    encoder = try CompactEncoder(options.shape, weights: &weights)
    decoder = try AttentionDecoder(
      DecoderDescription(width: options.width, initialState: options.initialState), vocabularySize: vocabulary.count,
      gridChannels: options.shape.gridChannels, weights: &weights, kerasEmbeddingMoments: options.loss == .seed)
  }

  var parameters: [Parameter] { encoder.parameters + decoder.parameters }
  var statistics: [(name: String, tensor: Tensor)] { encoder.statistics }

  struct StepResult {
    /// Mean loss over the words, smoothed; natural logarithm.
    let loss: Double
    /// Mean −log p(word).
    let crossEntropy: Double
    let words: Int
  }

  /// One pass forward and back through both networks; gradients accumulate.
  func forwardBackward(_ batch: TrainingBatch, options: TrainingOptions, seed: UInt64) -> StepResult {
    let (grid, tape) = encoder.forward(batch.pixels)
    let result = decoder.forwardBackward(
      grid: cells(grid), sentences: batch.sentences, regularization: options.regularization, seed: seed, wantsGrid: true)
    encoder.backward(tape, dGrid: result.dGrid!.reshaped(grid.shape))
    return StepResult(loss: result.loss, crossEntropy: result.crossEntropy, words: result.words)
  }

  /// `[B, rows, columns, C]` as `[B, N, C]`.
  func cells(_ grid: Tensor) -> Tensor {
    grid.reshaped([grid.shape[0], grid.shape[1] * grid.shape[2], grid.shape[3]])
  }

  /// Writes the network for use: kernels and tables as float16, vectors as float32.
  func export(options: TrainingOptions, provenance: [String: String], to path: String) throws {
    let description = ModelDescription(
      encoder: options.encoderDescription, decoder: decoder.description, vocabulary: vocabulary.words,
      provenance: provenance)
    try writeSafetensors(exported(parameters, statistics), metadata: description.metadata, to: path)
  }
}

/// Tensors as weights files hold them: kernels and tables as float16, vectors as float32.
func exported(_ parameters: [Parameter], _ statistics: [(name: String, tensor: Tensor)]) -> [NamedTensor] {
  parameters.map { NamedTensor($0.name, $0.value, dtype: $0.value.shape.count > 1 ? .float16 : .float32) }
    + statistics.map { NamedTensor($0.name, $0.tensor) }
}
