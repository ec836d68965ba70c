import CKernels

/// A matrix of a product as it lies in memory: by rows some floats apart, or stored the other way round.
enum StoredMatrix {
  case rows(UnsafePointer<Float>, stride: Int)
  case transposed(UnsafePointer<Float>, stride: Int)

  /// Part of the matrix in the layout of `gaze_pack`.
  func pack(depth: Range<Int>, columns: Range<Int>, into packed: UnsafeMutablePointer<Float>) {
    switch self {
    case .rows(let base, let stride):
      gaze_pack(
        base + depth.lowerBound * stride + columns.lowerBound, stride, depth.count, columns.count, packed)
    case .transposed(let base, let stride):
      gaze_pack_transposed(
        base + columns.lowerBound * stride + depth.lowerBound, stride, depth.count, columns.count, packed)
    }
  }

  /// Adds the sums of some columns over some of the depth to `sums`, of a matrix by rows.
  func addColumnSums(depth: Range<Int>, columns: Range<Int>, to sums: UnsafeMutablePointer<Float>) {
    guard case .rows(let base, let stride) = self else { preconditionFailure("only rows' columns are summed") }
    gaze_add_channel_sums(
      base + depth.lowerBound * stride + columns.lowerBound, stride, depth.count, columns.count, sums)
  }

  /// The matrix without its first columns.
  func dropping(columns: Int) -> StoredMatrix {
    switch self {
    case .rows(let base, let stride): .rows(base + columns, stride: stride)
    case .transposed(let base, let stride): .transposed(base + columns * stride, stride: stride)
    }
  }
}

/// C = relu?(A · B + bias?), or C += A · B, of large row-major matrices, divided over the thread pool.
///
/// By Strassen's algorithm where that is faster, otherwise every number is summed in order. How it is cut, and so every
/// bit, depends on the sizes alone.
///
/// - Parameters:
///   - a: `[m, k]`.
///   - b: `[k, n]`.
///   - c: `[m, n]`, rows `ldc` apart.
///   - bias: `[n]`, or nil.
///   - adds: whether to add to what C holds; without relu.
///   - columnSums: what the sums of B's columns are added to, `[n]`, or nil; B stored by rows.
func largeProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  bias: UnsafePointer<Float>? = nil, relu: Bool = false, adds: Bool = false,
  columnSums: UnsafeMutablePointer<Float>? = nil
) {
  precondition(!adds || (bias == nil && !relu), "what is added to has neither bias nor ReLU")
  let paired = suitsStrassen(m, n, k) ? n / Int(GAZE_STRASSEN_PAIR) * Int(GAZE_STRASSEN_PAIR) : 0
  if paired > 0 {
    strassenProduct(m, paired, k, a, b, into: c, ldc, bias: bias, relu: relu, adds: adds, columnSums: columnSums)
  }
  if paired < n {
    orderedProduct(
      m, n - paired, k, a, b.dropping(columns: paired), into: c + paired, ldc, bias: bias.map { $0 + paired },
      relu: relu, adds: adds, columnSums: columnSums.map { $0 + paired })
  }
}

/// The product with every number summed in order.
///
/// Each piece is some columns of C. Their columns of B are packed, a block of the depth at a time, into memory that
/// stays in the second-level cache, and all rows of A pass over them with the tiles of inference, which are larger than
/// OpenBLAS'. B is packed once.
///
/// - Parameters: as `largeProduct`.
private func orderedProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  bias: UnsafePointer<Float>?, relu: Bool, adds: Bool, columnSums: UnsafeMutablePointer<Float>?
) {
  let (rows, lda, copy) = byRows(a, m, k)
  let blocks = (k + Blocking.deepest - 1) / Blocking.deepest
  let deepest = (k + blocks - 1) / blocks
  // As many pieces for each thread; sums do not depend on how columns are divided.
  let pieces = roundUp((n + Blocking.widest - 1) / Blocking.widest, to: ThreadPool.shared.threads)
  let widest = roundUp((n + pieces - 1) / pieces, to: 32)
  forRows(n, grain: widest) { column, width in
    let packed = Tensor(uninitialized: [gaze_packed_count(deepest, width)])
    for block in 0..<blocks {
      let depth = k * block / blocks..<k * (block + 1) / blocks
      b.pack(depth: depth, columns: column..<column + width, into: packed.pointer)
      if let columnSums { b.addColumnSums(depth: depth, columns: column..<column + width, to: columnSums + column) }
      for row in stride(from: 0, to: m, by: Blocking.rows) {
        let target = c + row * ldc + column
        var epilogue = Epilogue(relu: relu && block == blocks - 1)
        if block == 0, let bias { epilogue.bias = bias + column }
        if adds || block > 0 { (epilogue.residual, epilogue.residualStride) = (UnsafePointer(target), ldc) }
        gaze_packed_product(
          rows + row * lda + depth.lowerBound, lda, min(Blocking.rows, m - row), depth.count, packed.pointer, width, 0,
          gaze_panel_count(width), target, ldc, epilogue.c)
      }
    }
  }
  withExtendedLifetime(copy) {}
}

/// Whether a product is worth dividing into blocks that are packed, and gaze's own tiles are faster than OpenBLAS': with
/// AVX-512, for which alone they were measured.
func isLargeProduct(_ m: Int, _ n: Int, _ k: Int) -> Bool {
  min(m, n, k) >= 64 && m * n * k >= 1 << 24 && BLAS.processorLevel == 2
}

/// Measured with 2 MB of second-level cache and 48 KB of first-level.
private enum Blocking {
  /// How much of the depth is summed at once.
  static let deepest = 512
  /// Columns of B packed at once, at most: wide pieces read B in long stretches.
  static let widest = 640
  /// Rows of A that pass over the packed columns together, a multiple of the tile's 14.
  static let rows = 84
}

/// The distance, in floats, at which to keep rows of `width` floats that a product reads side by side: not a multiple of
/// 1 KB, at which they would fall into few sets of the first-level cache.
func luckyStride(_ width: Int) -> Int { isUnlucky(width) ? width + 16 : width }

private func isUnlucky(_ stride: Int) -> Bool { stride * MemoryLayout<Float>.stride % 1024 == 0 }

/// The matrix by rows, copied where it is stored the other way round or where its rows are an unlucky distance apart.
private func byRows(_ a: StoredMatrix, _ m: Int, _ k: Int) -> (rows: UnsafePointer<Float>, lda: Int, copy: Tensor?) {
  let lda = luckyStride(k)
  switch a {
  // Copying more than a few times what the second-level cache holds costs more than it brings.
  case .rows(let base, let stride) where !isUnlucky(stride) || m * k > 1 << 20: return (base, stride, nil)
  case .rows(let base, let stride):
    let copy = Tensor(uninitialized: [m, lda])
    forRows(m, grain: 64) { first, count in
      for row in first..<first + count { (copy.pointer + row * lda).update(from: base + row * stride, count: k) }
    }
    return (UnsafePointer(copy.pointer), lda, copy)
  case .transposed(let base, let stride):
    let copy = Tensor(uninitialized: [m, lda])
    forRows(m, grain: 64) { first, count in
      gaze_transpose(base + first, stride, k, count, copy.pointer + first * lda, lda)
    }
    return (UnsafePointer(copy.pointer), lda, copy)
  }
}
