import Tensors

/// What a network makes of each token of given sentences about one photo: it is fed their own tokens, whatever it would
/// have written itself (teacher forcing, Williams & Zipser 1989). All sentences go a token further at each step.
package struct TeacherForcing<Context: DecodingContext> {
  package struct Token {
    /// The token before it.
    package let previous: Int
    package let token: Int
    /// Where the network looks for it.
    package let attention: AttentionMap
    /// Natural logarithm, under the softmax of all logits.
    package let logProbability: Double
    fileprivate let states: Context.States
    fileprivate let row: Int
    /// Of all sentences that were a token further then.
    fileprivate let logits: Tensor

    /// - Parameters:
    ///   - token: what follows.
    ///   - previous: the token before it, whose row of a step this is.
    ///   - states: before the step.
    ///   - logits: of all rows of the step.
    ///   - attention: the same.
    ///   - maps: which of the step's maps it has.
    fileprivate init(
      _ token: Int, after previous: Int, row: Int, states: Context.States, logits: Tensor, attention: AttentionMaps,
      maps: MapChoice
    ) {
      (self.previous, self.token, self.states, self.row, self.logits) = (previous, token, states, row, logits)
      self.attention = attention.map(row, layer: maps.layer, head: maps.head)
      let own = logits.row(row)
      logProbability = Double(own[token]) - Sampler.logSumExp(own)
    }

    /// What the network made of each token in its place, `[V]`.
    package var ownLogits: UnsafeBufferPointer<Float> { logits.row(row) }

    /// Its log-probability when it is read from another context, all tokens before it having been read from the first.
    package func logProbability(in context: Context) -> Double {
      // A row of a tensor is there as long as the tensor is.
      let step = context.step([previous], states: states.rows([row]))
      return withExtendedLifetime(step) {
        let logits = step.logits.row(0)
        return Double(logits[token]) - Sampler.logSumExp(logits)
      }
    }

    /// Its log-probabilities when each of some sets of regions is left out of attention for it alone.
    package func logProbabilities(leavingOut sets: [[Int]], in context: Context) -> [Double] {
      let logits = context.logits(previous, states: states.rows([row]), leavingOut: sets)
      return sets.indices.map { Double(logits.row($0)[token]) - Sampler.logSumExp(logits.row($0)) }
    }

    /// The likeliest tokens in its place, best first, with their probabilities under the softmax of all logits.
    /// - Parameters:
    ///   - count: how many.
    ///   - forbidden: tokens left out.
    package func likeliest(_ count: Int, forbidden: [Int]) -> [(token: Int, probability: Float)] {
      let logits = ownLogits
      let total = Sampler.logSumExp(logits)
      return Sampler.largest(count, of: logits, forbidden: forbidden).map { token in
        (token, exponential(Float(Double(logits[token]) - total)))
      }
    }
  }

  /// Of each sentence, one for each of its tokens but the first.
  package private(set) var tokens: [[Token]]

  /// - Parameters:
  ///   - context: of one photo.
  ///   - sentences: token lists from the start of a sentence.
  ///   - maps: which maps tokens have.
  package init(_ context: Context, _ sentences: [[Int]], maps: MapChoice = MapChoice()) {
    self.init(context, sentences, maps: maps, checkCancelled: {})
  }

  /// - Parameters:
  ///   - context: of one photo.
  ///   - sentences: token lists from the start of a sentence.
  ///   - maps: which maps tokens have.
  ///   - checkCancelled: asked before each step.
  package init(
    _ context: Context, _ sentences: [[Int]], maps: MapChoice, checkCancelled: () throws -> Void
  ) rethrows {
    tokens = sentences.map { _ in [] }
    if maps.kind != .attention, try readAtOnce(context, sentences, maps, checkCancelled) { return }
    var position = 1
    var open = sentences.indices.filter { sentences[$0].count > 1 }
    var states = context.start(open.count)
    while !open.isEmpty {
      let (last, next) = (open.map { sentences[$0][position - 1] }, open.map { sentences[$0][position] })
      let step: DecodingStep<Context.States>
      if maps.kind == .attention {
        step = try context.step(last, states: states, checkCancelled: checkCancelled)
      } else {
        try checkCancelled()
        step = context.step(last, states: states, maps: maps.kind, next: next)
      }
      for (row, index) in open.enumerated() {
        tokens[index].append(
          Token(
            sentences[index][position], after: sentences[index][position - 1], row: row, states: states,
            logits: step.logits, attention: step.attention, maps: maps))
      }
      position += 1
      let remaining = open.indices.filter { position < sentences[open[$0]].count }
      states = step.states.rows(remaining)
      open = remaining.map { open[$0] }
    }
  }

  /// - Returns: false where the network makes such maps a token at a time.
  private mutating func readAtOnce(
    _ context: Context, _ sentences: [[Int]], _ maps: MapChoice, _ checkCancelled: () throws -> Void
  ) rethrows -> Bool {
    var rest = sentences.indices.filter { sentences[$0].count > 1 }[...]
    while !rest.isEmpty {
      var (group, rows): ([Int], Int) = ([], 0)
      while let next = rest.first, group.isEmpty || rows + sentences[next].count <= Self.mostRows {
        group.append(rest.removeFirst())
        rows += sentences[next].count - 1
      }
      guard
        let steps = try context.steps(
          through: group.map { sentences[$0] }, maps: maps.kind, checkCancelled: checkCancelled)
      else { return false }
      take(steps, of: group, sentences, maps)
    }
    return true
  }

  /// Tokens read at once, if a sentence has no more: weights are read few times, and maps of all layers and heads still
  /// take little memory.
  private static var mostRows: Int { 32 }

  private mutating func take(
    _ steps: SentenceSteps<Context.States>, of group: [Int], _ sentences: [[Int]], _ maps: MapChoice
  ) {
    var row = 0
    for index in group {
      for (previous, token) in zip(sentences[index], sentences[index].dropFirst()) {
        tokens[index].append(
          Token(
            token, after: previous, row: row, states: steps.before, logits: steps.logits, attention: steps.attention,
            maps: maps))
        row += 1
      }
    }
  }
}
