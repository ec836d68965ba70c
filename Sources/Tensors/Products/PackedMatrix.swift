import CKernels

/// A matrix `[K, N]` laid out once for many products with it from the right.
public struct PackedMatrix: Sendable {
  /// K.
  public let depth: Int
  /// N.
  public let columns: Int
  private let packed: Tensor

  /// - Parameters:
  ///   - matrix: K·N numbers, row-major.
  ///   - depth: K, rows.
  ///   - columns: N.
  ///   - stride: floats from row to row; N when nil.
  public init(_ matrix: UnsafePointer<Float>, depth: Int, columns: Int, stride: Int? = nil) {
    self.depth = depth
    self.columns = columns
    packed = Tensor(uninitialized: [gaze_packed_count(depth, columns)])
    gaze_pack(matrix, stride ?? columns, depth, columns, packed.pointer)
  }

  /// - Parameter transposed: the matrix stored the other way round, `[N, K]`.
  init(transposed: UnsafePointer<Float>, depth: Int, columns: Int) {
    self.depth = depth
    self.columns = columns
    packed = Tensor(uninitialized: [gaze_packed_count(depth, columns)])
    gaze_pack_transposed(transposed, depth, depth, columns, packed.pointer)
  }

  /// Writes the matrix, rows `stride` apart.
  func copy(into matrix: UnsafeMutablePointer<Float>, stride: Int) {
    gaze_unpack(packed.pointer, depth, columns, matrix, stride)
  }

  /// Writes one column, K numbers.
  func copy(column: Int, into numbers: UnsafeMutablePointer<Float>) {
    gaze_unpack_column(packed.pointer, depth, columns, column, numbers)
  }

  /// relu?(A · B + bias? + residual?) of `rows` rows, in the calling thread.
  ///
  /// - Parameters:
  ///   - a: `[rows, K]`, rows `lda` apart.
  ///   - c: `[rows, N]`, rows `ldc` apart.
  ///   - panels: which of the matrix's panels to use; all when nil.
  func product(
    _ a: UnsafePointer<Float>, _ lda: Int, rows: Int, panels: Range<Int>? = nil, into c: UnsafeMutablePointer<Float>,
    _ ldc: Int, _ epilogue: Epilogue = Epilogue()
  ) {
    let range = panels ?? 0..<panelCount
    gaze_packed_product(
      a, lda, rows, depth, packed.pointer, columns, range.lowerBound, range.upperBound, c, ldc, epilogue.c)
  }

  var panelCount: Int { gaze_panel_count(columns) }

  /// The same product divided over the thread pool: by rows where there are many, by panels where there are few.
  func parallelProduct(
    _ a: UnsafePointer<Float>, _ lda: Int, rows: Int, into c: UnsafeMutablePointer<Float>, _ ldc: Int,
    _ epilogue: Epilogue
  ) {
    let threads = ThreadPool.shared.threads
    if rows >= 100 * threads || panelCount < threads {
      // A piece's rows should stay in the second-level cache while all panels pass over them.
      forEvenRows(rows, atMost: max(84, (1 << 18) / depth)) { first, count in
        product(a + first * lda, lda, rows: count, into: c + first * ldc, ldc, epilogue.from(row: first))
      }
    } else {
      let pieces = panelCount >= 8 * threads ? 4 * threads : (panelCount % threads == 0 ? threads : panelCount)
      ThreadPool.shared.run(pieces) { piece in
        let panels = panelCount * piece / pieces..<panelCount * (piece + 1) / pieces
        product(a, lda, rows: rows, panels: panels, into: c, ldc, epilogue)
      }
    }
  }
}

/// What is done to a sum before it is stored.
struct Epilogue {
  /// `[N]`.
  var bias: UnsafePointer<Float>?
  /// `[rows, N]`, rows `residualStride` apart.
  var residual: UnsafePointer<Float>?
  var residualStride = 0
  var activation = Activation.none

  /// The epilogue of rows further down.
  func from(row: Int) -> Epilogue {
    var result = self
    result.residual = residual.map { $0 + row * residualStride }
    return result
  }

  var c: gaze_epilogue {
    gaze_epilogue(bias: bias, residual: residual, residual_stride: residualStride, relu: activation.rawValue)
  }
}
