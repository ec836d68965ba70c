import TestSupport
import Testing

@testable import Tensors

@Suite struct DepthwiseConvolutionTests {
  /// Odd shapes first: fewer pixels than taps, channels that are no whole vector, both strides, images side by side.
  private static let cases: [(size: [Int], kernel: Int, stride: Int)] = [
    ([1, 1, 1, 1], 3, 1), ([1, 2, 3, 5], 5, 2), ([2, 7, 9, 17], 3, 1), ([1, 8, 6, 33], 3, 2), ([2, 9, 8, 16], 5, 1),
    ([1, 12, 10, 48], 5, 2), ([1, 6, 11, 20], 7, 1), ([1, 5, 4, 16], 1, 1), ([1, 6, 6, 16], 2, 2),
  ]

  @Test("every filter sees its own channel alone, as the naive twin has it", arguments: processorLevels)
  func naiveTwin(level: Int32) {
    for (size, side, stride) in Self.cases {
      let channels = size[3]
      let x = numbers("x", size)
      let kernel = numbers("kernel", [side, side, channels])
      let bias = numbers("bias", [channels])
      for index in 0..<channels { bias.pointer[index] *= 9 }
      let whole = Convolution(kernel: (side, side), inputs: channels, outputs: channels, stride: stride)
      let diagonal = Tensor(whole.kernelShape)
      for tap in 0..<side * side {
        for c in 0..<channels {
          diagonal.pointer[(tap * channels + c) * channels + c] = kernel.pointer[tap * channels + c]
        }
      }
      let sums = Reference.convolution(whole, x, kernel: diagonal)
      let layer = DepthwiseConvolution(kernel: kernel, bias: bias, stride: stride)
      for activation in [Activation.none, .relu, .relu6] {
        let expected = sums.doubles.enumerated().map { index, sum in
          let value = sum + Double(bias.pointer[index % channels])
          return activation == .none ? value : min(max(0, value), activation == .relu6 ? 6 : .infinity)
        }
        let y = atLevel(level) { layer(x, activation: activation) }
        #expect(y.shape == sums.shape)
        expectClose(y, expected, within: 1e-6, "\(size), \(side)×\(side) / \(stride), \(activation)")
      }
    }
  }

  @Test("threads change nothing") func threads() {
    let x = numbers("x", [2, 31, 29, 40])
    let layer = DepthwiseConvolution(kernel: numbers("k", [5, 5, 40]), bias: numbers("b", [40]), stride: 2)
    let alone = ThreadPool(threads: 1).use { layer(x, activation: .relu6).values }
    let together = ThreadPool(threads: 3).use { layer(x, activation: .relu6).values }
    #expect(alone == together)
  }
}
