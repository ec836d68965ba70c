import Tensors

/// What is left out or smoothed while training.
package struct Regularization: Sendable, Equatable {
  /// On the embedded words, the projected cells and the vector before the word layer.
  var dropout: Float = 0
  /// On the encoder's own grid.
  var gridDropout: Float = 0
  var labelSmoothing: Float = 0
  /// What the mean entropy of the words' maps, in nats, weighs in the loss; above 0 asks for sharper maps.
  var mapEntropy: Float = 0

  package init(dropout: Float = 0, gridDropout: Float = 0, labelSmoothing: Float = 0, mapEntropy: Float = 0) {
    self.dropout = dropout
    self.gridDropout = gridDropout
    self.labelSmoothing = labelSmoothing
    self.mapEntropy = mapEntropy
  }
}

extension AttentionDecoder {
  package struct StepResult {
    /// Mean loss over the counted words, or their weighted sum where they have weights; with smoothing.
    package let loss: Double
    /// Mean −log p(word), without.
    package let crossEntropy: Double
    package let words: Int
    /// Gradient of the grid, `[B, N, C]`, when asked for.
    package let dGrid: Tensor?
  }

  /// One pass forward and back; gradients accumulate in the parameters.
  ///
  /// - Parameters:
  ///   - grid: `[B, N, C]`; its B images have the same number of sentences each.
  ///   - seed: decides what dropout leaves out.
  ///   - wantsGrid: whether the encoder trains too.
  package func forwardBackward(
    grid: Tensor, sentences: SentenceBatch, regularization: Regularization = .init(), seed: UInt64 = 0,
    wantsGrid: Bool = false
  ) -> StepResult {
    let count = sentences.targets.count
    if count == 0 { return StepResult(loss: 0, crossEntropy: 0, words: 0, dGrid: wantsGrid ? Tensor(grid.shape) : nil) }
    let tape = forward(grid, sentences, regularization, DropoutSeeds(seed))
    let logits = wordLogits.forward(tape.last)
    let divisor = sentences.weights == nil ? max(1, count) : 1
    let loss = CrossEntropy.forwardBackward(
      logits: logits, targets: sentences.targets, weights: sentences.weights,
      smoothing: regularization.labelSmoothing, scale: 1 / Float(divisor))
    let entropyWeights =
      regularization.mapEntropy > 0 ? Tensor([count], repeating: regularization.mapEntropy / Float(count)) : nil
    let entropyLoss = entropyWeights.map { Attention.weightedEntropy(tape.attention, weights: $0) } ?? 0
    // `logits` now holds their gradient.
    let dGrid = backward(
      tape, sentences, dLast: wordLogits.backward(tape.last, dy: logits)!, entropyWeights: entropyWeights,
      wantsGrid: wantsGrid)
    return StepResult(
      loss: loss.sum / Double(divisor) + entropyLoss, crossEntropy: loss.plainSum / Double(max(1, count)), words: count,
      dGrid: dGrid?.reshaped(grid.shape))
  }

  /// Σ −log p over the counted words and how many there are; nothing is left out, no gradients.
  package func evaluate(grid: Tensor, sentences: SentenceBatch) -> (sum: Double, words: Int) {
    if sentences.targets.isEmpty { return (0, 0) }
    let tape = forward(grid, sentences, Regularization(), DropoutSeeds(0))
    let loss = CrossEntropy.forwardBackward(
      logits: wordLogits.forward(tape.last), targets: sentences.targets, scale: 1)
    return (loss.plainSum, sentences.targets.count)
  }

  /// What the pass back needs of the pass forward: B images, N cells, S sentences of R positions in all, width D.
  private struct Tape {
    let regularization: Regularization
    let keep: DropoutSeeds
    /// `[B, N, C]`, as dropout left it.
    let grid: Tensor
    /// `[B · N, D]` before dropout, `[B, N, D]` after.
    let projected: Tensor
    let cellNorm: LayerNormalization.Tape?
    let cells: Tensor
    /// `[S, D]` and `[B, D]`, see `initialStates`.
    let initial: Tensor
    let pooled: Tensor?
    let gru: GRU.Tape
    /// `[R, D]`, and what of them was compared with the cells.
    let states: Tensor
    let queries: Tensor
    /// `[R, N]`.
    let attention: Tensor
    let language: (norm: LayerNormalization.Tape, gru: GRU.Tape)?
    let norm: LayerNormalization.Tape
    /// `[R, D]`: what the words are said from.
    let last: Tensor
  }

