import Testing

@testable import Tensors

@Suite("Adam and the gradients it consumes") struct AdamTests {
  @Test func adamEqualsKerasFormula() {
    let parameter = Parameter("w", Tensor([2], [1, -2]), decays: true)
    var adam = Adam(weightDecay: 0.1)
    var (m, v, w): ([Double], [Double], [Double]) = ([0, 0], [0, 0], [1, -2])
    for step in 1...3 {
      let g = [0.3 * Double(step), -0.7]
      parameter.gradient.pointer[0] = Float(g[0])
      parameter.gradient.pointer[1] = Float(g[1])
      adam.advance()
      adam.update([parameter], learningRate: 0.01)
      let b1 = (0..<step).reduce(1.0) { p, _ in p * 0.9 }
      let b2 = (0..<step).reduce(1.0) { p, _ in p * 0.999 }
      for i in 0..<2 {
        m[i] = 0.9 * m[i] + 0.1 * g[i]
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i]
        w[i] -= 0.01 * 0.1 * w[i] + 0.01 * (1 - b2).squareRoot() / (1 - b1) * m[i] / (v[i].squareRoot() + 1e-7)
        #expect(abs(Double(parameter.value.pointer[i]) - w[i]) < 1e-6)
      }
      #expect(parameter.gradient.values == [0, 0])
    }
  }

  /// Rows that no word of a batch looked up, gradients that are overwritten, and steps without a gradient at all: the
  /// same numbers as the plain way of adding to zeros.
  @Test(arguments: [false, true]) func adamSkipsWhatIsZeroAndChangesNothing(squaresParts: Bool) {
    let start = numbers("table", [50, 8])
    let table = Parameter("table", start.copy(), decays: true, isTable: true, squaresParts: squaresParts)
    let plain = Parameter("plain", start.copy(), decays: true, squaresParts: squaresParts)
    let kernel = Parameter("kernel", start.copy(), decays: true)
    let plainKernel = Parameter("plainKernel", start.copy(), decays: true)
    var adam = Adam(weightDecay: 0.1)
    for (step, tokens) in [[3, 4, 5, 49, 3], [], [0, 3], [7]].enumerated() {
      let dy = numbers("dy\(step)", [max(1, tokens.count), 8])
      for parameter in [table, plain] { Embedding.backward(tokens.map { Int32($0) }, dy: dy, table: parameter) }
      let gradient = numbers("gradient\(step)", [50, 8])
      // The third step has no gradient for the kernel.
      for pass in 0..<(step == 2 ? 0 : 2) {
        let (target, adds) = kernel.gradientToWrite()
        // Overwritten only when the step before left something to overwrite.
        #expect(adds == (pass > 0 || step == 0 || step == 3))
        for i in 0..<gradient.count {
          target.pointer[i] = (adds ? target.pointer[i] : 0) + gradient.pointer[i]
          plainKernel.gradient.pointer[i] += gradient.pointer[i]
        }
      }
      #expect(gradientNorm([table, kernel]) == gradientNorm([plain, plainKernel]))
      adam.advance()
      adam.update([table, plain, kernel, plainKernel], learningRate: 0.01, gradientScale: 0.5)
      #expect(table.value.values == plain.value.values)
      #expect(kernel.value.values == plainKernel.value.values)
      #expect(table.gradient.values.allSatisfy { $0 == 0 })
    }
    #expect(kernel.gradient.values.allSatisfy { $0 == 0 })
    #expect(table.value.values != start.values)
  }

  /// Rows of a table that nobody looks at owe steps: what is read of them is what dense steps give, to the last bit,
  /// whenever it is read and however many steps ago they were last seen.
  @Test(arguments: [(1, 5), (5, 3), (50, 21), (203, 70)], [false, true])
  func rowsThatOweStepsAreWhatDenseStepsMakeOfThem(size: (rows: Int, width: Int), squaresParts: Bool) {
    let (rows, width) = size
    let start = numbers("table", [rows, width])
    let table = Parameter("table", start.copy(), decays: true, isTable: true, squaresParts: squaresParts)
    let plain = Parameter("plain", start.copy(), decays: true, squaresParts: squaresParts)
    var adam = Adam(weightDecay: 0.1)
    for step in 1...30 {
      // Of the largest table the last row is looked up in steps 1 and 29 only; in some steps nothing has a gradient.
      let looked = [0, step * 7 % rows, step * step % rows] + (step % 28 == 1 ? [rows - 1] : [])
      let tokens = looked.map { Int32(min($0, rows - 1)) }
      let seen = Embedding.forward(tokens, table: table)
      #expect(seen.values == Embedding.forward(tokens, table: plain.value).values)
      let moved = step % 5 == 0 ? [] : Array(tokens.dropFirst())
      let dy = numbers("dy\(step)", [max(1, moved.count), width])
      for parameter in [table, plain] { Embedding.backward(moved, dy: dy, table: parameter) }
      adam.advance()
      adam.update([table, plain], learningRate: 0.01 / Float(step), gradientScale: 0.5)
    }
    #expect(table.value.values == plain.value.values)
    #expect(table.firstMoment.values == plain.firstMoment.values)
    #expect(table.secondMoment.values == plain.secondMoment.values)
    #expect(table.value.values != start.values)
  }
}
