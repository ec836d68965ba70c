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
    /// Positions before the regions.
    let globals: Int

    func start(_ count: Int) -> States { States(histories: [TokenHistory](repeating: TokenHistory(), count: count)) }

    func step(_ tokens: [Int], states: States) -> DecodingStep<States> {
      var pass = TokenPass(context: self, states: states)
      let logits = pass.logits(tokens)
      return DecodingStep(logits: logits, states: pass.states, attention: pass.maps)
    }
  }

  func prepare(_ features: FeatureMap) -> Context {
    let globals = features.global?.shape[1] ?? 0
    let (count, channels) = (globals + features.rows * features.columns, features.channels)
    let sequence = Tensor(uninitialized: [count, channels])
    if let global = features.global { sequence.pointer.update(from: global.pointer, count: globals * channels) }
    (sequence.pointer + globals * channels).update(from: features.regions.pointer, count: features.regions.count)
    let (heads, size) = (shape.heads, shape.width / shape.heads)
    let photo = layers.map { layer in
      let parts = layer.crossKeysValues.map { $0(sequence) }
      let isFused = parts.count == 1
      defer { withExtendedLifetime(parts) {} }
      return AttendedSequence(
        keys: parts[0].pointer, values: isFused ? parts[0].pointer + shape.width : parts[1].pointer, positions: count,
        heads: heads, size: size, stride: isFused ? 2 * shape.width : shape.width)
    }
    return Context(
      decoder: self, photo: photo, rows: features.rows, columns: features.columns, globals: globals)
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

/// The decoder's layers one token further.
private struct TokenPass {
  let context: CrossAttentionDecoder.Context
  var states: CrossAttentionDecoder.States
  /// `[R, H, G + N]` of each layer.
  private var weights: [Tensor] = []

  private var decoder: CrossAttentionDecoder { context.decoder }
  private var shape: CrossAttentionShape { context.decoder.shape }

  init(context: CrossAttentionDecoder.Context, states: CrossAttentionDecoder.States) {
    (self.context, self.states) = (context, states)
  }

  mutating func logits(_ tokens: [Int]) -> Tensor {
    var x = embedded(tokens)
    let memory = TokenMemory(layers: shape.layers, rows: tokens.count, width: shape.width)
    for row in tokens.indices { states.histories[row].append(memory, row: row) }
    for (index, layer) in decoder.layers.enumerated() { x = step(x, layer, index, memory) }
    switch decoder.head {
    case .transform(let dense, let norm): return decoder.words(norm(dense(x, .gelu)))
    case .norm(let norm): return decoder.words(norm(x))
    }
  }

  /// `[R, D]`: token and position. Beyond the last position the last one stays.
  private func embedded(_ tokens: [Int]) -> Tensor {
    let width = shape.width
    let x = Tensor(uninitialized: [tokens.count, width])
    let position = Tensor(uninitialized: [width])
    for (row, token) in tokens.enumerated() {
      let target = x.pointer + row * width
      decoder.tokens.copy(token * width, width, into: target)
      decoder.positions.copy(
        min(states.histories[row].count, shape.positions - 1) * width, width, into: position.pointer)
      for index in 0..<width { target[index] += position.pointer[index] }
    }
    return decoder.embeddingNorm.map { $0(x) } ?? x
  }

  private mutating func step(
    _ x: Tensor, _ layer: CrossAttentionDecoder.Layer, _ index: Int, _ memory: TokenMemory
  ) -> Tensor {
    let first = shape.normalizesFirst
    let own = layer.output(attendedTokens(first ? layer.norm(x) : x, layer, index, memory), adding: x)
    let afterOwn = first ? own : layer.norm(own)
    let queries = layer.crossQueries(first ? layer.crossNorm(afterOwn) : afterOwn)
    let (found, weights) = context.photo[index](queries)
    self.weights.append(weights)
    let seen = layer.crossOutput(found, adding: afterOwn)
    let afterPhoto = first ? seen : layer.crossNorm(seen)
    let inner = layer.up(first ? layer.feedForwardNorm(afterPhoto) : afterPhoto, shape.activation)
    let result = layer.down(inner, adding: afterPhoto)
    return first ? result : layer.feedForwardNorm(result)
  }

  /// Attention to the sentence's own tokens, this one among them.
  private func attendedTokens(
    _ x: Tensor, _ layer: CrossAttentionDecoder.Layer, _ index: Int, _ memory: TokenMemory
  ) -> Tensor {
    let (width, heads) = (shape.width, shape.heads)
    let parts = layer.queriesKeysValues.map { $0(x) }
    let rows = x.shape[0]
    func part(_ part: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
      parts.count == 1 ? parts[0].pointer + (row * 3 + part) * width : parts[part].pointer + row * width
    }
    let found = Tensor(uninitialized: [rows, width])
    for row in 0..<rows {
      memory.keys(index, row).update(from: part(1, row), count: width)
      memory.values(index, row).update(from: part(2, row), count: width)
      states.histories[row].attend(
        part(0, row), layer: index, heads: heads, size: width / heads, into: found.pointer + row * width)
    }
    return found
  }

  /// What is no region left out, each map brought to a sum of 1.
  var maps: AttentionMaps {
    let (regions, globals) = (context.rows * context.columns, context.globals)
    let rows = states.histories.count
    let maps = shape.layers * shape.heads
    let all = Tensor(uninitialized: [rows, maps * regions])
    for (layer, weights) in weights.enumerated() {
      for row in 0..<rows {
        for head in 0..<shape.heads {
          let source = weights.pointer + (row * shape.heads + head) * (globals + regions) + globals
          let target = all.pointer + row * maps * regions + (layer * shape.heads + head) * regions
          var sum: Float = 0
          for region in 0..<regions { sum += source[region] }
          let scale = sum > 0 ? 1 / sum : 0
          for region in 0..<regions { target[region] = sum > 0 ? source[region] * scale : 1 / Float(regions) }
        }
      }
    }
    return AttentionMaps(
      weights: all, layers: shape.layers, heads: shape.heads, rows: context.rows, columns: context.columns)
  }
}
