import CKernels

/// A linear layer made ready for decoding, a few rows at a time: y = x · kernel + bias, as `Dense`.
///
/// Each number is summed in an order that depends on the layer alone, so a row gives the same bits alone, among others,
/// and on any number of threads. The weights are packed as for large products and read once, forwards, however many
/// rows there are: reading them is what such a product takes its time for.
public struct PreparedDense: Sendable {
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

  /// x `[R, I]` → y `[R, O]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (inputs, outputs, panels) = (matrix.depth, matrix.columns, matrix.panelCount)
    let rows = x.count / inputs
    let y = Tensor(uninitialized: [rows, outputs])
    // Waking a thread pays from about half a million multiplications.
    let pool = ThreadPool.shared
    let pieces = max(1, min(panels, 4 * pool.threads, (rows * inputs * outputs) >> 19))
    pool.run(pieces) { piece in
      matrix.product(
        x.pointer, inputs, rows: rows, panels: panels * piece / pieces..<panels * (piece + 1) / pieces,
        into: y.pointer, outputs, Epilogue(bias: bias.map { UnsafePointer($0.pointer) }))
    }
    return y
  }

  /// What each input weighs in some outputs: `[R, I]`, the gradient of x where y's is 1 at `outputs[r]` and 0 elsewhere.
  public func inputWeights(of outputs: [Int]) -> Tensor {
    let result = Tensor(uninitialized: [outputs.count, matrix.depth])
    for (row, output) in outputs.enumerated() {
      matrix.copy(column: output, into: result.pointer + row * matrix.depth)
    }
    return result
  }

  /// The gradient of x, `[R, I]`, from that of y, `[R, O]`; accumulates nothing.
  public func inputGradient(_ dy: Tensor) -> Tensor {
    let (inputs, outputs) = (matrix.depth, matrix.columns)
    let kernel = Tensor(uninitialized: [inputs, outputs])
    matrix.copy(into: kernel.pointer, stride: outputs)
    let rows = dy.count / outputs
    let dx = Tensor(uninitialized: [rows, inputs])
    gemm(
      rows, inputs, outputs, dy.pointer, outputs, kernel.pointer, outputs, transposeB: true, into: dx.pointer, inputs)
    return dx
  }
}
