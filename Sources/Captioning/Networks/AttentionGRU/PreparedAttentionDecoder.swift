import Tensors

/// The attention-GRU decoder a word at a time, its kernels packed; made from `AttentionDecoder`, whose layers it is.
package struct PreparedAttentionDecoder: CaptionDecoding {
  package let vocabularySize: Int
  let width: Int
  let regions: RegionLayers
  let initialState: PreparedDense?
  let embedding: Tensor
  let gru: PreparedGRU
  let query: PreparedDense?
  let language: (norm: NormalizationLayer, gru: PreparedGRU)?
  let norm: NormalizationLayer
  let wordLogits: PreparedDense

  /// The states of R sentences: `[R, D]` of the GRU, and of the second where there is one.
  package struct States: DecodingStates {
    let first: Tensor
    let second: Tensor?

    package init(first: Tensor, second: Tensor?) { (self.first, self.second) = (first, second) }

    package func rows(_ indices: [Int]) -> States { States(first: first.rows(indices), second: second?.rows(indices)) }
  }

  /// A photo as attention sees it: N = rows · columns regions.
  package struct Context: DecodingContext {
    let decoder: PreparedAttentionDecoder
    let rows: Int
    let columns: Int
    /// `[N, D]`.
    let regions: Tensor
    /// What queries are compared with, and what is summed by how well they fit; both are the regions, `[N, D]`.
    let keys: PreparedDense
    let values: PreparedDense
    /// The GRU's state before the first word, `[1, D]`.
    let initialState: Tensor

    package func start(_ count: Int) -> States { decoder.start([(self, count)]) }

    package func step(_ tokens: [Int], states: States) -> DecodingStep<States> {
      decoder.step(tokens, states: states, photos: [(self, 0..<tokens.count)])
    }

    package func step(
      _ tokens: [Int], states: States, maps kind: MapKind, next: [Int]
    ) -> DecodingStep<States> {
      let (step, pass) = decoder.passed(tokens, states: states, photos: [(self, 0..<tokens.count)])
      let maps: AttentionMaps
      switch kind {
      case .attention: return step
      case .value: maps = valueMaps(step.attention)
      case .gradient: maps = gradientMaps(pass, next: next)
      case .covering: preconditionFailure("covering maps are made of several looks at the photo")
      case .occlusion: maps = occlusionMaps(step, tokens, states, next: next, rows: rows, columns: columns)
      }
      return DecodingStep(logits: step.logits, states: step.states, attention: maps)
    }
  }

  package func prepare(_ features: FeatureMap) -> Context {
    let (regions, _) = regions.forward(features.sequence)
    let n = features.rows * features.columns
    let start = initialState.map { layer in
      InitialStateLayer.states(of: regions.reshaped([1, n, width])) { layer($0) }.states
    }
    return Context(
      decoder: self, rows: features.rows, columns: features.columns, regions: regions.reshaped([n, width]),
      keys: PreparedDense(kernel: transposed(regions)),
      values: PreparedDense(kernel: regions), initialState: start ?? Tensor([1, width]))
  }

  /// The states before the first word of so many sentences about each photo, one photo after the other.
  func start(_ photos: [(context: Context, count: Int)]) -> States {
    let total = photos.reduce(0) { $0 + $1.count }
    let first = Tensor(uninitialized: [total, width])
    var row = 0
    for (context, count) in photos {
      for _ in 0..<count {
        (first.pointer + row * width).update(from: context.initialState.pointer, count: width)
        row += 1
      }
    }
    return States(first: first, second: language.map { _ in Tensor([total, width]) })
  }

  /// One word further for R sentences about several photos of the same rows and columns.
  /// - Parameter photos: the rows of each photo's sentences, one range after the other; they may be empty.
  func step(
    _ tokens: [Int], states: States, photos: [(context: Context, rows: Range<Int>)]
  ) -> DecodingStep<States> { passed(tokens, states: states, photos: photos).step }

  /// The same with the pass, from which gradients go back.
  fileprivate func passed(
    _ tokens: [Int], states: States, photos: [(context: Context, rows: Range<Int>)]
  ) -> (step: DecodingStep<States>, pass: WordPass) {
    var pass = WordPass(decoder: self, photos: photos, before: states)
    let last = pass(Embedding.forward(tokens.map(Int32.init), table: embedding))
    let (rows, columns) = (photos[0].context.rows, photos[0].context.columns)
    let step = DecodingStep(
      logits: wordLogits(last), states: States(first: pass.first!, second: pass.second),
      attention: AttentionMaps(weights: pass.maps!, rows: rows, columns: columns))
    return (step, pass)
  }
}

