import CKernels

/// A gated recurrent unit, as Keras' default `GRU(reset_after=True)` (Cho et al. 2014, with the
/// reset gate applied after the recurrent product).
///
/// With x·W + b₀ = [xᶻ, xʳ, xʰ] and h·U + b₁ = [uᶻ, uʳ, uʰ]:
/// z = σ(xᶻ + uᶻ), r = σ(xʳ + uʳ), c = tanh(xʰ + r·uʰ), h′ = z·h + (1 − z)·c.
///
/// `forward` and `backward` take whole sequences, for training; `step` and `prepared` take one step, for decoding.
///
/// Shapes: S sequences of R steps in all, whose rows `SequenceRows` tells; x `[R, I]`, initial state `[S, D]`, kernel W
/// `[I, 3D]`, recurrent kernel U `[D, 3D]`, bias `[2, 3D]` (input row, recurrent row), states `[R, D]`; gates in the
/// order z, r, h.
public struct GRU: Sendable {
  /// W, `[I, 3D]`.
  public let kernel: Tensor
  /// U, `[D, 3D]`.
  public let recurrentKernel: Tensor
  /// b₀ and b₁, `[2, 3D]`.
  public let bias: Tensor

  /// - Parameters:
  ///   - kernel: W, `[I, 3D]`.
  ///   - recurrentKernel: U, `[D, 3D]`.
  ///   - bias: `[2, 3D]`.
  public init(kernel: Tensor, recurrentKernel: Tensor, bias: Tensor) {
    let width = recurrentKernel.shape[0]
    precondition(recurrentKernel.shape == [width, 3 * width] && kernel.shape[1] == 3 * width)
    precondition(bias.shape == [2, 3 * width])
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    self.bias = bias
  }

  var width: Int { recurrentKernel.shape[0] }

  /// What the forward pass leaves for the backward one.
  public struct Tape {
    let x: Tensor
    let rows: SequenceRows
    let initial: Tensor
    let states: Tensor
    /// z, r, c and uʰ of every step, `[R, 4D]`.
    let gates: Tensor
  }

  /// Gradients of the three weights, each of its weight's shape.
  public struct Gradients {
    public let kernel: Tensor
    public let recurrentKernel: Tensor
    public let bias: Tensor
    public init(kernel: Tensor, recurrentKernel: Tensor, bias: Tensor) {
      self.kernel = kernel
      self.recurrentKernel = recurrentKernel
      self.bias = bias
    }
  }

  /// Every state of every sequence. The input product of all steps is one matrix product; only the recurrent one goes
  /// step by step, over the sequences that have the step.
  ///
  /// - Parameters:
  ///   - x: `[R, I]`.
  ///   - rows: which rows of x are the steps of which sequence.
  ///   - initial: the state before each sequence, `[S, D]`.
  /// - Returns: the state after every step, `[R, D]`, and what `backward` needs.
  public func forward(_ x: Tensor, rows: SequenceRows, initial: Tensor) -> (states: Tensor, tape: Tape) {
    let d = width
    let inputs = Dense.forward(x, kernel: kernel, bias: bias)
    let states = Tensor(uninitialized: [rows.rowCount, d])
    let gates = Tensor(uninitialized: [rows.rowCount, 4 * d])
    // The states before and after a step, and U · h + b₁, of the sequences in their order.
    var (before, after) = (initial.rows(rows.order), Tensor(uninitialized: [rows.sequenceCount, d]))
    let recurrent = Tensor(uninitialized: [rows.sequenceCount, 3 * d])
    let shares = unitShares(rows)
    let matrices = packed(shares) { units in
      (0..<3).map {
        PackedMatrix(
          recurrentKernel.pointer + $0 * d + units.lowerBound, depth: d, columns: units.count, stride: 3 * d)
      }
    }
    for step in 0..<rows.stepCount {
      let (previous, next) = (before, after)
      ThreadPool.shared.run(shares.count) { share in
        let (first, units) = (shares[share].lowerBound, shares[share].count)
        for gate in 0..<3 {
          matrices[share][gate].product(
            previous.pointer, d, rows: rows.active[step], into: recurrent.pointer + gate * d + first, 3 * d,
            Epilogue(bias: UnsafePointer(bias.pointer + (3 + gate) * d + first)))
        }
        for place in 0..<rows.active[step] {
          let row = rows.row(place, step: step)
          gaze_gru_step(
            inputs.pointer + row * 3 * d + first, recurrent.pointer + place * 3 * d + first,
            previous.pointer + place * d + first, 1, d, units, next.pointer + place * d + first,
            gates.pointer + row * 4 * d + first)
          (states.pointer + row * d + first).update(from: next.pointer + place * d + first, count: units)
        }
      }
      (before, after) = (after, before)
    }
    return (states, Tape(x: x, rows: rows, initial: initial, states: states, gates: gates))
  }

