import CKernels

/// C = relu?(A · B + bias?), or C += A · B, by one level of Strassen's algorithm: an eighth fewer multiplications, for
/// more additions while packing. The sums of the smaller of A and B are made once; the larger is gone through piece by
/// piece, with its sums in the second-level cache.
///
/// Rounding errors are a few times an ordinary product's, relative to the largest numbers of a row and a column and not
/// to each result. How it is cut, and so every bit, depends on the sizes alone.
///
/// - Parameters: as `matrixProduct`; `n` is a multiple of `strassenPair`.
func strassenProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  bias: UnsafePointer<Float>?, relu: Bool, adds: Bool, columnSums: UnsafeMutablePointer<Float>?,
  paired: Bool = gaze_additions_are_free() != 0
) {
  let pairing: Int32 = paired ? 1 : 0
  let blocks = (k + Blocking.deepest - 1) / Blocking.deepest
  let depths = (0..<blocks).map { k * $0 / blocks..<k * ($0 + 1) / blocks }
  let deepest = (k + blocks - 1) / blocks
  func product(_ block: Int, _ aSums: Tensor, _ bSums: Tensor, rows: Range<Int>, columns: Range<Int>) {
    gaze_strassen_product(
      pairing, aSums.pointer, bSums.pointer, rows.count, depths[block].count, columns.count / strassenPair,
      gaze_strassen_result(
        c: c + rows.lowerBound * ldc + columns.lowerBound, stride: ldc,
        bias: block == 0 ? bias.map { $0 + columns.lowerBound } : nil, adds: adds || block > 0 ? 1 : 0,
        relu: relu && block == blocks - 1 ? 1 : 0))
  }
  if n >= m {
    let aSums = depths.map { Tensor(uninitialized: [gaze_strassen_count_a(pairing, m, $0.count)]) }
    forRows(gaze_strassen_tiles(pairing, m), grain: 4) { tile, count in
      for (depth, sums) in zip(depths, aSums) {
        a.packSumsOfA(rows: 0..<m, depth: depth, tiles: tile..<tile + count, into: sums.pointer, pairing)
      }
    }
    // As many pieces for each thread; sums do not depend on how columns are divided.
    let pairs = n / strassenPair
    let pieces = roundUp((pairs + Blocking.pairs - 1) / Blocking.pairs, to: ThreadPool.shared.threads)
    forRows(pairs, grain: (pairs + pieces - 1) / pieces) { pair, count in
      let bSums = Tensor(uninitialized: [gaze_strassen_count_b(deepest, count)])
      let columns = pair * strassenPair..<(pair + count) * strassenPair
      for (block, depth) in depths.enumerated() {
        b.packSumsOfB(depth: depth, columns: columns, pairs: 0..<count, into: bSums.pointer, columnSums, pairing)
        product(block, aSums[block], bSums, rows: 0..<m, columns: columns)
      }
    }
  } else {
    let bSums = depths.map { Tensor(uninitialized: [gaze_strassen_count_b($0.count, n / strassenPair)]) }
    forRows(n / strassenPair, grain: 4) { pair, count in
      for (depth, sums) in zip(depths, bSums) {
        b.packSumsOfB(depth: depth, columns: 0..<n, pairs: pair..<pair + count, into: sums.pointer, columnSums, pairing)
      }
    }
    // As many pieces for two threads or four, of about one size.
    let pieces = roundUp((m + Blocking.rows - 1) / Blocking.rows, to: 4)
    ThreadPool.shared.run(pieces) { piece in
      let rows = m * piece / pieces..<m * (piece + 1) / pieces
      let aSums = Tensor(uninitialized: [gaze_strassen_count_a(pairing, rows.count, deepest)])
      for (block, depth) in depths.enumerated() {
        a.packSumsOfA(rows: rows, depth: depth, tiles: 0..<gaze_strassen_tiles(pairing, rows.count), into: aSums.pointer, pairing)
        product(block, aSums, bSums[block], rows: rows, columns: 0..<n)
      }
    }
  }
}

/// Whether Strassen's algorithm is faster than summing in order, by measurement with AVX-512. Not where the depth is much
/// the longest: there packing, after which little is done with each number, costs as much as is saved.
func suitsStrassen(_ m: Int, _ n: Int, _ k: Int) -> Bool {
  min(m, n, k) >= 256 && k <= 4 * max(m, n)
}

/// Columns of B that are taken together.
let strassenPair = Int(GAZE_STRASSEN_PAIR)

/// Measured with 2 MB of second-level cache and 48 KB of first-level.
private enum Blocking {
  /// How much of the depth is summed at once.
  static let deepest = 512
  /// Pairs of panels of B whose sums are made at once, at most: wide pieces read B in long stretches.
  static let pairs = 6
  /// Rows of A whose sums are made at once, at most.
  static let rows = 196
}

extension StoredMatrix {
  /// Sums of part of the matrix as the left factor, of some of the part's tiles (`gaze_strassen_pack_a`).
  fileprivate func packSumsOfA(
    rows: Range<Int>, depth: Range<Int>, tiles: Range<Int>, into sums: UnsafeMutablePointer<Float>,
    _ pairing: Int32
  ) {
    switch self {
    case .rows(let base, let stride):
      gaze_strassen_pack_a(
        pairing, base + rows.lowerBound * stride + depth.lowerBound, stride, rows.count, depth.count, tiles.lowerBound,
        tiles.upperBound, sums)
    case .transposed(let base, let stride):
      gaze_strassen_pack_a_transposed(
        pairing, base + depth.lowerBound * stride + rows.lowerBound, stride, rows.count, depth.count, tiles.lowerBound,
        tiles.upperBound, sums)
    }
  }

  /// Sums of part of the matrix as the right factor, of some of the part's pairs of panels (`gaze_strassen_pack_b`).
  /// - Parameter columnSums: what the sums of these pairs' columns are added to, or nil; of a matrix stored by rows.
  fileprivate func packSumsOfB(
    depth: Range<Int>, columns: Range<Int>, pairs: Range<Int>, into sums: UnsafeMutablePointer<Float>,
    _ columnSums: UnsafeMutablePointer<Float>?, _ pairing: Int32
  ) {
    let all = columns.count / strassenPair
    switch self {
    case .rows(let base, let stride):
      gaze_strassen_pack_b(
        pairing, base + depth.lowerBound * stride + columns.lowerBound, stride, depth.count, all, pairs.lowerBound,
        pairs.upperBound, sums, columnSums.map { $0 + columns.lowerBound })
    case .transposed(let base, let stride):
      precondition(columnSums == nil, "only rows' columns are summed")
      gaze_strassen_pack_b_transposed(
        pairing, base + columns.lowerBound * stride + depth.lowerBound, stride, depth.count, all, pairs.lowerBound,
        pairs.upperBound, sums)
    }
  }
}