extension AttentionDecoder {
  /// The decoder as it is at the moment, ready to write.
  package func prepared() -> PreparedAttentionDecoder {
    PreparedAttentionDecoder(
      vocabularySize: vocabularySize, width: description.width, regions: regions,
      initialState: initialState?.linear.prepared(), embedding: embedding.value, gru: gru.prepared(),
      query: query?.prepared(), language: language.map { ($0.norm, $0.gru.prepared()) }, norm: norm,
      wordLogits: wordLogits.prepared())
  }
}

/// The decoder's layers one word further.
struct WordPass: DecoderPass {
  let decoder: PreparedAttentionDecoder
  let photos: [(context: PreparedAttentionDecoder.Context, rows: Range<Int>)]
  let before: PreparedAttentionDecoder.States
  /// The states after the word, what attention found, and where it looked: `[R, N]`.
  private(set) var first: Tensor?
  private(set) var second: Tensor?
  private(set) var found: Tensor?
  private(set) var maps: Tensor?
  /// For the way back: of the normalisations, and what the second GRU was given.
  private(set) var attentionNormTape: LayerNormalization.Tape?
  private(set) var attendedNormal: Tensor?
  private(set) var normTape: LayerNormalization.Tape?

  init(
    decoder: PreparedAttentionDecoder, photos: [(context: PreparedAttentionDecoder.Context, rows: Range<Int>)],
    before: PreparedAttentionDecoder.States
  ) {
    (self.decoder, self.photos, self.before) = (decoder, photos, before)
  }

  var hasLanguageGRU: Bool { decoder.language != nil }

  mutating func languageStates(_ words: Tensor) -> Tensor {
    let states = decoder.gru.step(words, states: before.first)
    first = states
    return states
  }

  mutating func attended(_ states: Tensor) -> Tensor {
    let queries = decoder.query.map { $0(states) } ?? states
    if photos.count == 1 {
      let (attended, maps) = photos[0].context.attend(queries)
      (self.maps, found) = (maps, attended)
      return attended
    }
    let regions = photos[0].context.rows * photos[0].context.columns
    let attended = Tensor(uninitialized: states.shape)
    let maps = Tensor(uninitialized: [states.shape[0], regions])
    for (context, rows) in photos where !rows.isEmpty {
      let part = context.attend(queries.rows(Array(rows)))
      (attended.pointer + rows.lowerBound * decoder.width).update(
        from: part.attended.pointer, count: part.attended.count)
      (maps.pointer + rows.lowerBound * regions).update(from: part.maps.pointer, count: part.maps.count)
    }
    (self.maps, found) = (maps, attended)
    return attended
  }

  mutating func attentionNorm(_ joined: Tensor) -> Tensor {
    let (normal, tape) = decoder.language!.norm.forward(joined)
    (attendedNormal, attentionNormTape) = (normal, tape)
    return normal
  }

  mutating func secondStates(_ attended: Tensor) -> Tensor {
    let states = decoder.language!.gru.step(attended, states: before.second!)
    second = states
    return states
  }

  mutating func norm(_ joined: Tensor) -> Tensor {
    let (normal, tape) = decoder.norm.forward(joined)
    normTape = tape
    return normal
  }
}

extension PreparedAttentionDecoder.Context {
  /// Queries `[R, D]` → what they find, `[R, D]`, and where, `[R, N]`.
  fileprivate func attend(_ queries: Tensor) -> (attended: Tensor, maps: Tensor) {
    let maps = keys(queries)
    softmaxRows(maps)
    return (values(maps), maps)
  }
}
