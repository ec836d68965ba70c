import CKernels

/// C = relu?(A · B + bias?), or C += A · B, by one level of Strassen's algorithm: an eighth fewer multiplications than
/// `largeProduct`, for more additions while packing. The sums of the smaller of A and B are made once; the larger is
/// gone through piece by piece, with its sums in the second-level cache.
///
/// Rounding errors are a few times an ordinary product's, in absolute terms: relative to the largest numbers of a row
/// and a column, not to each result. How it is cut, and so every bit, depends on the sizes alone.
///
/// - Parameters: as `largeProduct`; `n` is a multiple of `GAZE_STRASSEN_PAIR`.
func strassenProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  bias: UnsafePointer<Float>?, relu: Bool, adds: Bool, columnSums: UnsafeMutablePointer<Float>?
) {
  let blocks = (k + Blocking.deepest - 1) / Blocking.deepest
  let depths = (0..<blocks).map { k * $0 / blocks..<k * ($0 + 1) / blocks }
  let deepest = (k + blocks - 1) / blocks
  func product(_ block: Int, _ aSums: Tensor, _ bSums: Tensor, row: Int, rows: Int, column: Int, columns: Int) {
    gaze_strassen_product(
      aSums.pointer, bSums.pointer, rows, depths[block].count, columns / pair,
      gaze_strassen_result(
        c: c + row * ldc + column, stride: ldc, bias: block == 0 ? bias.map { $0 + column } : nil,
        adds: adds || block > 0 ? 1 : 0, relu: relu && block == blocks - 1 ? 1 : 0))
  }
  func packB(_ block: Int, column: Int, columns: Int, into sums: Tensor) {
    b.packStrassenB(
      depth: depths[block], columns: column..<column + columns, into: sums.pointer,
      totals: columnSums.map { $0 + column })
  }
  if n >= m {
    let aSums = depths.map { Tensor(uninitialized: [gaze_strassen_count_a(m, $0.count)]) }
    ThreadPool.shared.run(blocks) { a.packStrassenA(rows: 0..<m, depth: depths[$0], into: aSums[$0].pointer) }
    forRows(n / pair, grain: Blocking.pairs) { first, count in
      let bSums = Tensor(uninitialized: [gaze_strassen_count_b(deepest, count)])
      for block in 0..<blocks {
        packB(block, column: first * pair, columns: count * pair, into: bSums)
        product(block, aSums[block], bSums, row: 0, rows: m, column: first * pair, columns: count * pair)
      }
    }
  } else {
    let bSums = depths.map { Tensor(uninitialized: [gaze_strassen_count_b($0.count, n / pair)]) }
    // Blocks add to the same column sums: one after the other where these are wanted.
    if columnSums == nil {
      ThreadPool.shared.run(blocks) { packB($0, column: 0, columns: n, into: bSums[$0]) }
    } else {
      for block in 0..<blocks { packB(block, column: 0, columns: n, into: bSums[block]) }
    }
    // As many pieces for two threads or four, of about one size.
    let pieces = roundUp((m + Blocking.rows - 1) / Blocking.rows, to: 4)
    ThreadPool.shared.run(pieces) { piece in
      let rows = m * piece / pieces..<m * (piece + 1) / pieces
      let aSums = Tensor(uninitialized: [gaze_strassen_count_a(rows.count, deepest)])
      for block in 0..<blocks {
        a.packStrassenA(rows: rows, depth: depths[block], into: aSums.pointer)
        product(block, aSums, bSums[block], row: rows.lowerBound, rows: rows.count, column: 0, columns: n)
      }
    }
  }
}

/// Whether Strassen's algorithm is faster than `largeProduct`, by measurement with AVX-512. Not where the depth is much
/// the longest: then packing, more than which little is done with each number, outweighs what is saved.
func suitsStrassen(_ m: Int, _ n: Int, _ k: Int) -> Bool {
  min(m, n, k) >= 256 && k <= 4 * max(m, n)
}

let pair = Int(GAZE_STRASSEN_PAIR)

/// Measured with 2 MB of second-level cache and 48 KB of first-level.
private enum Blocking {
  /// How much of the depth is summed at once.
  static let deepest = 512
  /// Pairs of panels of B whose sums are made at once.
  static let pairs = 4
  /// Rows of A whose sums are made at once, at most.
  static let rows = 196
}

extension StoredMatrix {
  /// Sums of part of the matrix as the left factor (`gaze_strassen_pack_a`).
  fileprivate func packStrassenA(rows: Range<Int>, depth: Range<Int>, into sums: UnsafeMutablePointer<Float>) {
    switch self {
    case .rows(let base, let stride):
      gaze_strassen_pack_a(
        base + rows.lowerBound * stride + depth.lowerBound, stride, rows.count, depth.count, sums)
    case .transposed(let base, let stride):
      gaze_strassen_pack_a_transposed(
        base + depth.lowerBound * stride + rows.lowerBound, stride, rows.count, depth.count, sums)
    }
  }

  /// Sums of part of the matrix as the right factor (`gaze_strassen_pack_b`).
  /// - Parameter totals: what the sums of the columns are added to, or nil; of a matrix stored by rows.
  fileprivate func packStrassenB(
    depth: Range<Int>, columns: Range<Int>, into sums: UnsafeMutablePointer<Float>,
    totals: UnsafeMutablePointer<Float>?
  ) {
    switch self {
    case .rows(let base, let stride):
      gaze_strassen_pack_b(
        base + depth.lowerBound * stride + columns.lowerBound, stride, depth.count, columns.count / pair, sums,
        totals)
    case .transposed(let base, let stride):
      precondition(totals == nil, "only rows' columns are summed")
      gaze_strassen_pack_b_transposed(
        base + columns.lowerBound * stride + depth.lowerBound, stride, depth.count, columns.count / pair, sums)
    }
  }
}
