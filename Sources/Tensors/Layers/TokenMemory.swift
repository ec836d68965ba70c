import CKernels

/// The keys and values of one step's tokens in every layer of a transformer: written while the step runs, only read
/// afterwards, and shared by all sentences that go on from it.
///
/// `@unchecked Sendable`: only the step that makes it writes.
public final class TokenMemory: @unchecked Sendable {
  /// `[layers, 2, R, D]`: keys, then values.
  private let numbers: Tensor
  private let rows: Int
  private let width: Int

  /// - Parameters:
  ///   - layers: of the decoder, each with keys and values of its own.
  ///   - rows: R, sentences of the step.
  ///   - width: D.
  public init(layers: Int, rows: Int, width: Int) {
    (self.rows, self.width) = (rows, width)
    numbers = Tensor(uninitialized: [layers, 2, rows, width])
  }

  public func keys(_ layer: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
    numbers.pointer + (layer * 2 * rows + row) * width
  }

  public func values(_ layer: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
    numbers.pointer + ((layer * 2 + 1) * rows + row) * width
  }
}

/// A sentence's tokens so far: where the keys and values of each are.
public struct TokenHistory: Sendable {
  private var tokens: [(memory: TokenMemory, row: Int)] = []

  public init() {}

  /// How many tokens there are.
  public var count: Int { tokens.count }

  /// The first so many.
  public func prefix(_ count: Int) -> TokenHistory {
    var first = self
    first.tokens.removeLast(tokens.count - count)
    return first
  }

  public mutating func append(_ memory: TokenMemory, row: Int) { tokens.append((memory, row)) }

  /// Attention of one query, `[D]`, to all tokens: softmax(q · kᵀ / √d) · v for each head.
  /// - Parameters:
  ///   - query: scaled in place.
  ///   - layer: from 0.
  ///   - heads: H; D = H · d.
  ///   - size: d, numbers of a head.
  ///   - y: `[D]`.
  public func attend(
    _ query: UnsafeMutablePointer<Float>, layer: Int, heads: Int, size: Int, into y: UnsafeMutablePointer<Float>
  ) {
    let scale = 1 / Float(size).squareRoot()
    for index in 0..<heads * size { query[index] *= scale }
    let keys = tokens.map { UnsafePointer($0.memory.keys(layer, $0.row)) as UnsafePointer<Float>? }
    let values = tokens.map { UnsafePointer($0.memory.values(layer, $0.row)) as UnsafePointer<Float>? }
    var weights = [Float](repeating: 0, count: count)
    gaze_attend_apart(query, keys, values, count, heads, size, &weights, y)
  }

  /// The gradients of the query and of the last token's own key and value, `[D]` each, from that of what was found,
  /// `[D]`; the tokens before are given. Accumulates nothing.
  /// - Parameters:
  ///   - query: as it was before `attend` scaled it.
  ///   - layer: from 0.
  ///   - heads: H; D = H · d.
  ///   - size: d, numbers of a head.
  ///   - dFound: gradient of what `attend` wrote, `[D]`.
  ///   - dQuery: room for `[D]`.
  ///   - dKey: room for `[D]`.
  ///   - dValue: room for `[D]`.
  public func backward(
    _ query: UnsafePointer<Float>, layer: Int, heads: Int, size: Int, dFound: UnsafePointer<Float>,
    dQuery: UnsafeMutablePointer<Float>, dKey: UnsafeMutablePointer<Float>, dValue: UnsafeMutablePointer<Float>
  ) {
    let scale = 1 / Float(size).squareRoot()
    func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
      (0..<size).reduce(0) { $0 + x[$1] * y[$1] }
    }
    for head in 0..<heads {
      let first = head * size
      let (q, df) = (query + first, dFound + first)
      let weights = Tensor(uninitialized: [1, count])
      let dWeights = Tensor(uninitialized: [1, count])
      for (index, token) in tokens.enumerated() {
        weights.pointer[index] = dot(q, token.memory.keys(layer, token.row) + first) * scale
        dWeights.pointer[index] = dot(df, token.memory.values(layer, token.row) + first)
      }
      softmaxRows(weights)
      let dScores = Tensor(uninitialized: [1, count])
      gaze_softmax_rows_backward(weights.pointer, dWeights.pointer, 1, count, dScores.pointer)
      let (lastScore, lastWeight) = (dScores.pointer[count - 1] * scale, weights.pointer[count - 1])
      for index in 0..<size {
        dQuery[first + index] = 0
        dKey[first + index] = lastScore * q[index]
        dValue[first + index] = lastWeight * df[index]
      }
      for (position, token) in tokens.enumerated() {
        let (key, score) = (token.memory.keys(layer, token.row) + first, dScores.pointer[position] * scale)
        for index in 0..<size { dQuery[first + index] += score * key[index] }
      }
    }
  }
}
