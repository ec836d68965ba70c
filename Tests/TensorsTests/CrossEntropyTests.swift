import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Softmax cross-entropy") struct CrossEntropyTests {
  private static let targets: [Int32] = [2, 0, 6, 3, 3]
  private static let weights: [Float] = [1, -0.5, 0, 2.5, -3]

  private static func logits() -> Tensor {
    Tensor([5, 7], (0..<35).map { Float(sin(Double($0) * 1.7) * 3) })
  }

  /// −log p(target) of each row with smoothing, by the definition.
  private static func losses(smoothing: Double) -> [Double] {
    let values = logits().values.map(Double.init)
    return targets.enumerated().map { row, target in
      let own = Array(values[row * 7..<row * 7 + 7])
      let logSum = log(own.reduce(0) { $0 + exp($1) })
      let logs = own.map { $0 - logSum }
      return -(1 - smoothing) * logs[Int(target)] - smoothing * logs.reduce(0, +) / 7
    }
  }

  @Test("rows weigh what they are given, in the sum and in the gradient; the plain sum knows no weights")
  func weights() {
    for smoothing in [Float(0), 0.1] {
      let plain = Self.logits()
      let weighted = Self.logits()
      let before = CrossEntropy.forwardBackward(logits: plain, targets: Self.targets, smoothing: smoothing, scale: 0.5)
      let result = CrossEntropy.forwardBackward(
        logits: weighted, targets: Self.targets, weights: Self.weights, smoothing: smoothing, scale: 0.5)
      let expected = zip(Self.losses(smoothing: Double(smoothing)), Self.weights).reduce(0) { $0 + $1.0 * Double($1.1) }
      #expect(abs(result.sum - expected) < 1e-5)
      #expect(abs(result.plainSum - Self.losses(smoothing: 0).reduce(0, +)) < 1e-5)
      #expect(result.plainSum == before.plainSum)
      for index in 0..<35 {
        #expect(abs(weighted.values[index] - plain.values[index] * Self.weights[index / 7]) < 1e-6)
      }
    }
  }

  @Test("the gradient of weighted rows is the difference quotient of the sum") func differences() {
    let gradient = Self.logits()
    _ = CrossEntropy.forwardBackward(
      logits: gradient, targets: Self.targets, weights: Self.weights, smoothing: 0.2, scale: 3)
    func sum(_ index: Int, _ step: Float) -> Double {
      let logits = Self.logits()
      logits.pointer[index] += step
      return 3
        * CrossEntropy.forwardBackward(
          logits: logits, targets: Self.targets, weights: Self.weights, smoothing: 0.2, scale: 1
        ).sum
    }
    for index in 0..<35 {
      let quotient = (sum(index, 0.01) - sum(index, -0.01)) / 0.02
      #expect(abs(quotient - Double(gradient.values[index])) < 2e-3, "logit \(index)")
    }
  }
}
