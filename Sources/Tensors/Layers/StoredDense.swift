import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// A linear layer whose weights stay where they are, in a mapped file: y = activation(x · W + bias) + residual.
///
/// Networks of hundreds of millions of weights are read once for each word; copying or repacking them first would take
/// longer than the first caption, and their memory twice. Few rows are multiplied with the weights as they lie there;
/// for many, blocks of the weights are packed as they are needed.
public struct StoredDense: Sendable {
  /// Which of a matrix's two dimensions comes first.
  public enum Order: Sendable {
    /// `[O, I]`, PyTorch's `Linear`.
    case outputsFirst
    /// `[I, O]`, GPT-2's `Conv1D`.
    case inputsFirst
  }

  /// What is done to a sum and its bias.
  public enum Activation: Sendable, Equatable {
    case none
    /// x · Φ(x) (Hendrycks & Gimpel 2016).
    case gelu
    /// The same by a tanh, GPT-2's.
    case geluByTanh

    /// dy, `[…]`, times the activation's slope at x of the same shape, in place.
    public func backward(_ x: Tensor, inPlace dy: Tensor) {
      if self == .none { return }
      for index in 0..<dy.count { dy.pointer[index] *= slope(x.pointer[index]) }
    }

    private func slope(_ x: Float) -> Float {
      if self == .gelu {
        let density = expf(-x * x / 2) / (2 * Float.pi).squareRoot()
        return (1 + erff(x / Float(2).squareRoot())) / 2 + x * density
      }
      let scale = (2 / Float.pi).squareRoot()
      let tangent = tanhf(scale * (x + 0.044715 * x * x * x))
      return (1 + tangent) / 2 + x / 2 * (1 - tangent * tangent) * scale * (1 + 3 * 0.044715 * x * x)
    }
  }

  /// I.
  public let inputs: Int
  /// O.
  public let outputs: Int
  let weights: StoredNumbers
  let order: Order
  /// `[O]`, or nil.
  let bias: Tensor?

  /// - Parameters:
  ///   - weights: I · O numbers, in `order`.
  ///   - inputs: I.
  ///   - outputs: O.
  ///   - order: which dimension of `weights` comes first.
  ///   - bias: `[O]`, or nil.
  public init(_ weights: StoredNumbers, inputs: Int, outputs: Int, order: Order, bias: Tensor?) {
    precondition(weights.count == inputs * outputs, "\(weights.count) weights for \(inputs) × \(outputs)")
    (self.weights, self.inputs, self.outputs, self.order, self.bias) = (weights, inputs, outputs, order, bias)
  }

  /// x `[R, I]` → `[R, O]`.
  /// - Parameters:
  ///   - x: `[R, I]`.
  ///   - activation: of the outputs, before `residual` is added.
  ///   - residual: `[R, O]`, added at the end, or nil.
  public func callAsFunction(_ x: Tensor, _ activation: Activation = .none, adding residual: Tensor? = nil) -> Tensor {
    let rows = x.count / inputs
    let y = Tensor(uninitialized: [rows, outputs])
    if rows <= Self.fewRows {
      multiplyFew(x, rows, into: y, activation, residual)
    } else {
      multiplyMany(x, rows, into: y, activation, residual)
    }
    return y
  }

  /// The layer that takes gradients of y back to x: dx = dy · Wᵀ.
  public var backward: StoredDense {
    StoredDense(
      weights, inputs: outputs, outputs: inputs, order: order == .outputsFirst ? .inputsFirst : .outputsFirst, bias: nil
    )
  }

  /// What each input weighs in some outputs: `[R, I]`, the gradient of x where y's is 1 at `outputs[r]` and 0 elsewhere.
  public func inputWeights(of chosen: [Int]) -> Tensor {
    let result = Tensor(uninitialized: [chosen.count, inputs])
    for (row, output) in chosen.enumerated() {
      let target = result.pointer + row * inputs
      if order == .outputsFirst {
        weights.copy(output * inputs, inputs, into: target)
      } else {
        for input in 0..<inputs { weights.copy(input * outputs + output, 1, into: target + input) }
      }
    }
    return result
  }

  /// Up to so many rows the weights are read as they lie: as many as are multiplied in the time that reading takes.
  static let fewRows = 8

  /// The weights in groups of whole outputs, one group for each piece of work.
  private func multiplyFew(_ x: Tensor, _ rows: Int, into y: Tensor, _ activation: Activation, _ residual: Tensor?) {
    let pool = ThreadPool.shared
    // Waking a thread pays from about half a million multiplications.
    let pieces = max(1, min(outputs / 16, 2 * pool.threads, (rows * inputs * outputs) >> 18))
    pool.run(pieces) { piece in
      // Of sixteen outputs each, so that pieces begin at whole lines of the cache.
      let groups = (outputs + 15) / 16
      let range = 16 * (groups * piece / pieces)..<min(outputs, 16 * (groups * (piece + 1) / pieces))
      if order == .outputsFirst {
        dotProducts(x, rows, range, into: y)
      } else {
        addProducts(x, rows, range, into: y)
      }
      finish(y, rows: 0..<rows, range, activation, residual)
    }
  }

