import Tensors

/// A transformer decoder that looks at the photo in every layer (Vaswani et al. 2017): BLIP's, which is BERT's with
/// cross-attention and normalises after each part, and GPT-2's, which normalises before.
///
/// R sentences, D its width, V tokens.
struct CrossAttentionDecoder: CaptionDecoding {
  let shape: CrossAttentionShape
  /// `[V, D]` and `[positions, D]`.
  let tokens: StoredNumbers
  let positions: StoredNumbers
  /// After the embedding; nil where there is none.
  let embeddingNorm: NormalizedRows?
  let layers: [Layer]
  /// Before the words: BERT's layer with its activation and normalisation, or GPT-2's last normalisation.
  let head: Head
  /// D → V.
  let words: StoredDense

  var vocabularySize: Int { shape.vocabularySize }

  /// One layer.
  struct Layer: Sendable {
    /// Of the tokens so far: three layers D → D, or one D → 3D.
    let queriesKeysValues: [StoredDense]
    let output: StoredDense
    /// Of the photo.
    let crossQueries: StoredDense
    /// Two layers, or one to twice the width.
    let crossKeysValues: [StoredDense]
    let crossOutput: StoredDense
    let up: StoredDense
    let down: StoredDense
    let norm: NormalizedRows
    let crossNorm: NormalizedRows
    let feedForwardNorm: NormalizedRows
  }

  /// What stands between the last layer and the words.
  enum Head: Sendable {
    case transform(StoredDense, NormalizedRows)
    case norm(NormalizedRows)
  }

  /// Sentences' tokens so far.
  struct States: DecodingStates {
    var histories: [TokenHistory]
    func rows(_ indices: [Int]) -> States { States(histories: indices.map { histories[$0] }) }
  }

  /// A photo as each layer sees it.
  struct Context: DecodingContext {
    let decoder: CrossAttentionDecoder
    let photo: [AttendedSequence]
    let rows: Int
    let columns: Int
    let projections: PhotoProjections

    /// Keys and values of each layer.
    var byteCount: Int { photo.reduce(0) { $0 + 2 * $1.positions * decoder.shape.width * MemoryLayout<Float>.size } }

    func start(_ count: Int) -> States { States(histories: [TokenHistory](repeating: TokenHistory(), count: count)) }

    func step(_ tokens: [Int], states: States) -> DecodingStep<States> {
      step(tokens, states: states, checkCancelled: {})
    }

    func step(
      _ tokens: [Int], states: States, checkCancelled: () throws -> Void
    ) rethrows -> DecodingStep<States> {
      var pass = TokenPass(context: self, states: states)
      let logits = try pass.logits(tokens, betweenLayers: checkCancelled)
      return DecodingStep(logits: logits, states: pass.states, attention: pass.maps(.attention, next: []))
    }

    func step(_ tokens: [Int], states: States, maps kind: MapKind, next: [Int]) -> DecodingStep<States> {
      var pass = TokenPass(context: self, states: states, isTaped: kind == .gradient)
      let logits = pass.logits(tokens)
      if kind == .occlusion {
        let step = DecodingStep(logits: logits, states: pass.states, attention: pass.maps(.attention, next: next))
        let maps = occlusionMaps(step, tokens, states, next: next, rows: rows, columns: columns)
        return DecodingStep(logits: logits, states: pass.states, attention: maps)
      }
      return DecodingStep(logits: logits, states: pass.states, attention: pass.maps(kind, next: next))
    }

    func steps(
      through sentences: [[Int]], maps kind: MapKind, checkCancelled: () throws -> Void
    ) rethrows -> SentenceSteps<States>? {
      guard kind == .gradient || kind == .value else { return nil }
      var pass = TokenPass(context: self, lengths: sentences.map { $0.count - 1 }, isTaped: kind == .gradient)
      let logits = try pass.logits(sentences.flatMap { $0.dropLast() }, betweenLayers: checkCancelled)
      let next = sentences.flatMap { $0.dropFirst() }
      return SentenceSteps(
        logits: logits, before: States(histories: pass.states.histories.map { $0.prefix($0.count - 1) }),
        attention: try pass.maps(kind, next: next, betweenLayers: checkCancelled))
    }

    func logits(_ token: Int, states: States, leavingOut sets: [[Int]]) -> Tensor {
      let globals = photo[0].positions - rows * columns
      let count = sets.count
      var pass = TokenPass(context: self, states: states.rows([Int](repeating: 0, count: count)))
      pass.hidden = sets.map { $0.map { $0 + globals } }
      return pass.logits([Int](repeating: token, count: count))
    }
  }

  var steps: Int { layers.count }

  func prepare(_ features: FeatureMap) -> Context { prepare(features, checkCancelled: {}) }

  func prepare(_ features: FeatureMap, checkCancelled: () throws -> Void) rethrows -> Context {
    let globals = features.global?.shape[1] ?? 0
    let (count, channels) = (globals + features.rows * features.columns, features.channels)
    let sequence = Tensor(uninitialized: [count, channels])
    if let global = features.global { sequence.pointer.update(from: global.pointer, count: globals * channels) }
    (sequence.pointer + globals * channels).update(from: features.regions.pointer, count: features.regions.count)
    let (heads, size) = (shape.heads, shape.width / shape.heads)
    let tiled = TiledRows(sequence.pointer, rows: count, width: channels)
    let photo = try layers.map { layer in
      try checkCancelled()
      return layer.keysAndValues(of: tiled) { keys, values, stride in
        AttendedSequence(keys: keys, values: values, positions: count, heads: heads, size: size, stride: stride)
      }
    }
    return Context(
      decoder: self, photo: photo, rows: features.rows, columns: features.columns,
      projections: PhotoProjections(photo, layers: layers))
  }
}

extension CrossAttentionDecoder.Layer {
  /// Hands the photo's keys and values, `[P, D]` with rows so far apart, to `body`.
  func keysAndValues<Result>(
    of sequence: TiledRows, _ body: (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Result
  ) -> Result {
    let parts = crossKeysValues.map { $0(sequence) }
    defer { withExtendedLifetime(parts) {} }
    let width = crossQueries.outputs
    return parts.count == 1
      ? body(parts[0].pointer, parts[0].pointer + width, 2 * width) : body(parts[0].pointer, parts[1].pointer, width)
  }
}

/// The sizes of a decoder.
struct CrossAttentionShape: Sendable, Equatable {
  /// D.
  let width: Int
  let layers: Int
  let heads: Int
  /// Numbers between the two layers of the feed-forward part.
  let inner: Int
  /// V.
  let vocabularySize: Int
  /// The most tokens of a sentence, its beginning among them.
  let positions: Int
  /// Whether each part's input is normalised, or its sum with that input.
  let normalizesFirst: Bool
  let activation: StoredDense.Activation
}
