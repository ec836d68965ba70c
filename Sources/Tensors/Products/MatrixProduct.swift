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

  /// The matrix without its first rows and columns.
  func dropping(rows: Int = 0, columns: Int = 0) -> StoredMatrix {
    switch self {
    case .rows(let base, let stride): .rows(base + rows * stride + columns, stride: stride)
    case .transposed(let base, let stride): .transposed(base + columns * stride + rows, stride: stride)
    }
  }

  /// How BLAS wants it told.
  var base: UnsafePointer<Float> {
    switch self {
    case .rows(let base, _), .transposed(let base, _): base
    }
  }
  var stride: Int {
    switch self {
    case .rows(_, let stride), .transposed(_, let stride): stride
    }
  }
  var isTransposed: Bool { if case .transposed = self { true } else { false } }
}

/// C = relu?(A · B + bias?), or C += A · B, on the thread pool.
///
/// Large products are gaze's own, by Strassen's algorithm where that is faster; the rest are OpenBLAS', divided. How a
/// product is cut, and so every bit of it, depends on the sizes and the processor alone.
///
/// - Parameters:
///   - a: `[m, k]`.
///   - b: `[k, n]`.
///   - c: `[m, n]`, rows `ldc` apart.
///   - bias: `[n]`, or nil.
///   - adds: whether to add to what C holds; without bias and relu.
///   - columnSums: what the sums of B's columns are added to, `[n]`, or nil; B stored by rows.
func matrixProduct(
  _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  bias: UnsafePointer<Float>? = nil, relu: Bool = false, adds: Bool = false,
  columnSums: UnsafeMutablePointer<Float>? = nil
) {
  precondition(!adds || (bias == nil && !relu), "what is added to has neither bias nor ReLU")
  guard isLargeProduct(m, n, k) else {
    dividedGemm(m, n, k, a, b, into: c, ldc, adds: adds)
    if bias != nil || relu { addBias(bias, relu: relu, to: c, ldc, rows: m, columns: n) }
    if let columnSums { addColumnSums(b, k, n, to: columnSums) }
    return
  }
  let whole = suitsStrassen(m, n, k) ? n / strassenPair * strassenPair : 0
  if whole > 0 {
    strassenProduct(m, whole, k, a, b, into: c, ldc, bias: bias, relu: relu, adds: adds, columnSums: columnSums)
  }
  if whole < n {
    orderedProduct(
      m, n - whole, k, a, b.dropping(columns: whole), into: c + whole, ldc, bias: bias.map { $0 + whole },
      relu: relu, adds: adds, columnSums: columnSums.map { $0 + whole })
  }
}

/// Whether a product is worth dividing into blocks that are packed, and gaze's own tiles are faster than OpenBLAS': with
/// AVX-512, for which alone they were measured.
private func isLargeProduct(_ m: Int, _ n: Int, _ k: Int) -> Bool {
  min(m, n, k) >= 64 && m * n * k >= 1 << 24 && BLAS.processorLevel == 2
}

/// OpenBLAS' product, cut along C's longer side.
func dividedGemm(
  _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
  adds: Bool
) {
  let work = m * n * k
  // Below about half a million multiplications waking a thread costs more than it brings.
  let parts = work < 1 << 19 ? 1 : (work < 1 << 24 ? 2 : 4)
  let isTall = m >= n
  forRows(isTall ? m : n, grain: roundUp(((isTall ? m : n) + parts - 1) / parts, to: 16)) { first, count in
    let (a, b) = (isTall ? a.dropping(rows: first) : a, isTall ? b : b.dropping(columns: first))
    gemm(
      isTall ? count : m, isTall ? n : count, k, a.base, a.stride, transposeA: a.isTransposed, b.base, b.stride,
      transposeB: b.isTransposed, into: c + first * (isTall ? ldc : 1), ldc, beta: adds ? 1 : 0)
  }
}

private func addBias(
  _ bias: UnsafePointer<Float>?, relu: Bool, to c: UnsafeMutablePointer<Float>, _ ldc: Int, rows: Int, columns: Int
) {
  precondition(ldc == columns, "rows with a bias lie one behind the other")
  let zeros = bias == nil ? Tensor([columns]) : nil
  forRows(rows, grain: max(16, (1 << 16) / columns)) { first, count in
    let target = c + first * ldc
    gaze_bias_residual_relu(target, bias ?? UnsafePointer(zeros!.pointer), nil, relu ? 1 : 0, count, columns, target)
  }
}

private func addColumnSums(_ b: StoredMatrix, _ k: Int, _ n: Int, to sums: UnsafeMutablePointer<Float>) {
  // Wide enough pieces that a row's part is read in one stretch.
  forRows(n, grain: max(256, (1 << 17) / max(1, k))) { first, count in
    b.addColumnSums(depth: 0..<k, columns: first..<first + count, to: sums + first)
  }
}
