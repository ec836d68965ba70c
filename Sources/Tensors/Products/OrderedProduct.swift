import CKernels

/// C = relu?(A · B + bias?), or C += A · B, of large matrices, every number summed in order.
///
/// Each piece is some columns of C. Their columns of B are packed, a block of the depth at a time, into memory that
/// stays in the second-level cache, and all rows of A pass over them with the tiles of inference, which are larger than
/// OpenBLAS'. B is packed once.
///
/// - Parameters: as `matrixProduct`.
func orderedProduct(
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
        var epilogue = Epilogue(activation: relu && block == blocks - 1 ? .relu : .none)
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
/// 1 KB, at which all would compete for few sets of the first-level cache.
private func conflictFreeStride(_ width: Int) -> Int { hasConflicts(width) ? width + 16 : width }

private func hasConflicts(_ stride: Int) -> Bool { stride * MemoryLayout<Float>.stride % 1024 == 0 }

/// The matrix by rows, copied where it is stored the other way round or where its rows compete for the cache.
private func byRows(_ a: StoredMatrix, _ m: Int, _ k: Int) -> (rows: UnsafePointer<Float>, lda: Int, copy: Tensor?) {
  let lda = conflictFreeStride(k)
  switch a {
  // Copying more than a few times what the second-level cache holds costs more than it brings.
  case .rows(let base, let stride) where !hasConflicts(stride) || m * k > 1 << 20: return (base, stride, nil)
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
