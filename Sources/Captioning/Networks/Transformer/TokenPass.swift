import Tensors

/// The decoder's layers for R tokens, and back from the logits of the tokens that follow: one token further of R
/// sentences, or whole sentences at once. Each product then reads its weights once for all.
struct TokenPass {
  let context: CrossAttentionDecoder.Context
  private(set) var states: CrossAttentionDecoder.States
  /// Where each layer looked: `[R, H, P]`.
  private var weights: [Tensor] = []
  /// Kept for the way back; nil where that is not wanted.
  private var tapes: [LayerTape]?
  /// What the head was given, `[R, D]`.
  private var last: Tensor?
  /// Changes what a layer found in the photo, `[R, D]`, with weights `[R, H, P]`; for tests.
  var nudge: ((_ layer: Int, _ found: Tensor, _ weights: Tensor) -> Void)?

  /// Positions of the photo that each sentence leaves out of attention; nil where none does. No maps are made then.
  var hidden: [[Int]]?

  /// What a layer's gradients need, each `[R, D]`.
  private struct LayerTape {
    /// What it was given.
    let x: Tensor
    /// Queries to the sentence's own tokens, and to the photo.
    let ownQueries: Tensor
    let queries: Tensor
    /// The sums after each of its three parts, not normalised.
    let own: Tensor
    let seen: Tensor
    let result: Tensor
    /// Before the activation, `[R, inner]`.
    let inner: Tensor
  }

  /// How many tokens of the same sentence lie right before each.
  private let ahead: [Int]

  private var decoder: CrossAttentionDecoder { context.decoder }
  private var shape: CrossAttentionShape { context.decoder.shape }

  /// Sentences one token further.
  init(context: CrossAttentionDecoder.Context, states: CrossAttentionDecoder.States, isTaped: Bool = false) {
    (self.context, self.states, tapes) = (context, states, isTaped ? [] : nil)
    ahead = states.histories.map { _ in 0 }
  }

  /// Whole sentences, one after another.
  /// - Parameter lengths: how many tokens each has.
  init(context: CrossAttentionDecoder.Context, lengths: [Int], isTaped: Bool) {
    (self.context, states, tapes) = (context, context.start(lengths.reduce(0, +)), isTaped ? [] : nil)
    ahead = lengths.flatMap { 0..<$0 }
  }

  // MARK: Forward