  private func forward(
    _ grid: Tensor, _ sentences: SentenceBatch, _ regularization: Regularization, _ keep: DropoutSeeds
  ) -> Tape {
    let (b, n, d) = (grid.shape[0], grid.shape[1], description.width)
    let positions = sentences.positions
    let rate = regularization.dropout
    let droppedGrid = Dropout.apply(grid, rate: regularization.gridDropout, seed: keep.grid)
    let projected = projection.forward(droppedGrid, relu: true)
    let normalCells = cellNorm?.forward(projected)
    let cells = Dropout.apply(normalCells?.y ?? projected, rate: rate, seed: keep.cells).reshaped([b, n, d])
    let (initial, pooled) = initialStates(cells, sentencesPerImage: positions.sequenceCount / b)
    let embedded = Embedding.forward(sentences.inputs, table: embedding.value)
    let words = Dropout.apply(embedded, rate: rate, seed: keep.words)
    let (states, gruTape) = gru.forward(words, rows: positions, initial: initial)
    let queries = query?.forward(states) ?? states
    let (context, attention) = Attention.forward(queries: queries, images: sentences.images(b), regions: cells)
    var joined = sum(states, context)
    var languageTape: (norm: LayerNormalization.Tape, gru: GRU.Tape)?
    if let language {
      let (normal, normTape) = language.norm.forward(joined)
      let seen = Dropout.apply(normal, rate: rate, seed: keep.seen)
      let (said, gruTape) = language.gru.forward(
        seen, rows: positions, initial: Tensor([positions.sequenceCount, d]))
      joined = sum(seen, said)
      languageTape = (normTape, gruTape)
    }
    let (normal, normTape) = norm.forward(joined)
    return Tape(
      regularization: regularization, keep: keep, grid: droppedGrid, projected: projected,
      cellNorm: normalCells?.tape, cells: cells,
      initial: initial, pooled: pooled, gru: gruTape, states: states, queries: queries, attention: attention,
      language: languageTape, norm: normTape, last: Dropout.apply(normal, rate: rate, seed: keep.output))
  }

  /// - Parameters:
  ///   - dLast: the gradient of `tape.last`.
  ///   - entropyWeights: see `Attention.backward`.
  /// - Returns: the gradient of the grid, when wanted.
  private func backward(
    _ tape: Tape, _ sentences: SentenceBatch, dLast: Tensor, entropyWeights: Tensor?, wantsGrid: Bool
  ) -> Tensor? {
    let (rate, keep) = (tape.regularization.dropout, tape.keep)
    var dJoined = norm.backward(tape.norm, dy: Dropout.apply(dLast, rate: rate, seed: keep.output))
    if let language, let tape = tape.language {
      let (dSeen, _) = language.gru.backward(tape.gru, dStates: dJoined)
      dJoined = language.norm.backward(tape.norm, dy: Dropout.apply(sum(dJoined, dSeen), rate: rate, seed: keep.seen))
    }
    let (dSeen, dCells) = Attention.backward(
      queries: tape.queries, images: sentences.images(tape.cells.shape[0]), regions: tape.cells,
      weights: tape.attention, dContext: dJoined, entropyWeights: entropyWeights)
    let dQueries = query.map { $0.backward(tape.states, dy: dSeen)! } ?? dSeen
    let (dWords, dInitial) = gru.backward(tape.gru, dStates: sum(dJoined, dQueries))
    Embedding.backward(
      sentences.inputs, dy: Dropout.apply(dWords, rate: rate, seed: keep.words), table: embedding)
    addInitialStateGradients(initial: tape.initial, pooled: tape.pooled, dInitial: dInitial, dCells: dCells)
    var dProjected = Dropout.apply(dCells, rate: rate, seed: keep.cells).reshaped(tape.projected.shape)
    if let cellNorm, let norm = tape.cellNorm { dProjected = cellNorm.backward(norm, dy: dProjected) }
    ReLU.backward(y: tape.projected, inPlace: dProjected)
    let dGrid = projection.backward(tape.grid, dy: dProjected, wantsInput: wantsGrid)
    return dGrid.map { Dropout.apply($0, rate: tape.regularization.gridDropout, seed: keep.grid) }
  }

  /// What attention sees of grids `[B, N, C]`, nothing left out: `[B, N, D]`.
  func cells(_ grid: Tensor) -> Tensor {
    let projected = projection.forward(grid, relu: true)
    return (cellNorm?.forward(projected).y ?? projected).reshaped([grid.shape[0], grid.shape[1], description.width])
  }

  /// The GRU's state before the first word, `[S, D]`, and the mean cells it came from, `[B, D]`.
  func initialStates(_ cells: Tensor, sentencesPerImage: Int) -> (initial: Tensor, pooled: Tensor?) {
    let (b, d) = (cells.shape[0], cells.shape[2])
    guard let initialState else { return (Tensor([b * sentencesPerImage, d]), nil) }
    let pooled = meanOfRegions(cells)
    let state = hyperbolicTangent(initialState.forward(pooled))
    let result = Tensor(uninitialized: [b * sentencesPerImage, d])
    for row in 0..<b * sentencesPerImage {
      (result.pointer + row * d).update(from: state.pointer + row / sentencesPerImage * d, count: d)
    }
    return (result, pooled)
  }

  private func addInitialStateGradients(initial: Tensor, pooled: Tensor?, dInitial: Tensor, dCells: Tensor) {
    guard let initialState, let pooled else { return }
    let (b, d) = (dCells.shape[0], dCells.shape[2])
    let per = initial.shape[0] / b
    let dState = Tensor([b, d])
    for row in 0..<b * per {
      for c in 0..<d {
        let h = initial.pointer[row * d + c]
        dState.pointer[row / per * d + c] += dInitial.pointer[row * d + c] * (1 - h * h)
      }
    }
    addMeanOfRegionsGradient(initialState.backward(pooled, dy: dState)!, to: dCells)
  }
}

/// Independent streams for the places where dropout acts.
private struct DropoutSeeds {
  let grid: UInt64
  let cells: UInt64
  let words: UInt64
  let output: UInt64
  let seen: UInt64

  init(_ seed: UInt64) {
    var random = CounterRandom(seed: seed, stream: "dropout")
    grid = random.next()
    cells = random.next()
    words = random.next()
    output = random.next()
    seen = random.next()
  }
}
