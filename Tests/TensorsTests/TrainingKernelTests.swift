import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Optimiser, dropout and averages equal their naive twins at every level") struct TrainingKernelTests {
  /// Three steps, with and without the squares that a table keeps.
  @Test(arguments: processorLevels, [false, true]) func adam(level: Int32, squaresParts: Bool) {
    let parameter = Parameter("w", numbers("w", [5, 37]), decays: true, squaresParts: squaresParts)
    var twins = parameter.value.doubles.map { Reference.Adam(weight: $0) }
    var adam = Adam(weightDecay: 0.1)
    for step in 1...3 {
      let (gradient, squares) = (numbers("gradient\(step)", [5, 37]), numbers("squares\(step)", [5, 37]))
      parameter.gradient.pointer.update(from: gradient.pointer, count: gradient.count)
      for i in 0..<squares.count { parameter.gradientSquares?.pointer[i] = squares.pointer[i] * squares.pointer[i] }
      adam.advance()
      atLevel(level) { adam.update([parameter], learningRate: 0.01, gradientScale: 0.5) }
      func power(_ base: Double) -> Double { (0..<step).reduce(1) { power, _ in power * base } }
      for i in twins.indices {
        let (own, square) = (
          0.5 * Double(gradient.pointer[i]), 0.5 * Double((squaresParts ? squares : gradient).pointer[i])
        )
        twins[i].step(
          gradient: own, square: square * square, alpha: 0.01 * (1 - power(0.999)).squareRoot() / (1 - power(0.9)),
          beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay: 0.01 * 0.1)
      }
      expectClose(parameter.value, twins.map(\.weight), within: 1e-6)
      expectClose(parameter.firstMoment, twins.map(\.firstMoment), within: 1e-6)
      expectClose(parameter.secondMoment, twins.map(\.secondMoment), within: 1e-6)
      #expect(parameter.gradient.values.allSatisfy { $0 == 0 })
      #expect(parameter.gradientSquares?.values.allSatisfy { $0 == 0 } ?? true)
    }
  }

  @Test func theNormOfGradientsIsThatOfAllOfThem() {
    let parameters = ["a", "b"].map { Parameter($0, Tensor([300, 1000]), decays: true) }
    for parameter in parameters {
      parameter.gradient.pointer.update(from: numbers(parameter.name, [300, 1000]).pointer, count: 300_000)
    }
    let expected = parameters.flatMap(\.gradient.doubles).reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(Double(gradientNorm(parameters)) - expected) < 1e-6 * expected)
  }

  /// The choice is the same for any start, so the work may be divided.
  @Test(arguments: processorLevels, [(1, 0), (37, 5), (1000, 1 << 33)])
  func dropoutChoosesByItsFormula(level: Int32, piece: (count: Int, first: UInt64)) {
    let (x, y) = (numbers("x", [piece.count]), Tensor([piece.count]))
    atLevel(level) { gaze_dropout(x.pointer, piece.count, 0.3, 11, piece.first, y.pointer) }
    expectClose(y, Reference.dropout(x.doubles, rate: Double(Float(0.3)), seed: 11, first: piece.first), within: 1e-6)
  }

  @Test func dropoutKeepsTheMeanAndRepeatsItsChoice() {
    let x = Tensor([100_000], repeating: 1)
    let y = Dropout.apply(x, rate: 0.3, seed: 5)
    #expect(y.values == Dropout.apply(x, rate: 0.3, seed: 5).values)
    #expect(y.values != Dropout.apply(x, rate: 0.3, seed: 6).values)
    #expect(Set(y.values) == [0, 1 / 0.7])
    #expect(abs(y.values.reduce(0, +) / 100_000 - 1) < 0.01)
  }

  @Test(arguments: processorLevels, [1, 37]) func movingAverage(level: Int32, count: Int) {
    let (x, average) = (numbers("x", [count]), numbers("average", [count]))
    let expected = zip(average.doubles, x.doubles).map { 0.75 * $0 + 0.25 * $1 }
    atLevel(level) { gaze_moving_average(x.pointer, count, 0.25, average.pointer) }
    expectClose(average, expected, within: 1e-6)
  }
}
