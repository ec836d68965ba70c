import Synchronization
import Tensors

/// Maps of other kinds than attention. What attention finds is the sum of weight · region, with no layer behind it.
extension PreparedAttentionDecoder.Context {
  private var count: Int { rows * columns }

  /// ‖weight · region‖.
  func valueMaps(_ attention: AttentionMaps) -> AttentionMaps {
    let width = decoder.width
    let lengths = (0..<count).map { region in
      (0..<width).reduce(Float(0)) { $0 + regions.pointer[region * width + $1] * regions.pointer[region * width + $1] }
        .squareRoot()
    }
    let norms = Tensor(uninitialized: [attention.weights.shape[0], 1, count])
    for index in 0..<norms.count { norms.pointer[index] = attention.weights.pointer[index] * lengths[index % count] }
    return AttentionMaps(positions: [norms], rows: rows, columns: columns)
  }

  /// Weight times what the next token's logit gains by it, where it gains. The gain is a difference quotient: the layers
  /// behind attention are few, and run over all regions' changes at once.
  func gradientMaps(
    _ attention: AttentionMaps, _ tokens: [Int], _ states: PreparedAttentionDecoder.States, next: [Int]
  ) -> AttentionMaps {
    let gains = Tensor(uninitialized: [tokens.count, 1, count])
    for sentence in tokens.indices {
      let gradient = weightGradient(tokens[sentence], states.rows([sentence]), next: next[sentence])
      let row = sentence * count
      for region in 0..<count {
        gains.pointer[row + region] = max(0, attention.weights.pointer[row + region] * gradient[region])
      }
    }
    return AttentionMaps(positions: [gains], isAbsolute: true, rows: rows, columns: columns)
  }

  /// What one sentence's next logit gains by each region's weight: N numbers.
  func weightGradient(_ token: Int, _ states: PreparedAttentionDecoder.States, next: Int) -> [Float] {
    let width = decoder.width
    var pass = WordPass(decoder: decoder, photos: [(self, 0..<1)], before: states)
    _ = pass(decoder.embedding.rows([token]))
    let found = pass.found!
    // A weight changes by so much, each up and down.
    let step: Float = 0.005
    let changed = Tensor(uninitialized: [2 * count, width])
    for row in 0..<2 * count {
      let region = regions.pointer + row / 2 * width
      let change = row % 2 == 0 ? step : -step
      for index in 0..<width { changed.pointer[row * width + index] = found.pointer[index] + change * region[index] }
    }
    var nudged = PassFromFound(
      decoder: decoder, states: pass.first!.rows([Int](repeating: 0, count: 2 * count)), found: changed,
      second: states.second?.rows([Int](repeating: 0, count: 2 * count)))
    let ends = nudged(changed)
    let weights = decoder.wordWeights.of(next)
    return (0..<count).map { region in
      let (up, down) = (ends.pointer + 2 * region * width, ends.pointer + (2 * region + 1) * width)
      return (0..<width).reduce(0) { $0 + (up[$1] - down[$1]) * weights[$1] } / (2 * step)
    }
  }
}

/// The last layer's weights word by word; made when one is first asked for.
final class WordWeights: Sendable {
  private let layer: PreparedDense
  private let width: Int
  /// `[D, V]`.
  private let kernel: Mutex<Tensor?> = Mutex(nil)

  init(_ layer: PreparedDense, width: Int) { (self.layer, self.width) = (layer, width) }

  /// D numbers.
  func of(_ word: Int) -> [Float] {
    let kernel = kernel.withLock { known in
      if let known { return known }
      // What the layer makes of each input alone, less what it makes of none.
      let inputs = Tensor([width + 1, width])
      for index in 0..<width { inputs.pointer[index * width + index] = 1 }
      let made = layer(inputs)
      known = made
      return made
    }
    let count = kernel.shape[1]
    return (0..<width).map { kernel.pointer[$0 * count + word] - kernel.pointer[width * count + word] }
  }
}

/// The decoder's layers from what attention found on.
struct PassFromFound: DecoderPass {
  let decoder: PreparedAttentionDecoder
  /// After the word, `[R, D]`.
  let states: Tensor
  let found: Tensor
  /// Of the second GRU before the word.
  let second: Tensor?

  var hasLanguageGRU: Bool { decoder.language != nil }
  func languageStates(_ words: Tensor) -> Tensor { states }
  func attended(_ states: Tensor) -> Tensor { found }
  func attentionNorm(_ joined: Tensor) -> Tensor { decoder.language!.norm.forward(joined).y }
  func secondStates(_ attended: Tensor) -> Tensor { decoder.language!.gru.step(attended, states: second!) }
  func norm(_ joined: Tensor) -> Tensor { decoder.norm.forward(joined).y }
}
