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

  /// Weight times what the next token's logit gains by it, where it gains.
  func gradientMaps(_ pass: WordPass, next: [Int]) -> AttentionMaps {
    let (weights, gradients) = (pass.maps!, weightGradients(pass, next: next))
    let gains = Tensor(uninitialized: [next.count, 1, count])
    for index in 0..<gains.count { gains.pointer[index] = max(0, weights.pointer[index] * gradients.pointer[index]) }
    return AttentionMaps(positions: [gains], isAbsolute: true, rows: rows, columns: columns)
  }

  /// What each sentence's next logit gains by each region's weight, `[R, N]`.
  func weightGradients(_ pass: WordPass, next: [Int]) -> Tensor { keys(pass.foundGradient(of: next)) }
}

extension WordPass {
  /// The gradient of what attention found, `[R, D]`, from the logit of the token that follows each sentence.
  func foundGradient(of next: [Int]) -> Tensor {
    let dLast = decoder.norm.inputGradient(normTape!, dy: decoder.wordLogits.inputWeights(of: next))
    guard let language = decoder.language else { return dLast }
    let dSecond = language.gru.inputGradient(attendedNormal!, states: before.second!, dNext: dLast)
    return language.norm.inputGradient(attentionNormTape!, dy: sum(dLast, dSecond))
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
