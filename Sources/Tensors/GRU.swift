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
    let recurrentBias = bias.pointer + 3 * d
    for step in 0..<steps {
      let (previous, stride) = previousState(step, initial: initial, states: states, steps: steps)
      forRows(sequences, grain: rowGrain) { first, count in
        let product = recurrent.pointer + first * 3 * d
        gemm(count, 3 * d, d, previous + first * stride, stride, recurrentKernel.pointer, 3 * d, into: product, 3 * d)
        gaze_bias_residual_relu(product, recurrentBias, nil, 0, count, 3 * d, product)
        gaze_gru_step(
          inputs.pointer + (first * steps + step) * 3 * d, steps * 3 * d, product, previous + first * stride, stride,
          count, d, states.pointer + (first * steps + step) * d, steps * d,
          gates.pointer + (first * steps + step) * 4 * d, steps * 4 * d)
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
    for step in stride(from: steps - 1, through: 0, by: -1) {
      let (previous, previousStride) = previousState(step, initial: tape.initial, states: tape.states, steps: steps)
      forRows(sequences, grain: rowGrain) { first, count in
        for row in first..<first + count {
          gaze_add(dStates.pointer + (row * steps + step) * d, d, carried.pointer + row * d)
        }
        let at = first * steps + step
        gaze_gru_step_backward(
          carried.pointer + first * d, previous + first * previousStride, previousStride,
          tape.gates.pointer + at * 4 * d, steps * 4 * d, count, d,
          dInputs.pointer + at * 3 * d, steps * 3 * d, dRecurrent.pointer + at * 3 * d, steps * 3 * d)
        gemm(
          count, d, 3 * d, dRecurrent.pointer + at * 3 * d, steps * 3 * d, recurrentKernel.pointer, 3 * d,
          transposeB: true, into: carried.pointer + first * d, d, beta: 1)
      }
    }
    addRecurrentGradients(tape, dRecurrent: dRecurrent, into: gradients)
    gaze_add_channel_sums(dInputs.pointer, sequences * steps, 3 * d, gradients.bias.pointer)
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
    gaze_add_channel_sums(dRecurrent.pointer, sequences * steps, 3 * d, gradients.bias.pointer + 3 * d)
  }

  private func previousState(
    _ step: Int, initial: Tensor, states: Tensor, steps: Int
  ) -> (UnsafePointer<Float>, stride: Int) {
    step == 0
      ? (UnsafePointer(initial.pointer), width) : (UnsafePointer(states.pointer + (step - 1) * width), steps * width)
  }

  /// Sequences a thread takes at a time: sequences are independent of each other.
  private var rowGrain: Int { 64 }
}
