import Tensors

/// What is left out or smoothed while training.
struct Regularization: Sendable, Equatable {
  /// On the embedded words, the projected cells and the vector before the word layer.
  var dropout: Float = 0
  /// On the encoder's own grid.
  var gridDropout: Float = 0
  var labelSmoothing: Float = 0
}

extension AttentionDecoder {
  struct StepResult {
    /// Mean loss over the counted words, or their weighted sum where they have weights; with smoothing.
    let loss: Double
    /// Mean −log p(word), without.
    let crossEntropy: Double
    let words: Int
    /// Gradient of the grid, `[B, N, C]`, when asked for.
    let dGrid: Tensor?
  }

  /// One pass forward and back; gradients accumulate in the parameters.
  ///
  /// - Parameters:
  ///   - grid: `[B, N, C]`; its B images have the same number of sentences each.
  ///   - seed: decides what dropout leaves out.
  ///   - wantsGrid: whether the encoder trains too.
  func forwardBackward(
    grid: Tensor, sentences: SentenceBatch, regularization: Regularization = .init(), seed: UInt64 = 0,
    wantsGrid: Bool = false
  ) -> StepResult {
    let (b, n, d) = (grid.shape[0], grid.shape[1], description.width)
    let t = sentences.steps
    let s = sentences.inputs.count / t
    let keep = DropoutSeeds(seed)

    // Forward.
    let droppedGrid = Dropout.apply(grid, rate: regularization.gridDropout, seed: keep.grid)
    let projected = projection.forward(droppedGrid, relu: true)
    let cells = Dropout.apply(projected, rate: regularization.dropout, seed: keep.cells).reshaped([b, n, d])
    let (initial, pooled) = initialStates(cells, sentencesPerImage: s / b)
    let embedded = Embedding.forward(sentences.inputs, table: embedding.value)
    let words = Dropout.apply(embedded, rate: regularization.dropout, seed: keep.words).reshaped([s, t, d])
    let (states, gruTape) = gru.forward(words, initial: initial)
    let (context, weights) = Attention.forward(queries: states, cells: cells)
    let joined = gathered(sum(states, context), sentences.rows, width: d)
    let (normal, normTape) = LayerNormalization.forward(joined, gamma: normGamma.value, beta: normBeta.value)
    let last = Dropout.apply(normal, rate: regularization.dropout, seed: keep.output)
    let logits = wordLogits.forward(last)
    let count = sentences.targets.count
    let divisor = sentences.weights == nil ? max(1, count) : 1
    let loss = CrossEntropy.forwardBackward(
      logits: logits, targets: sentences.targets, weights: sentences.weights,
      smoothing: regularization.labelSmoothing, scale: 1 / Float(divisor))

    // Backward; `logits` now holds their gradient.
    let dLast = wordLogits.backward(last, dy: logits)!
    let dNormal = Dropout.apply(dLast, rate: regularization.dropout, seed: keep.output)
    let dJoined = scattered(
      LayerNormalization.backward(
        normTape, gamma: normGamma.value, dy: dNormal, gammaGradient: normGamma.gradient,
        betaGradient: normBeta.gradient),
      sentences.rows, shape: [s, t, d])
    let dCells = Tensor([b, n, d])
    let dQueries = Attention.backward(
      queries: states, cells: cells, weights: weights, dContext: dJoined, cellsGradient: dCells)
    let (dWords, dInitial) = gru.backward(
      gruTape, dStates: sum(dJoined, dQueries).reshaped([s, t, d]),
      into: .init(kernel: gruKernel.gradient, recurrentKernel: gruRecurrent.gradient, bias: gruBias.gradient))
    Embedding.backward(
      sentences.inputs, dy: Dropout.apply(dWords, rate: regularization.dropout, seed: keep.words),
      table: embedding)
    addInitialStateGradients(initial: initial, pooled: pooled, dInitial: dInitial, dCells: dCells)
    let dProjected = ReLU.backward(
      y: projected, dy: Dropout.apply(dCells, rate: regularization.dropout, seed: keep.cells).reshaped(projected.shape))
    let dGrid = projection.backward(droppedGrid, dy: dProjected, wantsInput: wantsGrid)
    return StepResult(
      loss: loss.sum / Double(divisor), crossEntropy: loss.plainSum / Double(max(1, count)), words: count,
      dGrid: dGrid.map { Dropout.apply($0, rate: regularization.gridDropout, seed: keep.grid).reshaped(grid.shape) })
  }

