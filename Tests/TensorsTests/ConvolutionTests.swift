import TestSupport
import Testing

@testable import Tensors

@Suite struct ConvolutionTests {
  struct Case: CustomTestStringConvertible {
    let kernel: (Int, Int)
    let inputs: Int
    let outputs: Int
    let stride: Int
    let padding: Convolution.Padding
    let size: [Int]
    var testDescription: String { "\(kernel) \(inputs)→\(outputs) /\(stride) \(padding) on \(size)" }
  }

  static let cases = [
    Case(kernel: (3, 3), inputs: 3, outputs: 5, stride: 1, padding: .same, size: [2, 7, 9]),
    Case(kernel: (3, 3), inputs: 4, outputs: 6, stride: 2, padding: .same, size: [3, 8, 8]),
    Case(kernel: (3, 3), inputs: 4, outputs: 6, stride: 2, padding: .same, size: [1, 7, 5]),
    Case(kernel: (3, 3), inputs: 5, outputs: 3, stride: 2, padding: .valid, size: [2, 9, 11]),
    Case(kernel: (7, 7), inputs: 3, outputs: 8, stride: 4, padding: .same, size: [2, 32, 32]),
    Case(kernel: (3, 3), inputs: 19, outputs: 21, stride: 1, padding: .same, size: [3, 7, 9]),
    Case(kernel: (3, 3), inputs: 16, outputs: 48, stride: 1, padding: .same, size: [5, 8, 4]),
    Case(kernel: (1, 1), inputs: 17, outputs: 4, stride: 1, padding: .same, size: [2, 5, 3]),
    Case(kernel: (1, 7), inputs: 2, outputs: 3, stride: 1, padding: .same, size: [1, 6, 4]),
    Case(kernel: (5, 1), inputs: 2, outputs: 3, stride: 1, padding: .valid, size: [2, 6, 4]),
  ]

  private func layer(_ c: Case) -> Convolution {
    Convolution(kernel: c.kernel, inputs: c.inputs, outputs: c.outputs, stride: c.stride, padding: c.padding)
  }

  @Test(arguments: cases, processorLevels) func forwardEqualsTheNaiveTwin(c: Case, level: Int32) {
    let layer = layer(c)
    let x = numbers("x", c.size + [c.inputs])
    let kernel = numbers("kernel", layer.kernelShape)
    let y = atLevel(level) { layer.forward(x, kernel: kernel) }
    expectClose(y, Reference.convolution(layer, x, kernel: kernel), within: 1e-5)
  }

  /// A convolution is linear in both arguments, so its gradients are exact sums over the naive twin.
  @Test(arguments: cases, processorLevels) func backwardIsTheTransposeOfForward(c: Case, level: Int32) throws {
    let layer = layer(c)
    let x = numbers("x", c.size + [c.inputs])
    let kernel = numbers("kernel", layer.kernelShape)
    let dy = numbers("dy", layer.outputShape(x.shape))
    let dKernel = Tensor(layer.kernelShape, repeating: 0.5)
    let dx = try #require(atLevel(level) { layer.backward(x, kernel: kernel, dy: dy, kernelGradient: dKernel) })
    // ⟨conv(u, kernel), dy⟩ = ⟨u, dx⟩ and ⟨conv(x, v), dy⟩ = ⟨v, dKernel⟩ for any u and v.
    for name in ["first", "second"] {
      let u = numbers("u \(name)", x.shape)
      let v = numbers("v \(name)", kernel.shape)
      let left = dot(Reference.convolution(layer, u, kernel: kernel), dy)
      #expect(abs(left - dot(u, dx)) <= 1e-4 * max(1, abs(left)))
      let other = dot(Reference.convolution(layer, x, kernel: v), dy)
      let accumulated = dot(v, dKernel) - 0.5 * v.values.reduce(0) { $0 + Double($1) }
      #expect(abs(other - accumulated) <= 1e-4 * max(1, abs(other)))
    }
  }

  /// F(4×4, 3×3) multiplies numbers of up to 100 times the input's size, which costs it a digit.
  @Test(arguments: [[3, 7, 9], [70, 8, 8], [2, 16, 20]])
  func winogradsFilteringEqualsThePatchesInEveryNumber(size: [Int]) {
    let layer = Convolution(kernel: (3, 3), inputs: 19, outputs: 37)
    let x = numbers("x", size + [19])
    #expect(layer.usesWinograd(x.shape))
    let kernel = numbers("kernel", layer.kernelShape)
    let dy = numbers("dy", layer.outputShape(x.shape))
    expectClose(layer.winogradForward(x, kernel: kernel), layer.patchForward(x, kernel: kernel), within: 2e-5, "y")
    expectClose(
      layer.winogradInputGradient(kernel: kernel, dy: dy),
      layer.patchInputGradient(x.shape, kernel: kernel, dy: dy), within: 2e-5, "dx")
    let (fast, slow) = (Tensor(kernel.shape, repeating: 0.5), Tensor(kernel.shape, repeating: 0.5))
    layer.addWinogradKernelGradient(x, dy: dy, to: fast)
    layer.addPatchKernelGradient(x, dy: dy, to: slow)
    expectClose(fast, slow, within: 2e-5, "kernel gradient")
  }

  @Test func aBatchOfTwiceTheSameImagesGivesTwiceTheKernelsGradient() throws {
    let layer = Convolution(kernel: (3, 3), inputs: 16, outputs: 16)
    let one = numbers("x", [40, 8, 8, 16])
    let dyOne = numbers("dy", [40, 8, 8, 16])
    let (single, double) = (Tensor(layer.kernelShape), Tensor(layer.kernelShape))
    layer.addWinogradKernelGradient(one, dy: dyOne, to: single)
    layer.addWinogradKernelGradient(
      Tensor([80, 8, 8, 16], one.values + one.values), dy: Tensor([80, 8, 8, 16], dyOne.values + dyOne.values),
      to: double)
    expectClose(double, Tensor(single.shape, single.values.map { 2 * $0 }), within: 1e-5)
  }

  private func dot(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
