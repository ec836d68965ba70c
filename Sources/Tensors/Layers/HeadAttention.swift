import CKernels

/// Attention of several heads (Vaswani et al. 2017): each compares a part of the queries with the same part of the keys.
///
/// H heads of d numbers, D = H · d; N keys and values.
public enum HeadAttention {
  /// Of N positions to each other: softmax(q · kᵀ / √d) · v for each head.
  ///
  /// Scores are made, normalised and used for some queries at a time, which stay in the cache; no N × N matrix is written.
  /// - Parameters:
  ///   - queries: the first row, rows `stride` apart.
  ///   - keys: the first row, rows `stride` apart.
  ///   - values: the first row, rows `stride` apart.
  ///   - n: N.
  ///   - heads: H; D = H · d.
  ///   - size: d, numbers of a head.
  ///   - stride: numbers from row to row.
  /// - Returns: `[N, D]`.
  public static func within(
    queries: UnsafePointer<Float>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>, positions n: Int,
    heads: Int, size: Int, stride: Int
  ) -> Tensor {
    let y = Tensor(uninitialized: [n, heads * size])
    ThreadPool.shared.run(heads) { head in
      let first = head * size
      TiledHead(keys: keys + first, values: values + first, positions: n, size: size, stride: stride)
        .attend(queries + first, stride, into: y.pointer + first, heads * size)
    }
    return y
  }
}

/// One head's keys and values in tiles, for as many queries as there are keys. Queries stand side by side in panels, so
/// that scores come out as a panel which the values are then multiplied with, and the softmax goes down its columns.
private struct TiledHead {
  private let positions: Int
  private let size: Int
  /// `[N, d]` and `[d, N]`, in tiles.
  private let keys: Tensor
  private let values: Tensor
  private let height = TiledRows.height
  private let width = TiledRows.columns

  init(keys: UnsafePointer<Float>, values: UnsafePointer<Float>, positions: Int, size: Int, stride: Int) {
    (self.positions, self.size) = (positions, size)
    self.keys = Tensor(uninitialized: [roundUp(positions, to: height), size])
    self.values = Tensor(uninitialized: [roundUp(size, to: height), positions])
    for first in Swift.stride(from: 0, to: positions, by: height) {
      gaze_pack_tile(
        keys + first * stride, stride, min(height, positions - first), size, self.keys.pointer + first * size)
    }
    for first in Swift.stride(from: 0, to: size, by: height) {
      gaze_pack_tile_transposed(
        values + first, stride, min(height, size - first), positions, self.values.pointer + first * positions)
    }
  }

  /// Queries `[N, d]`, rows `ldq` apart → y `[N, d]`, rows `ldy` apart; in the calling thread.
  func attend(
    _ queries: UnsafePointer<Float>, _ ldq: Int, into y: UnsafeMutablePointer<Float>, _ ldy: Int
  ) {
    let panel = Tensor(uninitialized: [size, width])
    let scores = Tensor(uninitialized: [roundUp(positions, to: height), width])
    let found = Tensor(uninitialized: [roundUp(size, to: height), width])
    let shares = Tensor(uninitialized: [width])
    let scale = 1 / Float(size).squareRoot()
    for first in Swift.stride(from: 0, to: positions, by: width) {
      let count = min(width, positions - first)
      gaze_pack_panel_transposed(queries + first * ldq, ldq, size, count, panel.pointer)
      gaze_tile_products(
        keys.pointer, size * height, positions, size, panel.pointer, scores.pointer, 0, nil, 0)
      gaze_softmax_columns(scores.pointer, positions, width, scale, shares.pointer)
      gaze_tile_products(
        values.pointer, positions * height, size, positions, scores.pointer, found.pointer, 0, nil, 0)
      gaze_multiply_columns(found.pointer, size, width, shares.pointer)
      gaze_transpose(found.pointer, width, size, count, y + first * ldy, ldy)
    }
  }
}

/// One head's keys and values, laid out for many queries.
struct AttendedHead: Sendable {
  /// `[d, N]`, scaled.
  private let keys: PackedMatrix
  /// `[N, d]`.
  private let values: PackedMatrix
  /// What makes the keys what they were.
  private let unscale: Float

