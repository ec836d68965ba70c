import CKernels

/// A gated recurrent unit over whole sequences, as Keras' default `GRU(reset_after=True)` (Cho et al. 2014, with the
/// reset gate applied after the recurrent product).
///
/// With x·W + b₀ = [xᶻ, xʳ, xʰ] and h·U + b₁ = [uᶻ, uʳ, uʰ]:
/// z = σ(xᶻ + uᶻ), r = σ(xʳ + uʳ), c = tanh(xʰ + r·uʰ), h′ = z·h + (1 − z)·c.
///
/// Shapes: x `[S, T, I]`, initial state `[S, D]`, kernel W `[I, 3D]`, recurrent kernel U `[D, 3D]`, bias `[2, 3D]`
/// (input row, recurrent row), states `[S, T, D]`; gates in the order z, r, h.
public struct GRU {
  public let kernel: Tensor
  public let recurrentKernel: Tensor
  public let bias: Tensor

  public init(kernel: Tensor, recurrentKernel: Tensor, bias: Tensor) {
    let width = recurrentKernel.shape[0]
    precondition(recurrentKernel.shape == [width, 3 * width] && kernel.shape[1] == 3 * width)
    precondition(bias.shape == [2, 3 * width])
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    self.bias = bias
  }

  var width: Int { recurrentKernel.shape[0] }

  public struct Tape {
    let x: Tensor
    let initial: Tensor
    let states: Tensor
    /// z, r, c and uʰ of every step, `[S, T, 4D]`.
    let gates: Tensor
  }

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

  /// Every state of every sequence. The input product of all steps is one matrix product; only the recurrent one
  /// goes step by step.
  public func forward(_ x: Tensor, initial: Tensor) -> (states: Tensor, tape: Tape) {
    let (sequences, steps, d) = (x.shape[0], x.shape[1], width)
    let inputs = Dense.forward(x, kernel: kernel, bias: bias)
    let states = Tensor(uninitialized: [sequences, steps, d])
    let gates = Tensor(uninitialized: [sequences, steps, 4 * d])
    let recurrent = Tensor(uninitialized: [sequences, 3 * d])
    let shares = unitShares(sequences)
    let matrices = packed(shares) { units in
      (0..<3).map {
        PackedMatrix(
          recurrentKernel.pointer + $0 * d + units.lowerBound, depth: d, columns: units.count, stride: 3 * d)
      }
    }
    for step in 0..<steps {
      let (previous, stride) = previousState(step, initial: initial, states: states, steps: steps)
      ThreadPool.shared.run(shares.count) { share in
        let first = shares[share].lowerBound
        for gate in 0..<3 {
          matrices[share][gate].product(
            previous, stride, rows: sequences, into: recurrent.pointer + gate * d + first, 3 * d,
            Epilogue(bias: UnsafePointer(bias.pointer + (3 + gate) * d + first)))
        }
        gaze_gru_step(
          inputs.pointer + step * 3 * d + first, steps * 3 * d, recurrent.pointer + first, previous + first, stride,
          sequences, d, shares[share].count, states.pointer + step * d + first, steps * d,
          gates.pointer + step * 4 * d + first, steps * 4 * d)
      }
    }
    return (states, Tape(x: x, initial: initial, states: states, gates: gates))
  }

  /// Backpropagation through time.
  ///
  /// - Parameter dStates: gradient of every state, `[S, T, D]`.
  /// - Returns: gradients of x `[S, T, I]` and of the initial state `[S, D]`; the weights' accumulate.
  public func backward(_ tape: Tape, dStates: Tensor, into gradients: Gradients) -> (dx: Tensor, dInitial: Tensor) {
    let (sequences, steps, d) = (dStates.shape[0], dStates.shape[1], width)
    let dInputs = Tensor(uninitialized: [sequences * steps, 3 * d])
    let dRecurrent = Tensor(uninitialized: [sequences * steps, 3 * d])
    let carried = Tensor([sequences, d])
    let shares = unitShares(sequences)
    let matrices = packed(shares) { units in
      PackedMatrix(
        transposed: recurrentKernel.pointer + units.lowerBound * 3 * d, depth: 3 * d, columns: units.count)
    }
    for step in stride(from: steps - 1, through: -1, by: -1) {
      // What the step after this one sends back needs all units of it, the step itself its own units alone: a share
      // waits for the others once a step.
      ThreadPool.shared.run(shares.count) { share in
        let (first, units) = (shares[share].lowerBound, shares[share].count)
        if step < steps - 1 {
          matrices[share].product(
            dRecurrent.pointer + (step + 1) * 3 * d, steps * 3 * d, rows: sequences, into: carried.pointer + first, d,
            Epilogue(residual: UnsafePointer(carried.pointer + first), residualStride: d))
        }
        if step < 0 { return }
        let (previous, previousStride) = previousState(
          step, initial: tape.initial, states: tape.states, steps: steps)
        for row in 0..<sequences {
          gaze_add(dStates.pointer + (row * steps + step) * d + first, units, carried.pointer + row * d + first)
        }
        gaze_gru_step_backward(
          carried.pointer + first, previous + first, previousStride, tape.gates.pointer + step * 4 * d + first,
          steps * 4 * d, sequences, d, units, dInputs.pointer + step * 3 * d + first, steps * 3 * d,
          dRecurrent.pointer + step * 3 * d + first, steps * 3 * d)
      }
    }
    addRecurrentGradients(tape, dRecurrent: dRecurrent, into: gradients)
    addChannelSums(dInputs.pointer, rows: sequences * steps, channels: 3 * d, to: gradients.bias.pointer)
    let dx = Dense.backward(
      tape.x, kernel: kernel, dy: dInputs, kernelGradient: gradients.kernel, biasGradient: nil)!
    return (dx.reshaped(tape.x.shape), carried)
  }

  /// dU = Σ hᵗ⁻¹ᵀ · du over all steps as one product, with the states shifted by one step.
  private func addRecurrentGradients(_ tape: Tape, dRecurrent: Tensor, into gradients: Gradients) {
    let (sequences, steps, d) = (tape.x.shape[0], tape.x.shape[1], width)
    let previous = Tensor(uninitialized: [sequences * steps, d])
    for row in 0..<sequences {
      let target = previous.pointer + row * steps * d
      target.update(from: tape.initial.pointer + row * d, count: d)
      (target + d).update(from: tape.states.pointer + row * steps * d, count: (steps - 1) * d)
    }
    parallelGemm(
      d, 3 * d, sequences * steps, previous.pointer, d, transposeA: true, dRecurrent.pointer, 3 * d,
      into: gradients.recurrentKernel.pointer, 3 * d, beta: 1)
    addChannelSums(
      dRecurrent.pointer, rows: sequences * steps, channels: 3 * d, to: gradients.bias.pointer + 3 * d)
  }

  private func previousState(
    _ step: Int, initial: Tensor, states: Tensor, steps: Int
  ) -> (UnsafePointer<Float>, stride: Int) {
    step == 0
      ? (UnsafePointer(initial.pointer), width) : (UnsafePointer(states.pointer + (step - 1) * width), steps * width)
  }

  /// The units each thread computes at every step, so that its part of the recurrent kernel stays in its cache. Sums do
  /// not depend on how the units are divided.
  private func unitShares(_ sequences: Int) -> [Range<Int>] {
    // Below half a million multiplications waking a thread costs more than it brings.
    let useful = (sequences * width * 3 * width) >> 19
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
