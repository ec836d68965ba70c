import CKernels

/// Attention of several heads (Vaswani et al. 2017): each compares a part of the queries with the same part of the keys.
///
/// H heads of d numbers, D = H · d; N keys and values.
public enum HeadAttention {
  /// Of N positions to each other: softmax(q · kᵀ / √d) · v for each head.
  ///
  /// Scores are made, normalised and used for some rows at a time, which stay in the cache; no N × N matrix is written.
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
    let scale = 1 / Float(size).squareRoot()
    ThreadPool.shared.run(heads) { head in
      let first = head * size
      let keys = AttendedHead(
        keys: keys + first, values: values + first, positions: n, size: size, stride: stride, scale: scale)
      let scores = Tensor(uninitialized: [Self.rows, n])
      for row in Swift.stride(from: 0, to: n, by: Self.rows) {
        let count = min(Self.rows, n - row)
        keys.attend(
          queries + row * stride + first, stride, rows: count, weights: scores.pointer, n,
          into: y.pointer + row * heads * size + first, heads * size)
      }
    }
    return y
  }

  /// Rows of scores that are in memory at once, a multiple of the tiles' 14 and 6.
  private static let rows = 84
}

/// One head's keys and values, laid out for many queries.
struct AttendedHead: Sendable {
  /// `[d, N]`, scaled.
  private let keys: PackedMatrix
  /// `[N, d]`.
  private let values: PackedMatrix

  /// - Parameter scale: what scores are multiplied by.
  init(
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, positions: Int, size: Int, stride: Int, scale: Float
  ) {
    let scaled = Tensor(uninitialized: [positions, size])
    for position in 0..<positions {
      for index in 0..<size { scaled.pointer[position * size + index] = keys[position * stride + index] * scale }
    }
    self.keys = PackedMatrix(transposed: scaled.pointer, depth: size, columns: positions)
    self.values = PackedMatrix(values, depth: positions, columns: size, stride: stride)
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
