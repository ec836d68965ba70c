import TestSupport
import Testing

@testable import Tensors

@Suite("Gradients of inputs through layers made ready for decoding") struct PreparedGradientTests {
  /// One panel of the packed kernel, less than one, and several with a rest.
  @Test("a linear layer's, and what its inputs weigh in an output", arguments: [(7, 5), (64, 96), (33, 215)])
  func dense(inputs: Int, outputs: Int) {
    let (kernel, bias, dy) = (
      numbers("kernel", [inputs, outputs]), numbers("bias", [outputs]), numbers("dy", [3, outputs])
    )
    let layer = PreparedDense(kernel: kernel, bias: bias)
    let chosen = [0, outputs - 1, outputs / 2]
    let weights = layer.inputWeights(of: chosen)
    #expect(weights.shape == [3, inputs])
    for (row, output) in chosen.enumerated() {
      #expect(Array(weights.row(row)) == (0..<inputs).map { kernel.pointer[$0 * outputs + output] })
    }
    let expected = (0..<3).flatMap { row in
      (0..<inputs).map { input in
        (0..<outputs).reduce(0.0) {
          $0 + Double(dy.pointer[row * outputs + $1]) * Double(kernel.pointer[input * outputs + $1])
        }
      }
    }
    expectClose(layer.inputGradient(dy), expected, within: 1e-5)
  }

  @Test("a GRU's step is a sequence of one step, whose gradient training knows") func gru() {
    let (inputs, width, rows) = (20, 33, 4)
    let gru = GRU(
      kernel: numbers("kernel", [inputs, 3 * width]), recurrentKernel: numbers("recurrent", [width, 3 * width]),
      bias: numbers("bias", [2, 3 * width]))
    let (x, states, dNext) = (
      numbers("x", [rows, inputs]), numbers("states", [rows, width]), numbers("dNext", [rows, width])
    )
    let given = dNext.values
    let (_, tape) = gru.forward(x, rows: SequenceRows(lengths: [1, 1, 1, 1]), initial: states)
    let zeros = GRU.Gradients(
      kernel: Tensor(gru.kernel.shape), recurrentKernel: Tensor(gru.recurrentKernel.shape), bias: Tensor(gru.bias.shape)
    )
    let expected = gru.backward(tape, dStates: dNext.copy(), into: zeros).dx
    expectClose(gru.prepared().inputGradient(x, states: states, dNext: dNext), expected.doubles, within: 1e-5)
    #expect(dNext.values == given, "what is handed over stays")
  }

  @Test("keys and values are given back as they were", arguments: [(1, 1, 8), (37, 2, 20), (100, 3, 16), (577, 2, 64)])
  func keysAndValues(positions: Int, heads: Int, size: Int) {
    let stride = 2 * heads * size
    let all = numbers("keys and values", [positions, stride])
    let sequence = AttendedSequence(
      keys: all.pointer, values: all.pointer + heads * size, positions: positions, heads: heads, size: size,
      stride: stride)
    let again = sequence.keysAndValues
    for row in 0..<positions {
      let (keys, values) = (all.row(row)[..<(heads * size)], all.row(row)[(heads * size)...])
      #expect(Array(again.values.row(row)) == Array(values))
      // Keys are kept scaled.
      for (one, other) in zip(again.keys.row(row), keys) { #expect(abs(one - other) <= 1e-6 * abs(other)) }
    }
  }
}
