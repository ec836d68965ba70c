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
}

/// C = relu?(A · B + bias?), or C += A · B, of large row-major matrices, divided over the thread pool.
///
/// Each piece is some columns of C. Their columns of B are packed, a block of the depth at a time, into memory that
/// stays in the second-level cache, and all rows of A pass over them with the tiles of inference, which are larger than
/// OpenBLAS'. B is packed once. Every number is summed in an order that the sizes alone decide.
///
/// - Parameters:
///   - a: `[m, k]`.
///   - b: `[k, n]`.
///   - c: `[m, n]`, rows `ldc` apart.
///   - bias: `[n]`, or nil.
///   - adds: whether to add to what C holds; without relu.
///   - columnSums: what the sums of B's columns are added to, `[n]`, or nil.
func largeProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  bias: UnsafePointer<Float>? = nil, relu: Bool = false, adds: Bool = false,
  columnSums: UnsafeMutablePointer<Float>? = nil
) {
  let (rows, lda, copy) = byRows(a, m, k)
  let blocks = (k + Blocking.deepest - 1) / Blocking.deepest
  let deepest = (k + blocks - 1) / blocks
  // As many pieces for each thread; sums do not depend on how columns are divided.
  let pieces = roundUp((n + Blocking.widest - 1) / Blocking.widest, to: ThreadPool.shared.threads)
  let widest = roundUp((n + pieces - 1) / pieces, to: 32)
  let ones = columnSums.map { _ in Tensor([deepest], repeating: 1) }
  forRows(n, grain: widest) { column, width in
    let packed = Tensor(uninitialized: [gaze_packed_count(deepest, width)])
    for block in 0..<blocks {
      let depth = k * block / blocks..<k * (block + 1) / blocks
      b.pack(depth: depth, columns: column..<column + width, into: packed.pointer)
      if let columnSums, let ones {
        let sums = columnSums + column
        gaze_packed_product(
          ones.pointer, 0, 1, depth.count, packed.pointer, width, 0, gaze_panel_count(width), sums, width,
          Epilogue(residual: UnsafePointer(sums), residualStride: width).c)
      }
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
  /// Rows this many bytes apart, or a multiple of it, fall into few sets of the first-level cache.
  static let badStride = 1024
}

/// The matrix by rows, copied where it is stored the other way round or where its rows are an unlucky distance apart.
private func byRows(_ a: StoredMatrix, _ m: Int, _ k: Int) -> (rows: UnsafePointer<Float>, lda: Int, copy: Tensor?) {
  func isUnlucky(_ stride: Int) -> Bool { stride * MemoryLayout<Float>.stride % Blocking.badStride == 0 }
  let lda = isUnlucky(k) ? k + 16 : k
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
