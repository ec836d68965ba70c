import TestSupport
import Testing

@testable import Tensors

@Suite struct PreparedConvolutionTests {
  struct Case: CustomTestStringConvertible {
    let kernel: (Int, Int)
    let inputs: Int
    let outputs: Int
    var stride = 1
    var padding = Convolution.Padding.same
    let size: [Int]
    let method: PreparedConvolution.Method
    var testDescription: String { "\(method) \(kernel) \(inputs)→\(outputs) /\(stride) \(padding) on \(size)" }
  }

  static let cases = [
    Case(kernel: (1, 1), inputs: 37, outputs: 48, size: [2, 9, 7], method: .product),
    Case(kernel: (1, 1), inputs: 64, outputs: 320, size: [1, 15, 15], method: .product),
    Case(kernel: (1, 1), inputs: 5, outputs: 3, size: [1, 2, 2], method: .product),
    Case(kernel: (1, 1), inputs: 24, outputs: 131, size: [1, 6, 5], method: .product),
    Case(kernel: (3, 3), inputs: 7, outputs: 33, stride: 2, padding: .valid, size: [2, 21, 19], method: .patches),
    Case(kernel: (5, 5), inputs: 6, outputs: 16, size: [1, 12, 11], method: .patches),
    Case(kernel: (7, 7), inputs: 3, outputs: 32, stride: 4, size: [1, 32, 32], method: .patches),
    Case(kernel: (3, 3), inputs: 32, outputs: 32, size: [1, 23, 22], method: .winograd3x3),
    Case(kernel: (3, 3), inputs: 19, outputs: 21, size: [3, 7, 9], method: .winograd3x3),
    Case(kernel: (3, 3), inputs: 16, outputs: 80, padding: .valid, size: [1, 35, 31], method: .winograd3x3),
    Case(kernel: (1, 7), inputs: 20, outputs: 32, size: [2, 5, 17], method: .winogradLine(axis: 1, outputs: 4)),
    Case(kernel: (7, 1), inputs: 17, outputs: 35, size: [1, 17, 6], method: .winogradLine(axis: 0, outputs: 4)),
    Case(kernel: (7, 1), inputs: 16, outputs: 16, size: [1, 9, 4], method: .winogradLine(axis: 0, outputs: 2)),
    Case(kernel: (1, 7), inputs: 33, outputs: 32, size: [1, 6, 17], method: .winogradLine(axis: 1, outputs: 6)),
    Case(kernel: (7, 1), inputs: 32, outputs: 48, size: [2, 17, 5], method: .winogradLine(axis: 0, outputs: 6)),
  ]

  @Test(arguments: cases, processorLevels) func everyMethodEqualsTheNaiveTwin(c: Case, level: Int32) {
    let layer = Convolution(
      kernel: c.kernel, inputs: c.inputs, outputs: c.outputs, stride: c.stride, padding: c.padding)
    let x = numbers("x", c.size + [c.inputs])
    let kernel = numbers("kernel", layer.kernelShape)
    let bias = numbers("bias", [c.outputs])
    let prepared = atLevel(level) {
      PreparedConvolution(layer, kernel: kernel, bias: bias, inputSize: (c.size[1], c.size[2]), method: c.method)
    }
    let plain = Reference.convolution(layer, x, kernel: kernel)
    let residual = numbers("residual", plain.shape)
    for (r, relu) in [(nil, false), (nil, true), (residual, true), (residual, false)] as [(Tensor?, Bool)] {
      let expected = plain.copy()
      for i in 0..<expected.count {
        let v = expected.pointer[i] + bias.pointer[i % c.outputs] + (r?.pointer[i] ?? 0)
        expected.pointer[i] = relu ? max(0, v) : v
      }
      expectClose(atLevel(level) { prepared(x, residual: r, relu: relu) }, expected, within: 2e-5, "\(relu)")
    }
  }

  /// A concatenation costs nothing: branches write next to each other and touch nothing else.
  @Test(arguments: cases) func writesOnlyItsSlice(c: Case) {
    let layer = Convolution(
      kernel: c.kernel, inputs: c.inputs, outputs: c.outputs, stride: c.stride, padding: c.padding)
    let x = numbers("x", c.size + [c.inputs])
    let prepared = PreparedConvolution(
      layer, kernel: numbers("kernel", layer.kernelShape), bias: numbers("bias", [c.outputs]),
      inputSize: (c.size[1], c.size[2]), method: c.method)
    let alone = prepared(x, relu: true)
    let total = c.outputs + 13
    let wide = Tensor(Array(alone.shape.prefix(3)) + [total], repeating: -7)
    prepared(x, relu: true, into: ChannelSlice(wide, channels: 5..<5 + c.outputs))
    for (index, value) in wide.values.enumerated() {
      let channel = index % total
      let expected = (5..<5 + c.outputs).contains(channel) ? alone.pointer[index / total * c.outputs + channel - 5] : -7
      if value != expected {
        Issue.record("[\(index)]: \(value), expected \(expected)")
        return
      }
    }
  }

  @Test func theChoiceOfMethodFollowsTheSize() {
    func method(_ kernel: (Int, Int), stride: Int = 1, _ size: Int) -> PreparedConvolution.Method {
      let layer = Convolution(kernel: kernel, inputs: 32, outputs: 32, stride: stride)
      return PreparedConvolution(
        layer, kernel: Tensor(layer.kernelShape), bias: Tensor([32]), inputSize: (size, size)
      ).method
    }
    #expect(method((1, 1), 8) == .product)
    #expect(method((3, 3), 35) == .winograd3x3)
    #expect(method((3, 3), 8) == .patches)
    #expect(method((3, 3), stride: 2, 35) == .patches)
    #expect(method((1, 7), 17) == .winogradLine(axis: 1, outputs: 6))
    #expect(method((7, 1), 17) == .winogradLine(axis: 0, outputs: 6))
  }

  @Test(arguments: [(2, 3), (4, 3), (2, 7), (4, 7), (6, 7)]) func minimalFiltersEqualCorrelation(
    outputs: Int, taps: Int
  ) {
    let filter = MinimalFilter(outputs: outputs, taps: taps)
    let n = filter.points
    let d = numbers("d", [n]).values.map(Double.init)
    let g = numbers("g", [taps]).values.map(Double.init)
    let products = (0..<n).map { i in
      let left = (0..<taps).reduce(0.0) { $0 + filter.kernelMatrix[i * taps + $1] * g[$1] }
      let right = (0..<n).reduce(0.0) { $0 + Double(filter.inputMatrix[i * n + $1]) * d[$1] }
      return left * right
    }
    for i in 0..<outputs {
      let y = (0..<n).reduce(0.0) { $0 + Double(filter.outputMatrix[i * n + $1]) * products[$1] }
      let expected = (0..<taps).reduce(0.0) { $0 + g[$1] * d[i + $1] }
      #expect(abs(y - expected) < 1e-10)
    }
  }
}
