import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Channels: one, fewer than a vector of any level, and several vectors and a rest.
private let widths = [1, 5, 37, 130]
private let rows = 35

@Suite("Loops over rows and channels equal their naive twins at every level") struct RowKernelTests {
  private func expand(_ x: Tensor, _ width: Int, _ body: (Int, Int) -> Double) -> [Double] {
    (0..<x.count).map { body($0, $0 % width) }
  }

  @Test(arguments: processorLevels, widths) func biasResidualAndReLU(level: Int32, width: Int) {
    let (x, bias, residual) = (
      numbers("x", [rows, width]), numbers("bias", [width]), numbers("residual", [rows, width])
    )
    for (added, relu) in [(nil, false), (residual, false), (nil, true), (residual, true)] as [(Tensor?, Bool)] {
      let expected = expand(x, width) { i, c in
        let y = Double(x.pointer[i]) + Double(bias.pointer[c]) + (added.map { Double($0.pointer[i]) } ?? 0)
        return relu ? max(0, y) : y
      }
      let (y, inPlace) = (Tensor(x.shape), x.copy())
      atLevel(level) {
        for (from, to) in [(x, y), (inPlace, inPlace)] {
          gaze_bias_residual_relu(
            from.pointer, bias.pointer, added?.pointer, relu ? 1 : 0, rows, width, to.pointer)
        }
      }
      expectClose(y, expected, within: 1e-6)
      #expect(inPlace.values == y.values)
    }
  }

  @Test(arguments: processorLevels, widths) func scaleAndShift(level: Int32, width: Int) {
    let (x, scale, shift) = (numbers("x", [rows, width]), numbers("scale", [width]), numbers("shift", [width]))
    let residual = numbers("residual", [rows, width])
    for (added, relu) in [(nil, false), (residual, true)] as [(Tensor?, Bool)] {
      let expected = expand(x, width) { i, c in
        let y =
          Double(x.pointer[i]) * Double(scale.pointer[c]) + Double(shift.pointer[c])
          + (added.map { Double($0.pointer[i]) } ?? 0)
        return relu ? max(0, y) : y
      }
      let y = Tensor(x.shape)
      atLevel(level) {
        gaze_scale_shift(
          x.pointer, scale.pointer, shift.pointer, added?.pointer, relu ? 1 : 0, rows, width, y.pointer)
      }
      expectClose(y, expected, within: 1e-6)
    }
  }

  @Test(arguments: processorLevels, widths) func sumsOfChannels(level: Int32, width: Int) {
    let (x, center) = (numbers("x", [rows, width]), numbers("center", [width]))
    let plain = Tensor([width], repeating: 5)
    var (sum, squares) = ([Double](repeating: 7, count: width), [Double](repeating: 7, count: width))
    atLevel(level) {
      gaze_add_channel_sums(x.pointer, width, rows, width, plain.pointer)
      gaze_channel_moments(x.pointer, center.pointer, rows, width, &sum, &squares)
    }
    func expected(_ term: (Double, Int) -> Double) -> [Double] {
      (0..<width).map { c in (0..<rows).reduce(0) { $0 + term(Double(x.pointer[$1 * width + c]), c) } }
    }
    expectClose(plain, expected { x, _ in x }.map { $0 + 5 }, within: 1e-6)
    expectClose(
      Tensor([width], sum.map { Float($0) }), expected { x, c in x - Double(center.pointer[c]) }, within: 1e-6)
    expectClose(
      Tensor([width], squares.map { Float($0) }),
      expected { x, c in (x - Double(center.pointer[c])) * (x - Double(center.pointer[c])) },
      within: 1e-6)
  }

  @Test(arguments: processorLevels, widths) func addingAndSquaring(level: Int32, width: Int) {
    let (x, y, squares) = (numbers("x", [width]), numbers("y", [width]), numbers("z", [width]))
    let (wasY, wasSquares, long) = (y.doubles, squares.doubles, numbers("long", [9000 + width]))
    let total = atLevel(level) {
      gaze_add(x.pointer, width, y.pointer)
      gaze_add_squares(x.pointer, width, squares.pointer)
      return gaze_sum_of_squares(long.pointer, long.count)
    }
    expectClose(y, zip(wasY, x.doubles).map(+), within: 1e-6)
    expectClose(squares, zip(wasSquares, x.doubles).map { $0 + $1 * $1 }, within: 1e-6)
    let expected = long.doubles.reduce(0) { $0 + $1 * $1 }
    #expect(abs(total - expected) < 1e-6 * expected)
  }

  @Test(arguments: processorLevels, widths) func gradientOfReLU(level: Int32, width: Int) {
    let (y, dy, dz) = (numbers("y", [width]), numbers("dy", [width]), Tensor([width], repeating: 7))
    y.pointer[0] = 0
    let inPlace = dy.copy()
    atLevel(level) {
      gaze_relu_backward(y.pointer, dy.pointer, width, dz.pointer)
      gaze_relu_backward(y.pointer, inPlace.pointer, width, inPlace.pointer)
    }
    #expect(dz.values == zip(y.values, dy.values).map { $0 > 0 ? $1 : 0 })
    #expect(inPlace.values == dz.values)
  }

  /// Forward and backward: the gradients are those of Σ y · dy by differences.
  @Test(arguments: processorLevels, [1, 5, 37]) func batchNormalization(level: Int32, width: Int) {
    let rows = 6
    let (x, gamma, beta) = (numbers("x", [rows, width]), numbers("gamma", [width]), numbers("beta", [width]))
    let (dy, mean, variance) = (numbers("dy", [rows, width]), Tensor([width]), Tensor([width], repeating: 1))
    let (dGamma, dBeta) = (Tensor([width], repeating: 2), Tensor([width], repeating: 3))
    let (y, dx) = atLevel(level) {
      let (y, tape) = BatchNormalization.forward(
        x, gamma: gamma, beta: beta, relu: false, runningMean: mean, runningVariance: variance, momentum: 0.75)
      let (dx, _) = BatchNormalization.backward(
        tape, gamma: gamma, dy: dy, gammaGradient: dGamma, betaGradient: dBeta)
      return (y, dx)
    }
    func column(_ x: Tensor, _ c: Int) -> [Double] { (0..<rows).map { Double(x.pointer[$0 * width + c]) } }
    for c in 0..<width {
      // A channel is normalised over the rows as a row is over its channels.
      func normalized(_ x: [Double], _ gamma: Double) -> [Double] {
        Reference.layerNormalization(
          x, gamma: x.map { _ in gamma }, beta: x.map { _ in Double(beta.pointer[c]) },
          epsilon: Double(BatchNormalization.epsilon))
      }
      func loss(_ y: [Double]) -> Double { zip(y, column(dy, c)).reduce(0) { $0 + $1.0 * $1.1 } }
      let (own, scale) = (column(x, c), Double(gamma.pointer[c]))
      expectClose(Tensor([rows], column(y, c).map { Float($0) }), normalized(own, scale), within: 1e-5)
      expectClose(
        Tensor([rows], column(dx, c).map { Float($0) }), Reference.gradient(at: own) { loss(normalized($0, scale)) },
        within: 2e-5)
      let slope = Reference.gradient(at: [scale]) { loss(normalized(own, $0[0])) }[0]
      #expect(abs(Double(dGamma.pointer[c]) - 2 - slope) < 1e-4)
      #expect(abs(Double(dBeta.pointer[c]) - 3 - column(dy, c).reduce(0, +)) < 1e-5)
      #expect(abs(Double(mean.pointer[c]) - 0.25 * own.reduce(0, +) / Double(rows)) < 1e-6)
    }
  }
}
