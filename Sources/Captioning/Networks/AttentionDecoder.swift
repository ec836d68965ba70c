import Tensors

/// The seed's decoder in the form that is trained: words in, attention over the grid, words out.
///
/// cells = relu(grid · encoder_dense); states = GRU(embedding(words)); context = attention(states, cells);
/// logits = layer_norm(states + context) · word_logits.
final class AttentionDecoder: Sendable {
  let description: DecoderDescription
  let vocabularySize: Int
  let gridChannels: Int

  let projection: Linear
  let initialState: Linear?
  let embedding: Parameter
  let gruKernel: Parameter
  let gruRecurrent: Parameter
  let gruBias: Parameter
  let normGamma: Parameter
  let normBeta: Parameter
  let wordLogits: Linear

  /// Kernel `[I, O]` and bias `[O]`.
  struct Linear: Sendable {
    let kernel: Parameter
    let bias: Parameter

    init(_ name: String, _ inputs: Int, _ outputs: Int, gain: Float, weights: inout some WeightSource) throws {
      kernel = Parameter(
        "\(name)/kernel", try weights.kernel("\(name)/kernel", [inputs, outputs], gain: gain), decays: true)
      bias = Parameter("\(name)/bias", try weights.constant("\(name)/bias", [outputs], 0), decays: false)
    }

    func forward(_ x: Tensor, relu: Bool = false) -> Tensor {
      Dense.forward(x, kernel: kernel.value, bias: bias.value, relu: relu)
    }

    func backward(_ x: Tensor, dy: Tensor, wantsInput: Bool = true) -> Tensor? {
      Dense.backward(
        x, kernel: kernel.value, dy: dy, kernelGradient: kernel.gradient, biasGradient: bias.gradient,
        wantsInput: wantsInput)
    }
  }

  /// - Parameter kerasEmbeddingMoments: see `Parameter.gradientSquares`.
  init(
    _ description: DecoderDescription, vocabularySize: Int, gridChannels: Int, weights: inout some WeightSource,
    kerasEmbeddingMoments: Bool = false
  ) throws {
    self.description = description
    self.vocabularySize = vocabularySize
    self.gridChannels = gridChannels
    let d = description.width
    projection = try Linear("decoder/encoder_dense", gridChannels, d, gain: 2, weights: &weights)
    initialState =
      description.initialState == .pooledGrid
      ? try Linear("decoder/initial_state", d, d, gain: 1, weights: &weights) : nil
    embedding = Parameter(
      "decoder/embedding/embedding",
      // Rows are looked up, not summed: a spread of 0.05 (Keras' uniform embeddings) whatever the vocabulary's size.
      try weights.kernel("decoder/embedding/embedding", [vocabularySize, d], gain: 0.0025 * Float(vocabularySize)),
      decays: false, squaresParts: kerasEmbeddingMoments)
    gruKernel = Parameter(
      "decoder/gru/kernel", try weights.kernel("decoder/gru/kernel", [d, 3 * d], gain: 1), decays: true)
    gruRecurrent = Parameter(
      "decoder/gru/recurrent_kernel", try weights.kernel("decoder/gru/recurrent_kernel", [d, 3 * d], gain: 0.5),
      decays: true)
    gruBias = Parameter("decoder/gru/bias", try weights.constant("decoder/gru/bias", [2, 3 * d], 0), decays: false)
    normGamma = Parameter(
      "decoder/layer_norm/gamma", try weights.constant("decoder/layer_norm/gamma", [d], 1), decays: false)
    normBeta = Parameter(
      "decoder/layer_norm/beta", try weights.constant("decoder/layer_norm/beta", [d], 0), decays: false)
    wordLogits = try Linear("decoder/word_logits", d, vocabularySize, gain: 1, weights: &weights)
  }

  var parameters: [Parameter] {
    [projection.kernel, projection.bias] + (initialState.map { [$0.kernel, $0.bias] } ?? [])
      + [embedding, gruKernel, gruRecurrent, gruBias, normGamma, normBeta, wordLogits.kernel, wordLogits.bias]
  }

  var gru: GRU { GRU(kernel: gruKernel.value, recurrentKernel: gruRecurrent.value, bias: gruBias.value) }
}
