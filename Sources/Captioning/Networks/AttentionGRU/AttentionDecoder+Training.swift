import Tensors

extension AttentionDecoder {
  package struct StepResult {
    /// Mean loss over the counted words, or their weighted sum where they have weights; with smoothing.
    package let loss: Double
    /// Mean −log p(word), without.
    package let crossEntropy: Double
    package let words: Int
    /// Gradient of the features, `[B, N, C]`, when asked for.
    package let dFeatures: Tensor?
  }

  /// One pass forward and back; gradients accumulate in the parameters.
  ///
  /// - Parameters:
  ///   - features: `[B, N, C]`; its B photos have the same number of sentences each.
  ///   - columns: of the feature map, where some of the photos are mirror images of others.
  ///   - sentences: B times as many as each photo has, those about one photo together.
  ///   - regularization: what is left out or added in training.
  ///   - seed: decides what dropout leaves out.
  ///   - wantsFeatures: whether the encoder trains too.
  ///   - sums: where the sentences are a part of a batch.
  ///   - ready: given parameters as soon as their gradients are whole, in the same order at every call.
  package func forwardBackward(
    features: Tensor, columns: Int = 1, sentences: SentenceBatch, regularization: Regularization = .init(),
    seed: UInt64 = 0, wantsFeatures: Bool = false, sums: SumOverParts? = nil, ready: GradientsReady = { _ in }
  ) -> StepResult {
    let count = sentences.targets.count
    let mirror = MirrorTerms(sentences, photos: features.shape[0], regularization)
    if count == 0 {
      // The other parts of the batch wait for the maps of this one, which has none.
      _ = mirror?.maps(Tensor([0, features.shape[1]]), columns: columns, sums: sums)
      backwardOrder.forEach(ready)
      return StepResult(loss: 0, crossEntropy: 0, words: 0, dFeatures: wantsFeatures ? Tensor(features.shape) : nil)
    }
    var pass = SentencePass(
      self, features: features, columns: columns, sentences, regularization, DropoutSeeds(seed))
    let last = pass()
    let logits = wordLogits.forward(last)
    let ofMirror = (words: mirror?.divergence(logits), maps: mirror?.maps(pass.maps!, columns: columns, sums: sums))
    // Of a part of a batch the mean is a part of the whole's.
    let total = sentences.rowsOfWholeBatch
    let divisor = sentences.weights == nil ? max(1, total) : 1
    let loss = CrossEntropy.forwardBackward(
      logits: logits, targets: sentences.targets, weights: sentences.weights,
      smoothing: regularization.labelSmoothing, scale: 1 / Float(divisor))
    let entropyWeights =
      regularization.mapEntropy > 0 ? Tensor([count], repeating: regularization.mapEntropy / Float(total)) : nil
    let entropyLoss = entropyWeights.map { Attention.weightedEntropy(pass.maps!, weights: $0) } ?? 0
    // `logits` now holds their gradient.
    if let mirror, let words = ofMirror.words { mirror.add(words.gradients, to: logits) }
    let dLast = wordLogits.backward(last, dy: logits)!
    ready(wordLogits.parameters)
    let dFeatures = pass.backward(
      dLast: dLast, dMaps: ofMirror.maps?.gradient, entropyWeights: entropyWeights, wantsFeatures: wantsFeatures,
      ready: ready)
    let mirrorLoss = (ofMirror.words?.loss ?? 0) + (ofMirror.maps?.loss ?? 0)
    return StepResult(
      loss: loss.sum / Double(divisor) + entropyLoss + mirrorLoss,
      crossEntropy: loss.plainSum / Double(max(1, total)), words: count, dFeatures: dFeatures?.reshaped(features.shape))
  }

  /// The parameters in the order in which the way back is done with them.
  private var backwardOrder: [[Parameter]] {
    [wordLogits.parameters, norm.parameters] + (language.map { [$0.gru.parameters, $0.norm.parameters] } ?? [])
      + (query.map { [$0.parameters] } ?? []) + [gru.parameters, [embedding]]
      + (initialState.map { [$0.linear.parameters] } ?? []) + [regions.parameters]
  }

  /// Σ −log p over the counted words and how many there are; nothing is left out, no gradients.
  package func evaluate(features: Tensor, sentences: SentenceBatch) -> (sum: Double, words: Int) {
    if sentences.targets.isEmpty { return (0, 0) }
    var pass = SentencePass(self, features: features, sentences, Regularization(), DropoutSeeds(0))
    let loss = CrossEntropy.forwardBackward(
      logits: wordLogits.forward(pass()), targets: sentences.targets, scale: 1)
    return (loss.plainSum, sentences.targets.count)
  }
}

/// The decoder over whole sentences, remembering what the pass back needs: B photos of N regions, S sentences of R
/// words in all, width D.
private struct SentencePass: DecoderPass {
  let decoder: AttentionDecoder
  let sentences: SentenceBatch
  let regularization: Regularization
  let keep: DropoutSeeds
  let drop: BatchDropout
  let regionTape: RegionLayers.Tape
  /// `[B, N, D]`, as dropout left them.
  let regions: Tensor
  let initial: InitialStateLayer.Tape?
  /// See `BatchDropout.regions`.
  let keptRegions: Tensor?

  // Of the pass forward.
  private var gru: GRU.Tape?
  /// `[R, D]`: the GRU's states, and what of them was compared with the regions.
  private var states: Tensor?
  private var queries: Tensor?
  /// `[R, N]`.
  private(set) var maps: Tensor?
  private var attentionNormTape: LayerNormalization.Tape?
  private var secondGRU: GRU.Tape?
  private var normTape: LayerNormalization.Tape?

