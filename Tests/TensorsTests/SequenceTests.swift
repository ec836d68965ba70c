import TestSupport
import Testing

@testable import Tensors

@Suite("Sequences of any lengths, one after the other without padding") struct SequenceTests {
  private let rows = SequenceRows(lengths: [3, 0, 5, 1, 5])
  private let width = 64
  private let gru = GRU(
    kernel: numbers("kernel", [64, 192]), recurrentKernel: numbers("recurrent", [64, 192]),
    bias: numbers("bias", [2, 192]))

  private func part(_ x: Tensor, _ rows: Range<Int>) -> Tensor {
    Tensor([rows.count, x.shape[1]], Array(x.values[rows.lowerBound * x.shape[1]..<rows.upperBound * x.shape[1]]))
  }

  private func gradients() -> GRU.Gradients {
    GRU.Gradients(
      kernel: Tensor(gru.kernel.shape), recurrentKernel: Tensor(gru.recurrentKernel.shape), bias: Tensor([2, 192]))
  }

  @Test func rowsAndStepsAreCounted() {
    #expect(rows.offsets == [0, 3, 3, 8, 9, 14])
    #expect((rows.sequenceCount, rows.rowCount, rows.stepCount) == (5, 14, 5))
    #expect(rows.order == [2, 4, 0, 3, 1] && rows.active == [4, 3, 3, 2, 2])
    #expect(rows.row(0, step: 4) == 7 && rows.row(3, step: 0) == 8)
    #expect(SequenceRows(lengths: [0]).stepCount == 0)
  }

  @Test func aSequenceAmongOthersIsWhatItIsAlone() {
    let (x, initial) = (numbers("x", [14, width]), numbers("initial", [5, width]))
    let dStates = numbers("dStates", [14, width])
    let (states, tape) = gru.forward(x, rows: rows, initial: initial)
    let (together, apart) = (gradients(), gradients())
    let (dx, dInitial) = gru.backward(tape, dStates: dStates, into: together)
    #expect(states.shape == [14, width] && dx.shape == [14, width] && dInitial.shape == [5, width])
    for sequence in 0..<5 {
      let own = rows.offsets[sequence]..<rows.offsets[sequence + 1]
      guard !own.isEmpty else {
        #expect(part(dInitial, sequence..<sequence + 1).values.allSatisfy { $0 == 0 })
        continue
      }
      let alone = gru.forward(
        part(x, own), rows: SequenceRows(lengths: [own.count]), initial: part(initial, sequence..<sequence + 1))
      let back = gru.backward(alone.tape, dStates: part(dStates, own), into: apart)
      expectClose(part(states, own), alone.states, within: 1e-5)
      expectClose(part(dx, own), back.dx, within: 1e-5)
      expectClose(part(dInitial, sequence..<sequence + 1), back.dInitial, within: 1e-5)
    }
    expectClose(together.kernel, apart.kernel, within: 1e-5)
    expectClose(together.recurrentKernel, apart.recurrentKernel, within: 1e-5)
    expectClose(together.bias, apart.bias, within: 1e-5)
  }

  /// The step that decoding takes is the step that training takes.
  @Test func manyStepsAreOneStepAfterTheOther() {
    let (x, initial) = (numbers("x", [14, width]), numbers("initial", [5, width]))
    let states = gru.forward(x, rows: rows, initial: initial).states
    var state = part(initial, 2..<3)
    let unit = gru.prepared()
    for step in 0..<5 {
      state = unit.step(part(x, 3 + step..<4 + step), states: state)
      expectClose(state, part(states, 3 + step..<4 + step), within: 1e-5)
    }
  }

  @Test func queriesOfAnImageAmongOthersSeeItsCellsAlone() {
    let images = [0..<3, 3..<3, 3..<10, 10..<14]
    let (queries, cells) = (numbers("queries", [14, width]), numbers("cells", [4, 9, width]))
    let dContext = numbers("dContext", [14, width])
    let (context, weights) = Attention.forward(queries: queries, images: images, regions: cells)
    let (dQueries, dCells) = Attention.backward(
      queries: queries, images: images, regions: cells, weights: weights, dContext: dContext)
    for (image, own) in images.enumerated() {
      let seen = Tensor([1, 9, width], Array(cells.values[image * 9 * width..<(image + 1) * 9 * width]))
      var dSeen = Tensor(seen.shape)
      let size = 9 * width
      if !own.isEmpty {
        let alone = Attention.forward(queries: part(queries, own), images: [0..<own.count], regions: seen)
        expectClose(part(context, own), alone.context, within: 1e-6)
        expectClose(part(weights, own), alone.weights, within: 1e-6)
        let back = Attention.backward(
          queries: part(queries, own), images: [0..<own.count], regions: seen, weights: alone.weights,
          dContext: part(dContext, own))
        expectClose(part(dQueries, own), back.dQueries, within: 1e-6)
        dSeen = back.dRegions
      }
      expectClose(
        Tensor([size], Array(dCells.values[image * size..<(image + 1) * size])), dSeen.reshaped([size]), within: 1e-6)
    }
  }
}