  /// - Parameter scale: what scores are multiplied by.
  init(
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, positions: Int, size: Int, stride: Int, scale: Float
  ) {
    let scaled = Tensor(uninitialized: [positions, size])
    for position in 0..<positions {
      for index in 0..<size { scaled.pointer[position * size + index] = keys[position * stride + index] * scale }
    }
    unscale = 1 / scale
    self.keys = PackedMatrix(transposed: scaled.pointer, depth: size, columns: positions)
    self.values = PackedMatrix(values, depth: positions, columns: size, stride: stride)
  }

  /// Writes keys and values as they were given, `[N, d]` each, rows `stride` apart.
  func copy(keys: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>, stride: Int) {
    let (size, positions) = (self.keys.depth, self.keys.columns)
    let scaled = Tensor(uninitialized: [size, positions])
    self.keys.copy(into: scaled.pointer, stride: positions)
    for index in 0..<scaled.count { scaled.pointer[index] *= unscale }
    gaze_transpose(scaled.pointer, positions, size, positions, keys, stride)
    self.values.copy(into: values, stride: stride)
  }

  /// In the calling thread.
  /// - Parameters:
  ///   - queries: `[rows, d]`, rows `lda` apart.
  ///   - weights: room for `[rows, N]`, rows `ldw` apart; the softmax stays there.
  ///   - y: `[rows, d]`, rows `ldy` apart.
  func attend(
    _ queries: UnsafePointer<Float>, _ lda: Int, rows: Int, weights: UnsafeMutablePointer<Float>, _ ldw: Int,
    into y: UnsafeMutablePointer<Float>, _ ldy: Int
  ) {
    keys.product(queries, lda, rows: rows, into: weights, ldw)
    if ldw == keys.columns {
      gaze_softmax_rows(weights, rows, keys.columns)
    } else {
      for row in 0..<rows { gaze_softmax_rows(weights + row * ldw, 1, keys.columns) }
    }
    values.product(weights, ldw, rows: rows, into: y, ldy)
  }
}

/// The keys and values of a sequence that many queries are compared with, laid out for them head by head.
public struct AttendedSequence: Sendable {
  /// N.
  public let positions: Int
  private let heads: [AttendedHead]
  private let size: Int

  /// - Parameters:
  ///   - keys: the first row of `[N, D]`, rows `stride` apart.
  ///   - values: the first row of `[N, D]`, rows `stride` apart.
  ///   - positions: N.
  ///   - heads: H; D = H · d.
  ///   - size: d, numbers of a head.
  ///   - stride: numbers from row to row.
  public init(
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, positions: Int, heads: Int, size: Int, stride: Int
  ) {
    (self.positions, self.size) = (positions, size)
    let scale = 1 / Float(size).squareRoot()
    self.heads = (0..<heads).map { head in
      AttendedHead(
        keys: keys + head * size, values: values + head * size, positions: positions, size: size, stride: stride,
        scale: scale)
    }
  }

  /// The same as numbers; made anew each time.
  public var keysAndValues: KeysAndValues {
    let width = heads.count * size
    let (keys, values) = (Tensor(uninitialized: [positions, width]), Tensor(uninitialized: [positions, width]))
    ThreadPool.shared.run(heads.count) { head in
      heads[head].copy(keys: keys.pointer + head * size, values: values.pointer + head * size, stride: width)
    }
    return KeysAndValues(keys: keys, values: values, heads: heads.count)
  }

  /// Queries `[R, D]` → what they find, `[R, D]`, and where each head looked: `weights` `[R, H, N]`.
  public func callAsFunction(_ queries: Tensor) -> (found: Tensor, weights: Tensor) {
    let (count, width) = (heads.count, heads.count * size)
    let rows = queries.count / width
    let found = Tensor(uninitialized: [rows, width])
    let weights = Tensor(uninitialized: [rows, count, positions])
    ThreadPool.shared.run(count) { head in
      heads[head].attend(
        queries.pointer + head * size, width, rows: rows, weights: weights.pointer + head * positions,
        count * positions, into: found.pointer + head * size, width)
    }
    return (found, weights)
  }
}