  /// `[R, V]`.
  /// - Parameter betweenLayers: asked before each; what it throws ends the pass.
  mutating func logits(_ tokens: [Int], betweenLayers: () throws -> Void) rethrows -> Tensor {
    let memory = TokenMemory(layers: shape.layers, rows: tokens.count, width: shape.width)
    for row in tokens.indices {
      for seen in row - ahead[row]...row { states.histories[row].append(memory, row: seen) }
    }
    var x = embedded(tokens)
    for (index, layer) in decoder.layers.enumerated() {
      try betweenLayers()
      x = step(x, layer, index, memory)
    }
    last = x
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
        min(states.histories[row].count, shape.positions) * width - width, width, into: position.pointer)
      for index in 0..<width { target[index] += position.pointer[index] }
    }
    return decoder.embeddingNorm.map { $0(x) } ?? x
  }

  private mutating func step(
    _ x: Tensor, _ layer: CrossAttentionDecoder.Layer, _ index: Int, _ memory: TokenMemory
  ) -> Tensor {
    let first = shape.normalizesFirst
    let (attended, ownQueries) = attendedTokens(first ? layer.norm(x) : x, layer, index, memory)
    let own = layer.output(attended, adding: x)
    let afterOwn = first ? own : layer.norm(own)
    let queries = layer.crossQueries(first ? layer.crossNorm(afterOwn) : afterOwn)
    let found = found(queries, index)
    let seen = layer.crossOutput(found, adding: afterOwn)
    let afterPhoto = first ? seen : layer.crossNorm(seen)
    let given = first ? layer.feedForwardNorm(afterPhoto) : afterPhoto
    guard let ownQueries else {
      let result = layer.down(layer.up(given, shape.activation), adding: afterPhoto)
      return first ? result : layer.feedForwardNorm(result)
    }
    let inner = layer.up(given)
    let result = layer.down(shape.activation(inner), adding: afterPhoto)
    tapes?.append(
      LayerTape(x: x, ownQueries: ownQueries, queries: queries, own: own, seen: seen, result: result, inner: inner))
    return first ? result : layer.feedForwardNorm(result)
  }

  /// What a layer finds in the photo, `[R, D]`.
  private mutating func found(_ queries: Tensor, _ layer: Int) -> Tensor {
    if let hidden { return context.projections.keysAndValues(layer).found(queries, leavingOut: hidden) }
    let (found, weights) = context.photo[layer](queries)
    nudge?(layer, found, weights)
    self.weights.append(weights)
    return found
  }

  /// Attention to the sentence's own tokens, this one among them, and the queries where they are taped.
  private func attendedTokens(
    _ x: Tensor, _ layer: CrossAttentionDecoder.Layer, _ index: Int, _ memory: TokenMemory
  ) -> (found: Tensor, queries: Tensor?) {
    let (width, heads) = (shape.width, shape.heads)
    let parts = layer.queriesKeysValues.map { $0(x) }
    let rows = x.shape[0]
    func part(_ part: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
      parts.count == 1 ? parts[0].pointer + (row * 3 + part) * width : parts[part].pointer + row * width
    }
    let found = Tensor(uninitialized: [rows, width])
    let queries = tapes.map { _ in Tensor(uninitialized: [rows, width]) }
    for row in 0..<rows {
      memory.keys(index, row).update(from: part(1, row), count: width)
      memory.values(index, row).update(from: part(2, row), count: width)
      if let queries { (queries.pointer + row * width).update(from: part(0, row), count: width) }
    }
    Self.each(rows) { row in
      states.histories[row].attend(
        part(0, row), layer: index, heads: heads, size: width / heads, into: found.pointer + row * width)
    }
    return (found, queries)
  }

  /// On all threads where rows are many enough to be worth waking them.
  private static func each(_ rows: Int, _ body: (Int) -> Void) {
    if rows <= 8 { (0..<rows).forEach(body) } else { ThreadPool.shared.run(rows, body) }
  }

  // MARK: Backward

  /// What the logit of the token that follows each gains by each attention weight at that token, `[R, H, P]` of each layer.
  /// Tokens before it are given, and so is what they looked at: no gradient goes from one token to another.
  /// - Parameter betweenLayers: asked before each; what it throws ends the pass.
  func weightGradients(of next: [Int], betweenLayers: () throws -> Void) rethrows -> [Tensor] {
    guard let tapes, let last else { preconditionFailure("the pass was not taped") }
    var gradients: [Tensor] = []
    var dx = headGradient(decoder.words.inputWeights(of: next), at: last)
    for index in decoder.layers.indices.reversed() {
      try betweenLayers()
      let (dWeights, dInput) = back(dx, tapes[index], index)
      gradients.append(dWeights)
      dx = dInput
    }
    return gradients.reversed()
  }

  private func headGradient(_ dy: Tensor, at x: Tensor) -> Tensor {
    switch decoder.head {
    case .norm(let norm): return norm.backward(x, dy)
    case .transform(let dense, let norm):
      let d = norm.backward(dense(x, .gelu), dy)
      StoredDense.Activation.gelu.backward(dense(x), inPlace: d)
      return dense.backward(d)
    }
  }

  private func back(_ dy: Tensor, _ tape: LayerTape, _ index: Int) -> (dWeights: Tensor, dx: Tensor) {
    let (layer, first) = (decoder.layers[index], shape.normalizesFirst)
    // The feed-forward part.
    let dResult = first ? dy : layer.feedForwardNorm.backward(tape.result, dy)
    let dInner = layer.down.backward(dResult)
    shape.activation.backward(tape.inner, inPlace: dInner)
    let dUp = layer.up.backward(dInner)
    let dSeen =
      first
      ? sum(dResult, layer.feedForwardNorm.backward(tape.seen, dUp))
      : layer.crossNorm.backward(tape.seen, sum(dResult, dUp))
    // The photo.
    let (dWeights, dQueries) = context.projections.keysAndValues(index).backward(
      queries: tape.queries, weights: weights[index], dFound: layer.crossOutput.backward(dSeen))
    let dCross = layer.crossQueries.backward(dQueries)
    let dOwn =
      first
      ? sum(dSeen, layer.crossNorm.backward(tape.own, dCross)) : layer.norm.backward(tape.own, sum(dSeen, dCross))
    // The sentence.
    let dAttended = ownGradient(layer.output.backward(dOwn), tape, layer, index)
    return (dWeights, sum(dOwn, first ? layer.norm.backward(tape.x, dAttended) : dAttended))
  }

  /// Of the input of attention to the sentence's own tokens.
  private func ownGradient(
    _ dFound: Tensor, _ tape: LayerTape, _ layer: CrossAttentionDecoder.Layer, _ index: Int
  ) -> Tensor {
    let (rows, width) = (dFound.shape[0], shape.width)
    let isFused = layer.queriesKeysValues.count == 1
    let parts = (0..<(isFused ? 1 : 3)).map { _ in Tensor(uninitialized: [rows, isFused ? 3 * width : width]) }
    Self.each(rows) { row in
      func part(_ part: Int) -> UnsafeMutablePointer<Float> {
        isFused ? parts[0].pointer + (row * 3 + part) * width : parts[part].pointer + row * width
      }
      states.histories[row].backward(
        tape.ownQueries.pointer + row * width, layer: index, heads: shape.heads, size: width / shape.heads,
        dFound: dFound.pointer + row * width, dQuery: part(0), dKey: part(1), dValue: part(2))
    }
    let gradients = zip(layer.queriesKeysValues, parts).map { $0.backward($1) }
    return gradients.dropFirst().reduce(gradients[0], sum)
  }

  // MARK: Maps

  /// - Parameter betweenLayers: asked before each where that takes long; what it throws ends the work.
  func maps(_ kind: MapKind, next: [Int], betweenLayers: () throws -> Void) rethrows -> AttentionMaps {
    let (rows, columns) = (context.rows, context.columns)
    switch kind {
    case .attention: return AttentionMaps(positions: weights, rows: rows, columns: columns)
    case .value:
      let norms = try weights.enumerated().map { index, weights in
        try betweenLayers()
        return KeysAndValues.addedNorms(weights, context.projections.addedProducts(index))
      }
      return AttentionMaps(
        positions: norms.map(\.heads), together: norms.map(\.together), rows: rows, columns: columns)
    case .occlusion, .covering: preconditionFailure("\(kind.rawValue) maps are made of several passes")
    case .gradient:
      let gains = try zip(weights, weightGradients(of: next, betweenLayers: betweenLayers)).map { weights, gradients in
        let gains = Tensor(uninitialized: weights.shape)
        for index in 0..<gains.count {
          gains.pointer[index] = max(0, weights.pointer[index] * gradients.pointer[index])
        }
        return gains
      }
      return AttentionMaps(positions: gains, isAbsolute: true, rows: rows, columns: columns)
    }
  }
}

/// The same where nothing ends it early.
extension TokenPass {
  mutating func logits(_ tokens: [Int]) -> Tensor { logits(tokens, betweenLayers: {}) }
  func weightGradients(of next: [Int]) -> [Tensor] { weightGradients(of: next, betweenLayers: {}) }
  func maps(_ kind: MapKind, next: [Int]) -> AttentionMaps { maps(kind, next: next, betweenLayers: {}) }
}
