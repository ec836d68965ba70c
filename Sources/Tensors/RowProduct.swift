import CKernels

/// A linear layer for a few rows at a time, as decoding needs it.
///
/// Each number is summed in an order that depends on the layer alone, so a row gives the same bits alone, among others,
/// and on any number of threads. The weights are packed as for large products and read once, forwards, however many
/// rows there are: reading them is what such a product takes its time for.
public struct RowProduct: Sendable {
  private let matrix: PackedMatrix
  /// `[O]`, or nil.
  private let bias: Tensor?

  /// - Parameters:
  ///   - kernel: `[I, O]`, as trained and stored.
  ///   - bias: `[O]`, or nil.
  public init(kernel: Tensor, bias: Tensor? = nil) {
    matrix = PackedMatrix(kernel.pointer, depth: kernel.shape[0], columns: kernel.shape[1])
    self.bias = bias
  }

  /// x `[R, I]` → `[R, O]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (inputs, outputs, panels) = (matrix.depth, matrix.columns, matrix.panelCount)
    let rows = x.count / inputs
    let y = Tensor(uninitialized: [rows, outputs])
    // Waking a thread pays from about half a million multiplications.
    let pieces = max(1, min(panels, 4 * ThreadPool.shared.threads, (rows * inputs * outputs) >> 19))
    ThreadPool.shared.run(pieces) { piece in
      matrix.product(
        x.pointer, inputs, rows: rows, panels: panels * piece / pieces..<panels * (piece + 1) / pieces,
        into: y.pointer, outputs, Epilogue(bias: bias.map { UnsafePointer($0.pointer) }))
    }
    return y
  }
}

/// `[M, N]` → `[N, M]`, a block at a time.
public func transposed(_ x: Tensor) -> Tensor {
  let (m, n) = (x.shape[0], x.shape[1])
  let y = Tensor(uninitialized: [n, m])
  gaze_transpose(x.pointer, n, m, n, y.pointer, m)
  return y
}

/// In-place softmax of each row of `[R, N]`.
public func softmaxRows(_ x: Tensor) { gaze_softmax_rows(x.pointer, x.shape[0], x.shape[1]) }

extension GRU {
  /// One step for the products x·W + b₀ and h·U + b₁, both `[R, 3D]`, from states `[R, D]`.
  public static func step(input: Tensor, recurrent: Tensor, states: Tensor) -> Tensor {
    let (rows, d) = (states.shape[0], states.shape[1])
    let next = Tensor(uninitialized: [rows, d])
    let gates = Tensor(uninitialized: [rows, 4 * d])
    gaze_gru_step(
      input.pointer, recurrent.pointer, states.pointer, rows, d, d, next.pointer, gates.pointer)
    return next
  }
}