  /// Backpropagation through time. Accumulates the weights' gradients.
  ///
  /// - Parameters:
  ///   - tape: as `forward` gave it.
  ///   - dStates: gradient of every state, `[R, D]`.
  ///   - gradients: of the weights' shapes; added to.
  /// - Returns: gradients of x, `[R, I]`, and of the initial states, `[S, D]`.
  public func backward(_ tape: Tape, dStates: Tensor, into gradients: Gradients) -> (dx: Tensor, dInitial: Tensor) {
    let (d, rows) = (width, tape.rows)
    let dInputs = Tensor(uninitialized: [rows.rowCount, 3 * d])
    let dRecurrent = Tensor(uninitialized: [rows.rowCount, 3 * d])
    let previous = previousStates(tape)
    // Of the sequences in their order: what a step sends back to the one before, and its part through U.
    let carried = Tensor([rows.sequenceCount, d])
    let size = [rows.sequenceCount, 3 * d]
    var (partNow, partLater) = (Tensor(uninitialized: size), Tensor(uninitialized: size))
    let shares = unitShares(rows)
    let matrices = packed(shares) { units in
      PackedMatrix(
        transposed: recurrentKernel.pointer + units.lowerBound * 3 * d, depth: 3 * d, columns: units.count)
    }
    for step in stride(from: rows.stepCount - 1, through: -1, by: -1) {
      // What the step after this one sends back needs all units of it, the step itself its own units alone: a share
      // waits for the others once a step.
      let (own, later) = (partNow, partLater)
      ThreadPool.shared.run(shares.count) { share in
        let (first, units) = (shares[share].lowerBound, shares[share].count)
        if step + 1 < rows.stepCount {
          matrices[share].product(
            later.pointer, 3 * d, rows: rows.active[step + 1], into: carried.pointer + first, d,
            Epilogue(residual: UnsafePointer(carried.pointer + first), residualStride: d))
        }
        if step < 0 { return }
        for place in 0..<rows.active[step] {
          let row = rows.row(place, step: step)
          let target = carried.pointer + place * d + first
          gaze_add(dStates.pointer + row * d + first, units, target)
          gaze_gru_step_backward(
            target, previous.pointer + row * d + first, tape.gates.pointer + row * 4 * d + first, 1, d, units,
            dInputs.pointer + row * 3 * d + first, dRecurrent.pointer + row * 3 * d + first)
          for gate in 0..<3 {
            let at = gate * d + first
            (own.pointer + place * 3 * d + at).update(from: dRecurrent.pointer + row * 3 * d + at, count: units)
          }
        }
      }
      (partNow, partLater) = (partLater, partNow)
    }
    // dU = Σ hᵗ⁻¹ᵀ · du over all steps as one product.
    _ = Dense.backward(
      previous, kernel: recurrentKernel, dy: dRecurrent, kernelGradient: gradients.recurrentKernel,
      biasGradient: gradients.bias.pointer + 3 * d, wantsInput: false)
    let dx = Dense.backward(
      tape.x, kernel: kernel, dy: dInputs, kernelGradient: gradients.kernel,
      biasGradient: gradients.bias.pointer)!
    return (dx.reshaped(tape.x.shape), carried.rows(rows.places))
  }

  /// The state before every step, `[R, D]`.
  private func previousStates(_ tape: Tape) -> Tensor {
    let previous = Tensor(uninitialized: tape.states.shape)
    ThreadPool.shared.run(tape.rows.sequenceCount) { sequence in
      let (first, end) = (tape.rows.offsets[sequence], tape.rows.offsets[sequence + 1])
      guard first < end else { return }
      let target = previous.pointer + first * width
      target.update(from: tape.initial.pointer + sequence * width, count: width)
      (target + width).update(from: tape.states.pointer + first * width, count: (end - first - 1) * width)
    }
    return previous
  }

  /// The units each thread computes at every step, so that its part of the recurrent kernel stays in its cache. Sums do
  /// not depend on how the units are divided.
  private func unitShares(_ rows: SequenceRows) -> [Range<Int>] {
    // Below half a million multiplications waking a thread costs more than it brings.
    let useful = (rows.rowCount / max(1, rows.stepCount) * width * 3 * width) >> 19
    let shares = max(1, min(ThreadPool.shared.threads, width / 32, useful))
    return (0..<shares).map { width * $0 / shares..<width * ($0 + 1) / shares }
  }

  private func packed<Matrices>(_ shares: [Range<Int>], _ pack: (Range<Int>) -> Matrices) -> [Matrices] {
    [Matrices](unsafeUninitializedCapacity: shares.count) { buffer, count in
      let base = buffer.baseAddress!
      ThreadPool.shared.run(shares.count) { (base + $0).initialize(to: pack(shares[$0])) }
      count = shares.count
    }
  }
}
