import Tensors

/// The decoder for inference: one word at a time, for several sentences about one photo at once.
struct DecoderStep: Sendable {
  let width: Int
  private let projectionKernel: Tensor
  private let projectionBias: Tensor
  private let initialState: RowProduct?
  private let embedding: Tensor
  private let input: RowProduct
  private let recurrent: RowProduct
  private let normGamma: Tensor
  private let normBeta: Tensor
  private let wordLogits: RowProduct

  init(_ description: DecoderDescription, vocabularySize v: Int, gridChannels: Int, weights: inout some WeightSource)
    throws
  {
    let d = description.width
    width = d
    projectionKernel = try weights.kernel("decoder/encoder_dense/kernel", [gridChannels, d], gain: 2)
    projectionBias = try weights.constant("decoder/encoder_dense/bias", [d], 0)
    initialState =
      description.initialState == .pooledGrid
      ? RowProduct(
        kernel: try weights.kernel("decoder/initial_state/kernel", [d, d], gain: 1),
        bias: try weights.constant("decoder/initial_state/bias", [d], 0)) : nil
    embedding = try weights.kernel("decoder/embedding/embedding", [v, d], gain: 1)
    let bias = try weights.constant("decoder/gru/bias", [2, 3 * d], 0)
    func biasRow(_ row: Int) -> Tensor { Tensor([3 * d], Array(bias.values[row * 3 * d..<(row + 1) * 3 * d])) }
    input = RowProduct(kernel: try weights.kernel("decoder/gru/kernel", [d, 3 * d], gain: 1), bias: biasRow(0))
    recurrent = RowProduct(
      kernel: try weights.kernel("decoder/gru/recurrent_kernel", [d, 3 * d], gain: 1), bias: biasRow(1))
    normGamma = try weights.constant("decoder/layer_norm/gamma", [d], 1)
    normBeta = try weights.constant("decoder/layer_norm/beta", [d], 0)
    wordLogits = RowProduct(
      kernel: try weights.kernel("decoder/word_logits/kernel", [d, v], gain: 1),
      bias: try weights.constant("decoder/word_logits/bias", [v], 0))
  }

  /// The photo as attention sees it.
  struct Cells: Sendable {
    /// `[D, N]`: what queries are compared with.
    let keys: RowProduct
    /// `[N, D]`, the same turned around: what contexts are summed from.
    let values: RowProduct
    /// `[1, D]`: the GRU's state before the first word.
    let initialState: Tensor
  }

  /// - Parameter grid: `[1, rows, columns, C]`.
  func cells(_ grid: Tensor) -> Cells {
    let n = grid.shape[1] * grid.shape[2]
    let values = Dense.forward(
      grid.reshaped([n, grid.shape[3]]), kernel: projectionKernel, bias: projectionBias, relu: true)
    let state =
      initialState.map { hyperbolicTangent($0(meanOfCells(values.reshaped([1, n, width])))) } ?? Tensor([1, width])
    return Cells(keys: RowProduct(kernel: transposed(values)), values: RowProduct(kernel: values), initialState: state)
  }

  struct Output {
    /// `[R, D]`.
    let states: Tensor
    /// `[R, V]`.
    let logits: Tensor
    /// `[R, N]`; each row sums to 1.
    let attention: Tensor
  }

  /// One word further: R sentences, the last word of each, and their states `[R, D]`.
  func callAsFunction(_ tokens: [Int], states: Tensor, cells: Cells) -> Output {
    let words = Embedding.forward(tokens.map(Int32.init), table: embedding)
    let next = GRU.step(input: input(words), recurrent: recurrent(states), states: states)
    let attention = cells.keys(next)
    softmaxRows(attention)
    let context = cells.values(attention)
    let (normal, _) = LayerNormalization.forward(sum(next, context), gamma: normGamma, beta: normBeta)
    return Output(states: next, logits: wordLogits(normal), attention: attention)
  }
}

extension Tensor {
  /// Chosen rows of `[R, D]`, in that order, repeated where asked for twice.
  func rows(_ indices: [Int]) -> Tensor {
    let width = shape[1]
    let result = Tensor(uninitialized: [indices.count, width])
    for (target, source) in indices.enumerated() {
      (result.pointer + target * width).update(from: pointer + source * width, count: width)
    }
    return result
  }

  /// One row of `[R, D]`.
  func row(_ index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: pointer + index * shape[1], count: shape[1])
  }
}