  /// Σ −log p over the counted words and how many there are; nothing is left out, no gradients.
  func evaluate(grid: Tensor, sentences: SentenceBatch) -> (sum: Double, words: Int) {
    let (b, n, d) = (grid.shape[0], grid.shape[1], description.width)
    let s = sentences.inputs.count / sentences.steps
    let cells = projection.forward(grid, relu: true).reshaped([b, n, d])
    let words = Embedding.forward(sentences.inputs, table: embedding.value).reshaped([s, sentences.steps, d])
    let (states, _) = gru.forward(words, initial: initialStates(cells, sentencesPerImage: s / b).initial)
    let (context, _) = Attention.forward(queries: states, cells: cells)
    let joined = gathered(sum(states, context), sentences.rows, width: d)
    let (normal, _) = LayerNormalization.forward(joined, gamma: normGamma.value, beta: normBeta.value)
    let loss = CrossEntropy.forwardBackward(
      logits: wordLogits.forward(normal), targets: sentences.targets, scale: 1)
    return (loss.plainSum, sentences.targets.count)
  }

  /// The GRU's state before the first word, `[S, D]`, and the mean cells it came from, `[B, D]`.
  func initialStates(_ cells: Tensor, sentencesPerImage: Int) -> (initial: Tensor, pooled: Tensor?) {
    let (b, d) = (cells.shape[0], cells.shape[2])
    guard let initialState else { return (Tensor([b * sentencesPerImage, d]), nil) }
    let pooled = meanOfCells(cells)
    let state = hyperbolicTangent(initialState.forward(pooled))
    let result = Tensor(uninitialized: [b * sentencesPerImage, d])
    for row in 0..<b * sentencesPerImage {
      (result.pointer + row * d).update(from: state.pointer + row / sentencesPerImage * d, count: d)
    }
    return (result, pooled)
  }

  private func addInitialStateGradients(initial: Tensor, pooled: Tensor?, dInitial: Tensor, dCells: Tensor) {
    guard let initialState, let pooled else { return }
    let (b, n, d) = (dCells.shape[0], dCells.shape[1], dCells.shape[2])
    let per = initial.shape[0] / b
    let dState = Tensor([b, d])
    for row in 0..<b * per {
      for c in 0..<d {
        let h = initial.pointer[row * d + c]
        dState.pointer[row / per * d + c] += dInitial.pointer[row * d + c] * (1 - h * h)
      }
    }
    let dPooled = initialState.backward(pooled, dy: dState)!
    for image in 0..<b {
      for cell in 0..<n {
        for c in 0..<d { dCells.pointer[(image * n + cell) * d + c] += dPooled.pointer[image * d + c] / Float(n) }
      }
    }
  }
}

/// Independent streams for the places where dropout acts.
private struct DropoutSeeds {
  let grid: UInt64
  let cells: UInt64
  let words: UInt64
  let output: UInt64

  init(_ seed: UInt64) {
    var random = CounterRandom(seed: seed, stream: "dropout")
    grid = random.next()
    cells = random.next()
    words = random.next()
    output = random.next()
  }
}

/// Rows of `x`, `[R, width]`, in the order of `rows`.
func gathered(_ x: Tensor, _ rows: [Int], width: Int) -> Tensor {
  let y = Tensor(uninitialized: [rows.count, width])
  for (index, row) in rows.enumerated() {
    (y.pointer + index * width).update(from: x.pointer + row * width, count: width)
  }
  return y
}

/// The reverse: zeros but for `rows`.
func scattered(_ x: Tensor, _ rows: [Int], shape: [Int]) -> Tensor {
  let width = shape[2]
  let y = Tensor(shape)
  for (index, row) in rows.enumerated() {
    (y.pointer + row * width).update(from: x.pointer + index * width, count: width)
  }
  return y
}