  private func dotProducts(_ x: Tensor, _ rows: Int, _ range: Range<Int>, into y: Tensor) {
    func multiply(_ w: UnsafePointer<Float>, _ first: Int, _ count: Int) {
      gaze_dot_products(
        x.pointer, inputs, rows, inputs, w, inputs, count, bias.map { UnsafePointer($0.pointer + first) },
        y.pointer + first, outputs)
    }
    if let floats = weights.floats {
      return multiply(floats + range.lowerBound * inputs, range.lowerBound, range.count)
    }
    // Two outputs at a time stay in the first-level cache while they are widened and multiplied.
    let wide = Tensor(uninitialized: [2, inputs])
    for first in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
      let count = min(2, range.upperBound - first)
      weights.copy(first * inputs, count * inputs, into: wide.pointer)
      multiply(wide.pointer, first, count)
    }
  }

  private func addProducts(_ x: Tensor, _ rows: Int, _ range: Range<Int>, into y: Tensor) {
    let (first, count) = (range.lowerBound, range.count)
    for row in 0..<rows {
      let target = y.pointer + row * outputs + first
      if let bias {
        target.update(from: bias.pointer + first, count: count)
      } else {
        target.update(repeating: 0, count: count)
      }
    }
    if let floats = weights.floats {
      return gaze_add_products(
        x.pointer, inputs, rows, inputs, floats + first, outputs, count, y.pointer + first, outputs)
    }
    let wide = Tensor(uninitialized: [4, count])
    for input in stride(from: 0, to: inputs, by: 4) {
      let depth = min(4, inputs - input)
      for row in 0..<depth {
        weights.copy((input + row) * outputs + first, count, into: wide.pointer + row * count)
      }
      gaze_add_products(
        x.pointer + input, inputs, rows, depth, wide.pointer, count, count, y.pointer + first, outputs)
    }
  }

  /// Activation and residual of some rows and columns.
  private func finish(
    _ y: Tensor, rows: Range<Int>, _ columns: Range<Int>, _ activation: Activation, _ residual: Tensor?
  ) {
    if activation == .none && residual == nil { return }
    for row in rows {
      let first = row * outputs + columns.lowerBound
      if activation != .none { gaze_gelu(y.pointer + first, columns.count, activation == .geluByTanh ? 1 : 0) }
      if let residual { gaze_add(residual.pointer + first, columns.count, y.pointer + first) }
    }
  }

  // MARK: Many rows

  /// Each piece is some columns of y: its weights are packed once, a block of the depth at a time, and all rows pass
  /// over them.
  private func multiplyMany(_ x: Tensor, _ rows: Int, into y: Tensor, _ activation: Activation, _ residual: Tensor?) {
    let depthBlocks = (inputs + Blocking.deepest - 1) / Blocking.deepest
    let threads = ThreadPool.shared.threads
    let pieces = roundUp((outputs + Blocking.widest - 1) / Blocking.widest, to: threads)
    let width = roundUp((outputs + pieces - 1) / pieces, to: 32)
    forRows(outputs, grain: width) { first, count in
      let deepest = (inputs + depthBlocks - 1) / depthBlocks
      let packed = Tensor(uninitialized: [gaze_packed_count(deepest, count)])
      for block in 0..<depthBlocks {
        let depth = inputs * block / depthBlocks..<inputs * (block + 1) / depthBlocks
        pack(depth, first..<first + count, into: packed)
        let isLast = block == depthBlocks - 1
        for row in stride(from: 0, to: rows, by: Blocking.rows) {
          let some = min(Blocking.rows, rows - row)
          let target = y.pointer + row * outputs + first
          var epilogue = Epilogue()
          if block == 0 { epilogue.bias = bias.map { UnsafePointer($0.pointer + first) } }
          if block > 0 { (epilogue.residual, epilogue.residualStride) = (UnsafePointer(target), outputs) }
          gaze_packed_product(
            x.pointer + row * inputs + depth.lowerBound, inputs, some, depth.count, packed.pointer, count, 0,
            gaze_panel_count(count), target, outputs, epilogue.c)
          if isLast { finish(y, rows: row..<row + some, first..<first + count, activation, residual) }
        }
      }
    }
  }

  private func pack(_ depth: Range<Int>, _ columns: Range<Int>, into packed: Tensor) {
    switch (order, weights.floats) {
    case (.outputsFirst, let floats?):
      StoredMatrix.transposed(floats, stride: inputs).pack(depth: depth, columns: columns, into: packed.pointer)
    case (.inputsFirst, let floats?):
      StoredMatrix.rows(floats, stride: outputs).pack(depth: depth, columns: columns, into: packed.pointer)
    case (.outputsFirst, nil):
      let wide = Tensor(uninitialized: [columns.count, depth.count])
      for column in columns {
        weights.copy(
          column * inputs + depth.lowerBound, depth.count,
          into: wide.pointer + (column - columns.lowerBound) * depth.count)
      }
      gaze_pack_transposed(wide.pointer, depth.count, depth.count, columns.count, packed.pointer)
    case (.inputsFirst, nil):
      let wide = Tensor(uninitialized: [depth.count, columns.count])
      for row in depth {
        weights.copy(
          row * outputs + columns.lowerBound, columns.count,
          into: wide.pointer + (row - depth.lowerBound) * columns.count)
      }
      gaze_pack(wide.pointer, columns.count, depth.count, columns.count, packed.pointer)
    }
  }
}

private enum Blocking {
  /// How much of the depth is summed at once, and columns packed at once: 384 KB together, for a second-level cache of
  /// 512 KB and more.
  static let deepest = 768
  static let widest = 128
  /// Rows that pass over the packed columns together.
  static let rows = 84
}
