import CKernels

/// C = relu?(A · B + bias?), or C += A · B, by one level of Strassen's algorithm: an eighth fewer multiplications, for
/// more additions while packing. The sums of the smaller of A and B are made once; the larger is gone through piece by
/// piece, with its sums in the second-level cache.
///
/// Rounding errors are a few times an ordinary product's, relative to the largest numbers of a row and a column and not
/// to each result. How it is cut, and so every bit, depends on the sizes alone, and on `pairing`.
///
/// - Parameters: as `matrixProduct`; `n` is a multiple of `strassenPair`.
///   - pairing: whether two depths of three are multiplied together, and how (`strassen.h`); needs AVX-512.
func strassenProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  bias: UnsafePointer<Float>? = nil, relu: Bool = false, adds: Bool = false,
  columnSums: UnsafeMutablePointer<Float>? = nil, pairing: gaze_additions = gaze_free_additions()
) {
  let factors = Factors(a: a, b: b, rows: m, columns: n, depth: k, pairing: pairing)
  let result = gaze_strassen_result(c: c, stride: ldc, bias: bias, adds: adds ? 1 : 0, relu: relu ? 1 : 0)
  if n >= m {
    factors.multiplyColumnsByColumns(into: result, columnSums)
  } else {
    factors.multiplyRowsByRows(into: result, columnSums)
  }
}

/// Whether Strassen's algorithm is faster than summing in order, by measurement with AVX-512. Unless paired, not where
/// the depth is much the longest: there packing, after which little is done with each number, costs as much as is saved.
func suitsStrassen(_ m: Int, _ n: Int, _ k: Int) -> Bool {
  min(m, n, k) >= 256 && (additionsAreFree || !isDeep(m, n, k))
}

private func isDeep(_ m: Int, _ n: Int, _ k: Int) -> Bool { k > 4 * max(m, n) }

/// Columns of B that are taken together.
let strassenPair = Int(GAZE_STRASSEN_PAIR)

/// Whether pairing depths pays on this processor.
let additionsAreFree = gaze_free_additions() != GAZE_NOT_FREE

/// Measured with 2 MB of second-level cache and 48 KB of first-level.
private enum Blocking {
  /// How much of the depth is summed at once.
  static let deepest = 512
  /// Pairs of panels of B whose sums are made at once, at most: wide pieces read B in long stretches.
  static let pairs = 6
  /// Rows of A whose sums are made at once, at most.
  static let rows = 196
}

/// The two factors of a product, how the depth is cut, and the orders in which pieces of them are packed and multiplied.
private struct Factors {
  let a: StoredMatrix
  let b: StoredMatrix
  let rows: Int
  let columns: Int
  /// The blocks of the depth, of about one size.
  let depths: [Range<Int>]
  let pairing: Int32

  init(a: StoredMatrix, b: StoredMatrix, rows: Int, columns: Int, depth: Int, pairing: gaze_additions) {
    let blocks = (depth + Blocking.deepest - 1) / Blocking.deepest
    (self.a, self.b, self.rows, self.columns, self.pairing) = (a, b, rows, columns, Int32(pairing.rawValue))
    depths = (0..<blocks).map { depth * $0 / blocks..<depth * ($0 + 1) / blocks }
  }

  private var pairs: Int { columns / strassenPair }
  private var deepest: Int { depths.map(\.count).max()! }
  private func tiles(_ rows: Int) -> Int { gaze_strassen_tiles(pairing, rows) }
  private func room(forRows rows: Int, depth: Int) -> Tensor {
    Tensor(uninitialized: [gaze_strassen_count_a(pairing, rows, depth)])
  }
  private func room(forPairs pairs: Int, depth: Int) -> Tensor {
    Tensor(uninitialized: [gaze_strassen_count_b(depth, pairs)])
  }

  /// A's sums once, B's a piece after the other.
  func multiplyColumnsByColumns(into result: gaze_strassen_result, _ columnSums: UnsafeMutablePointer<Float>?) {
    let aSums = depths.map { room(forRows: rows, depth: $0.count) }
    forRows(tiles(rows), grain: 4) { tile, count in
      for (depth, sums) in zip(depths, aSums) {
        a.packSums(ofRows: 0..<rows, depth: depth, tiles: tile..<tile + count, into: sums, pairing)
      }
    }
    // As many pieces for each thread; sums do not depend on how columns are divided.
    let pieces = roundUp((pairs + Blocking.pairs - 1) / Blocking.pairs, to: ThreadPool.shared.threads)
    forRows(pairs, grain: (pairs + pieces - 1) / pieces) { pair, count in
      let bSums = room(forPairs: count, depth: deepest)
      let columns = pair * strassenPair..<(pair + count) * strassenPair
      for block in depths.indices {
        b.packSums(ofColumns: columns, depth: depths[block], pairs: 0..<count, into: bSums, columnSums, pairing)
        multiply(block, aSums[block], bSums, rows: 0..<rows, columns: columns, into: result)
      }
    }
  }

