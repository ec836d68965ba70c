import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// A linear layer whose weights stay where they are, in a mapped file: y = activation(x · W + bias) + residual.
///
/// Networks of hundreds of millions of weights are read once for each word; copying or repacking them first would take
/// longer than the first caption, and their memory twice. Few rows are multiplied with the weights as they lie there;
/// for many, a panel of the weights at a time is laid out for the registers (`StoredDense+Tiles.swift`), or, in layers that
/// meet every photo, all of them once (`keepingPanels`).
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

    /// Of x of any shape, a tensor of its own.
    public func callAsFunction(_ x: Tensor) -> Tensor {
      if self == .none { return x }
      let y = x.copy()
      gaze_gelu(y.pointer, y.count, self == .geluByTanh ? 1 : 0)
      return y
    }

    /// dy, `[…]`, times the activation's slope at x of the same shape, in place.
    public func backward(_ x: Tensor, inPlace dy: Tensor) {
      if self == .none { return }
      forRows(dy.count, grain: 4096) { first, count in
        for index in first..<first + count { dy.pointer[index] *= slope(x.pointer[index]) }
      }
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
  /// Nil where panels are laid out anew each time.
  var kept: KeptPanels?

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
    if rows > Self.fewRows {
      return self(TiledRows(x.pointer, rows: rows, width: inputs), activation, adding: residual)
    }
    let y = Tensor(uninitialized: [rows, outputs])
    switch order {
    case .outputsFirst: dotProducts(x, rows, into: y, activation, residual)
    case .inputsFirst: addProducts(x, rows, into: y, activation, residual)
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

  /// Up to so many rows the weights are read as they lie, which is then quicker than laying them out first.
  static let fewRows = 12

  /// The weights in groups of whole outputs, one group for each piece of work.
  private func dotProducts(
    _ x: Tensor, _ rows: Int, into y: Tensor, _ activation: Activation, _ residual: Tensor?
  ) {
    let pool = ThreadPool.shared
    // Of sixteen outputs each, so that pieces begin at whole lines of the cache.
    let groups = (outputs + 15) / 16
    let pieces = min(groups, self.pieces(rows, pool.threads))
    pool.run(pieces) { piece in
      let first = 16 * (groups * piece / pieces)
      let count = min(outputs, 16 * (groups * (piece + 1) / pieces)) - first
      gaze_dot_products(
        x.pointer, inputs, rows, inputs, weights.address(first * inputs), weights.kernelType, inputs, count,
        bias.map { UnsafePointer($0.pointer + first) }, y.pointer + first, outputs)
      finish(y, rows, first..<first + count, activation, residual)
    }
  }

  /// Waking a thread pays from about half a million multiplications.
  private func pieces(_ rows: Int, _ threads: Int) -> Int {
    max(1, min(2 * threads, (rows * inputs * outputs) >> 18))
  }

  /// The weights in parts of the depth, each read in one stretch, and where threads are many in groups of outputs too.
  /// The parts' sums are added up in the end; how many there are depends on the layer alone, and so does every bit.
  private func addProducts(
    _ x: Tensor, _ rows: Int, into y: Tensor, _ activation: Activation, _ residual: Tensor?
  ) {
    let pool = ThreadPool.shared
    let parts = max(1, min(4, (inputs * outputs) >> 18))
    let columns = (outputs + 15) / 16
    let groups = min(columns, (pieces(rows, pool.threads) + parts - 1) / parts)
    let sums = Tensor(uninitialized: [parts, rows, outputs])
    pool.run(parts * groups) { piece in
      let (part, group) = (piece / groups, piece % groups)
      let depth = inputs * part / parts..<inputs * (part + 1) / parts
      let first = 16 * (columns * group / groups)
      let count = min(outputs, 16 * (columns * (group + 1) / groups)) - first
      let target = sums.pointer + part * rows * outputs + first
      for row in 0..<rows {
        if part == 0, let bias {
          (target + row * outputs).update(from: bias.pointer + first, count: count)
        } else {
          (target + row * outputs).update(repeating: 0, count: count)
        }
      }
      gaze_add_products(
        x.pointer + depth.lowerBound, inputs, rows, depth.count, weights.address(depth.lowerBound * outputs + first),
        weights.kernelType, outputs, count, target, outputs)
    }
    y.pointer.update(from: sums.pointer, count: y.count)
    for part in 1..<max(1, parts) { gaze_add(sums.pointer + part * y.count, y.count, y.pointer) }
    finish(y, rows, 0..<outputs, activation, residual)
  }

  /// Activation and residual of some columns.
  private func finish(_ y: Tensor, _ rows: Int, _ columns: Range<Int>, _ activation: Activation, _ residual: Tensor?) {
    for row in 0..<rows {
      let first = row * outputs + columns.lowerBound
      if activation != .none { gaze_gelu(y.pointer + first, columns.count, activation == .geluByTanh ? 1 : 0) }
      if let residual { gaze_add(residual.pointer + first, columns.count, y.pointer + first) }
    }
  }
}
