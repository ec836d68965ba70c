import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Loops of the sequence network equal their naive twins at every level") struct SequenceKernelTests {
  private func row(_ x: Tensor, _ index: Int) -> [Double] { x.row(index).map(Double.init) }
  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  @Test(arguments: processorLevels, [1, 2, 37, 64, 65, 300]) func softmaxAndItsGradient(level: Int32, columns: Int) {
    let (x, dp) = (numbers("x", [3, columns]), numbers("dp", [3, columns]))
    for i in 0..<x.count { x.pointer[i] *= 30 }
    let (p, inPlace, ds) = (x.copy(), dp.copy(), Tensor(x.shape))
    atLevel(level) {
      gaze_softmax_rows(p.pointer, 3, columns)
      gaze_softmax_rows_backward(p.pointer, dp.pointer, 3, columns, ds.pointer)
      gaze_softmax_rows_backward(p.pointer, inPlace.pointer, 3, columns, inPlace.pointer)
    }
    let expected = (0..<3).map { Reference.softmax(row(x, $0)) }
    expectClose(p, expected.flatMap { $0 }, within: 1e-6)
    let gradients = (0..<3).flatMap { r in
      let mean = dot(expected[r], row(dp, r))
      return zip(expected[r], row(dp, r)).map { $0 * ($1 - mean) }
    }
    expectClose(ds, gradients, within: 1e-6)
    #expect(inPlace.values == ds.values)
  }

  /// From where the exponential ends to where it is all there is.
  @Test(arguments: processorLevels) func hyperbolicTangent(level: Int32) {
    let x = Tensor([407], (0..<407).map { Float($0 - 203) * 0.05 })
    x.pointer[0] = -200
    x.pointer[1] = 200
    let expected = x.doubles.map { tanh($0) }
    atLevel(level) { gaze_tanh(x.pointer, x.count) }
    for (y, wanted) in zip(x.doubles, expected) { #expect(abs(y - wanted) <= 3e-7 * abs(wanted), "\(wanted)") }
  }

  /// All units, and some in the middle of each row, with those around them left alone.
  @Test(arguments: processorLevels, [(1, 0, 1), (37, 0, 37), (70, 32, 35)])
  func stepOfAGRU(level: Int32, units: (width: Int, first: Int, count: Int)) {
    let (rows, d) = (3, units.width)
    let (x, u, h) = (numbers("x", [rows, 3 * d]), numbers("u", [rows, 3 * d]), numbers("h", [rows, d]))
    let (next, gates) = (Tensor([rows, d], repeating: 7), Tensor([rows, 4 * d], repeating: 7))
    let dState = numbers("dState", [rows, d])
    let (dPrevious, dx, du) = (
      dState.copy(), Tensor([rows, 3 * d], repeating: 7), Tensor([rows, 3 * d], repeating: 7)
    )
    let first = units.first
    atLevel(level) {
      gaze_gru_step(
        x.pointer + first, u.pointer + first, h.pointer + first, rows, d, units.count, next.pointer + first,
        gates.pointer + first)
      gaze_gru_step_backward(
        dPrevious.pointer + first, h.pointer + first, gates.pointer + first, rows, d, units.count, dx.pointer + first,
        du.pointer + first)
    }
    func chosen(_ unit: Int, _ own: Double, _ other: Double) -> Double {
      (first..<first + units.count).contains(unit % d) ? own : other
    }
    for r in 0..<rows {
      let (x, u, h, weights) = (row(x, r), row(u, r), row(h, r), row(dState, r))
      let expected = Reference.gruStep(input: x, recurrent: u, state: h)
      expectClose(Tensor([d], Array(next.row(r))), (0..<d).map { chosen($0, expected[$0], 7) }, within: 1e-6, "state")
      // Each gate's gradient by differences, unit by unit: units do not mix.
      let toX = Reference.gradient(at: x) { dot(Reference.gruStep(input: $0, recurrent: u, state: h), weights) }
      let toU = Reference.gradient(at: u) { dot(Reference.gruStep(input: x, recurrent: $0, state: h), weights) }
      let toH = Reference.gradient(at: h) { dot(Reference.gruStep(input: x, recurrent: u, state: $0), weights) }
      expectClose(Tensor([3 * d], Array(dx.row(r))), toX.indices.map { chosen($0, toX[$0], 7) }, within: 1e-6, "input")
      expectClose(
        Tensor([3 * d], Array(du.row(r))), toU.indices.map { chosen($0, toU[$0], 7) }, within: 1e-6, "recurrent")
      expectClose(
        Tensor([d], Array(dPrevious.row(r))), (0..<d).map { chosen($0, toH[$0], weights[$0]) }, within: 1e-6, "h")
    }
  }

  @Test(arguments: processorLevels, [2, 37, 70]) func layerNormalization(level: Int32, width: Int) {
    let (x, gamma, beta) = (numbers("x", [5, width]), numbers("gamma", [width]), numbers("beta", [width]))
    let (dy, dGamma, dBeta) = (numbers("dy", [5, width]), Tensor([width], repeating: 2), Tensor([width], repeating: 3))
    let (y, dx) = atLevel(level) {
      let (y, tape) = LayerNormalization.forward(x, gamma: gamma, beta: beta)
      let dx = LayerNormalization.backward(
        tape, gamma: gamma, dy: dy, gammaGradient: dGamma, betaGradient: dBeta)
      return (y, dx)
    }
    func normalized(_ x: [Double], _ gamma: [Double]) -> [Double] {
      Reference.layerNormalization(
        x, gamma: gamma, beta: beta.doubles, epsilon: Double(LayerNormalization.epsilon))
    }
    expectClose(y, (0..<5).flatMap { normalized(row(x, $0), gamma.doubles) }, within: 1e-5)
    let toX = (0..<5).flatMap { r in
      Reference.gradient(at: row(x, r)) { dot(normalized($0, gamma.doubles), row(dy, r)) }
    }
    expectClose(dx, toX, within: 2e-5)
    let toGamma = Reference.gradient(at: gamma.doubles) { gamma in
      (0..<5).reduce(0) { $0 + dot(normalized(row(x, $1), gamma), row(dy, $1)) }
    }
    expectClose(dGamma, toGamma.map { $0 + 2 }, within: 1e-5)
    expectClose(dBeta, (0..<width).map { c in (0..<5).reduce(3) { $0 + row(dy, $1)[c] } }, within: 1e-5)
  }

  @Test(arguments: processorLevels, [2, 16, 37, 301]) func crossEntropy(level: Int32, columns: Int) {
    let (rows, smoothing, scale) = (3, 0.1, 0.5)
    let logits = numbers("logits", [rows, columns])
    for i in 0..<logits.count { logits.pointer[i] *= 8 }
    let (targets, weights) = ([0, columns - 1, columns / 2], [1, -0.5, 2.0])
    let gradient = logits.copy()
    let result = atLevel(level) {
      CrossEntropy.forwardBackward(
        logits: gradient, targets: targets.map { Int32($0) }, weights: weights.map { Float($0) },
        smoothing: Float(smoothing), scale: Float(scale))
    }
    func loss(_ r: Int, _ logits: [Double], _ smoothing: Double) -> Double {
      Reference.crossEntropy(logits, target: targets[r], smoothing: smoothing)
    }
    let sum = (0..<rows).reduce(0) { $0 + weights[$1] * loss($1, row(logits, $1), smoothing) }
    let plain = (0..<rows).reduce(0) { $0 + loss($1, row(logits, $1), 0) }
    #expect(abs(result.sum - sum) < 1e-5 * max(1, abs(sum)))
    #expect(abs(result.plainSum - plain) < 1e-5 * max(1, plain))
    let expected = (0..<rows).flatMap { r in
      Reference.gradient(at: row(logits, r)) { scale * weights[r] * loss(r, $0, smoothing) }
    }
    expectClose(gradient, expected, within: 1e-6)
  }
}