  init(
    _ decoder: AttentionDecoder, features: Tensor, columns: Int = 1, _ sentences: SentenceBatch,
    _ regularization: Regularization, _ keep: DropoutSeeds
  ) {
    (self.decoder, self.sentences, self.regularization, self.keep) = (decoder, sentences, regularization, keep)
    let drop = BatchDropout(sentences, photos: features.shape[0])
    self.drop = drop
    let kept = drop.photos(features, rate: regularization.featureDropout, seed: keep.features)
    let (regions, tape) = decoder.regions.forward(kept)
    regionTape = tape
    self.regions = drop.photos(regions, rate: regularization.dropout, seed: keep.regions)
      .reshaped([features.shape[0], features.shape[1], decoder.description.width])
    initial = decoder.initialState?.forward(self.regions)
    keptRegions = drop.regions(
      sentences, (features.shape[0], features.shape[1]), columns: columns, rate: regularization.regionDropout,
      seed: keep.leftOut)
  }

  private var dropout: Float { regularization.dropout }
  private var photos: [Range<Int>] { sentences.photos(regions.shape[0]) }

  /// What the words are read from, `[R, D]`.
  mutating func callAsFunction() -> Tensor {
    let words = Embedding.forward(sentences.inputs, table: decoder.embedding.value)
    let last = self(drop.rows(words, rate: dropout, seed: keep.words))
    return drop.rows(last, rate: dropout, seed: keep.last)
  }

  var hasLanguageGRU: Bool { decoder.language != nil }

  mutating func languageStates(_ words: Tensor) -> Tensor {
    let (states, tape) = decoder.gru.forward(words, rows: sentences.positions, initial: initialStates)
    (self.states, gru) = (states, tape)
    return states
  }

  mutating func attended(_ states: Tensor) -> Tensor {
    let queries = decoder.query?.forward(states) ?? states
    let (attended, maps) = Attention.forward(
      queries: queries, images: photos, regions: regions, kept: keptRegions)
    (self.queries, self.maps) = (queries, maps)
    return attended
  }

  mutating func attentionNorm(_ joined: Tensor) -> Tensor {
    let (normal, tape) = decoder.language!.norm.forward(joined)
    attentionNormTape = tape
    return drop.rows(normal, rate: dropout, seed: keep.attended)
  }

  mutating func secondStates(_ attended: Tensor) -> Tensor {
    let initial = Tensor([sentences.positions.sequenceCount, decoder.description.width])
    let (states, tape) = decoder.language!.gru.forward(attended, rows: sentences.positions, initial: initial)
    secondGRU = tape
    return states
  }

  mutating func norm(_ joined: Tensor) -> Tensor {
    let (normal, tape) = decoder.norm.forward(joined)
    normTape = tape
    return normal
  }

  /// The states before the first words, `[S, D]`.
  private var initialStates: Tensor {
    let (count, d) = (sentences.positions.sequenceCount, decoder.description.width)
    guard let initial else { return Tensor([count, d]) }
    let per = count / regions.shape[0]
    return initial.states.rows((0..<count).map { $0 / per })
  }

  /// The way back through `callAsFunction`, once it was gone forward.
  /// - Parameters:
  ///   - dLast: the gradient of what it returned.
  ///   - dMaps: the gradient of the maps themselves, where there is one.
  ///   - entropyWeights: see `Attention.backward`.
  ///   - ready: as of `forwardBackward`; the order is `backwardOrder`.
  /// - Returns: the gradient of the features, when wanted.
  func backward(
    dLast: Tensor, dMaps: Tensor?, entropyWeights: Tensor?, wantsFeatures: Bool, ready: GradientsReady
  ) -> Tensor? {
    var dJoined = decoder.norm.backward(normTape!, dy: drop.rows(dLast, rate: dropout, seed: keep.last))
    ready(decoder.norm.parameters)
    if let language = decoder.language {
      let (dAttended, _) = language.gru.backward(secondGRU!, dStates: dJoined)
      ready(language.gru.parameters)
      dJoined = language.norm.backward(
        attentionNormTape!, dy: drop.rows(sum(dJoined, dAttended), rate: dropout, seed: keep.attended))
      ready(language.norm.parameters)
    }
    let (dQueries, dRegions) = Attention.backward(
      queries: queries!, images: photos, regions: regions, weights: maps!, dContext: dJoined,
      dWeights: dMaps, entropyWeights: entropyWeights)
    let dStates = decoder.query.map { $0.backward(states!, dy: dQueries)! } ?? dQueries
    if let query = decoder.query { ready(query.parameters) }
    let (dWords, dInitial) = decoder.gru.backward(gru!, dStates: sum(dJoined, dStates))
    ready(decoder.gru.parameters)
    Embedding.backward(
      sentences.inputs, dy: drop.rows(dWords, rate: dropout, seed: keep.words), table: decoder.embedding)
    ready([decoder.embedding])
    if let initial {
      decoder.initialState!.backward(initial, dStates: dInitial, dRegions: dRegions)
      ready(decoder.initialState!.linear.parameters)
    }
    let dKept = drop.photos(dRegions, rate: dropout, seed: keep.regions).reshaped(regionTape.projected.shape)
    let dFeatures = decoder.regions.backward(regionTape, dRegions: dKept, wantsFeatures: wantsFeatures)
    ready(decoder.regions.parameters)
    return dFeatures.map { drop.photos($0, rate: regularization.featureDropout, seed: keep.features) }
  }
}
