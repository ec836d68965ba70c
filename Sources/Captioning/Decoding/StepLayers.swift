import Tensors

/// A GRU, one word at a time.
struct RecurrentStep: Sendable {
  private let input: PreparedDense
  private let recurrent: PreparedDense

  init(_ name: String, width d: Int, weights: inout some WeightSource) throws {
    let bias = try weights.constant("\(name)/bias", [2, 3 * d], 0)
    func biasRow(_ row: Int) -> Tensor { Tensor([3 * d], Array(bias.values[row * 3 * d..<(row + 1) * 3 * d])) }
    input = PreparedDense(kernel: try weights.kernel("\(name)/kernel", [d, 3 * d], gain: 1), bias: biasRow(0))
    recurrent = PreparedDense(
      kernel: try weights.kernel("\(name)/recurrent_kernel", [d, 3 * d], gain: 1), bias: biasRow(1))
  }

  /// Words `[R, D]`, states `[R, D]` → states `[R, D]`.
  func callAsFunction(_ words: Tensor, states: Tensor) -> Tensor {
    GRU.step(input: input(words), recurrent: recurrent(states), states: states)
  }
}

/// A layer normalisation over rows `[R, D]`.
struct NormalizationStep: Sendable {
  private let gamma: Tensor
  private let beta: Tensor

  init(_ name: String, width: Int, weights: inout some WeightSource) throws {
    gamma = try weights.constant("\(name)/gamma", [width], 1)
    beta = try weights.constant("\(name)/beta", [width], 0)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { LayerNormalization.forward(x, gamma: gamma, beta: beta).y }
}

/// The second GRU and what goes before it; see `AttentionDecoder.LanguageLayer`.
struct LanguageStep: Sendable {
  let norm: NormalizationStep
  let gru: RecurrentStep
}

/// Two `[R, D]` as one `[R, 2D]`.
func sideBySide(_ left: Tensor, _ right: Tensor) -> Tensor {
  let (rows, d) = (left.shape[0], left.shape[1])
  let result = Tensor(uninitialized: [rows, 2 * d])
  for row in 0..<rows {
    (result.pointer + 2 * row * d).update(from: left.pointer + row * d, count: d)
    (result.pointer + (2 * row + 1) * d).update(from: right.pointer + row * d, count: d)
  }
  return result
}

/// The reverse.
func halves(_ x: Tensor) -> (left: Tensor, right: Tensor) {
  let (rows, d) = (x.shape[0], x.shape[1] / 2)
  let (left, right) = (Tensor(uninitialized: [rows, d]), Tensor(uninitialized: [rows, d]))
  for row in 0..<rows {
    (left.pointer + row * d).update(from: x.pointer + 2 * row * d, count: d)
    (right.pointer + row * d).update(from: x.pointer + (2 * row + 1) * d, count: d)
  }
  return (left, right)
}