  /// B's sums once, A's a piece after the other.
  func multiplyRowsByRows(into result: gaze_strassen_result, _ columnSums: UnsafeMutablePointer<Float>?) {
    let bSums = depths.map { room(forPairs: pairs, depth: $0.count) }
    forRows(pairs, grain: 4) { pair, count in
      for (depth, sums) in zip(depths, bSums) {
        b.packSums(ofColumns: 0..<columns, depth: depth, pairs: pair..<pair + count, into: sums, columnSums, pairing)
      }
    }
    // As many pieces for two threads or four, of about one size.
    let pieces = roundUp((rows + Blocking.rows - 1) / Blocking.rows, to: 4)
    ThreadPool.shared.run(pieces) { piece in
      let piece = rows * piece / pieces..<rows * (piece + 1) / pieces
      let aSums = room(forRows: piece.count, depth: deepest)
      for block in depths.indices {
        a.packSums(ofRows: piece, depth: depths[block], tiles: 0..<tiles(piece.count), into: aSums, pairing)
        multiply(block, aSums, bSums[block], rows: piece, columns: 0..<columns, into: result)
      }
    }
  }

  /// Some rows and columns of C from the sums of a block of the depth; what the first puts there, later ones add to.
  private func multiply(
    _ block: Int, _ aSums: Tensor, _ bSums: Tensor, rows: Range<Int>, columns: Range<Int>,
    into result: gaze_strassen_result
  ) {
    var part = result
    part.c += rows.lowerBound * result.stride + columns.lowerBound
    part.bias = block == 0 ? result.bias.map { $0 + columns.lowerBound } : nil
    if block > 0 { part.adds = 1 }
    if block < depths.count - 1 { part.relu = 0 }
    gaze_strassen_product(
      pairing, aSums.pointer, bSums.pointer, rows.count, depths[block].count, columns.count / strassenPair, part)
  }
}

extension StoredMatrix {
  /// Sums of part of the matrix as the left factor, of some of the part's tiles (`gaze_strassen_pack_a`).
  fileprivate func packSums(
    ofRows rows: Range<Int>, depth: Range<Int>, tiles: Range<Int>, into sums: Tensor, _ pairing: Int32
  ) {
    switch self {
    case .rows(let base, let stride):
      gaze_strassen_pack_a(
        pairing, base + rows.lowerBound * stride + depth.lowerBound, stride, rows.count, depth.count, tiles.lowerBound,
        tiles.upperBound, sums.pointer)
    case .transposed(let base, let stride):
      gaze_strassen_pack_a_transposed(
        pairing, base + depth.lowerBound * stride + rows.lowerBound, stride, rows.count, depth.count, tiles.lowerBound,
        tiles.upperBound, sums.pointer)
    }
  }

  /// Sums of part of the matrix as the right factor, of some of the part's pairs of panels (`gaze_strassen_pack_b`).
  /// - Parameter columnSums: what the sums of these pairs' columns are added to, or nil; of a matrix stored by rows.
  fileprivate func packSums(
    ofColumns columns: Range<Int>, depth: Range<Int>, pairs: Range<Int>, into sums: Tensor,
    _ columnSums: UnsafeMutablePointer<Float>?, _ pairing: Int32
  ) {
    let all = columns.count / strassenPair
    switch self {
    case .rows(let base, let stride):
      gaze_strassen_pack_b(
        pairing, base + depth.lowerBound * stride + columns.lowerBound, stride, depth.count, all, pairs.lowerBound,
        pairs.upperBound, sums.pointer, columnSums.map { $0 + columns.lowerBound })
    case .transposed(let base, let stride):
      precondition(columnSums == nil, "only rows' columns are summed")
      gaze_strassen_pack_b_transposed(
        pairing, base + columns.lowerBound * stride + depth.lowerBound, stride, depth.count, all, pairs.lowerBound,
        pairs.upperBound, sums.pointer)
    }
  }
}
