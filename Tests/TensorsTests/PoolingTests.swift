import TestSupport
import Testing

@testable import Tensors

/// Pooling and joining against definitions spelled out pixel by pixel.
@Suite struct PoolingTests {
  private static let shapes = [[1, 3, 3, 1], [2, 7, 4, 5], [1, 8, 9, 17], [2, 35, 33, 3]]

  private func numbers(_ shape: [Int]) -> Tensor {
    Tensor(shape, (0..<shape.reduce(1, *)).map { Float(($0 * 7919 + 13) % 101) / 101 - 0.7 })
  }

  @Test(arguments: shapes, processorLevels) func maximumOf3x3WithStride2(shape: [Int], level: Int32) {
    let x = numbers(shape)
    let (b, h, w, c) = (shape[0], shape[1], shape[2], shape[3])
    let (values, y) = (x.values, atLevel(level) { MaxPool3x3.forward(x) })
    #expect(y.shape == [b, (h - 1) / 2, (w - 1) / 2, c])
    var expected: [Float] = []
    for image in 0..<b {
      for row in 0..<(h - 1) / 2 {
        for column in 0..<(w - 1) / 2 {
          for channel in 0..<c {
            let window = (0..<9).map {
              values[((image * h + 2 * row + $0 / 3) * w + 2 * column + $0 % 3) * c + channel]
            }
            expected.append(window.max()!)
          }
        }
      }
    }
    #expect(y.values == expected)
  }

  @Test(arguments: shapes + [[1, 1, 1, 2], [1, 2, 1, 3]], processorLevels)
  func meanOf3x3CountsThePixelsThereAre(shape: [Int], level: Int32) {
    let x = numbers(shape)
    let (h, w, c) = (shape[1], shape[2], shape[3])
    let (values, y) = (x.values, atLevel(level) { AveragePool3x3.forward(x) })
    #expect(y.shape == shape)
    for (index, found) in y.values.enumerated() {
      let (channel, column, row, image) = (index % c, index / c % w, index / c / w % h, index / c / w / h)
      var window: [Float] = []
      for i in max(0, row - 1)...min(h - 1, row + 1) {
        for j in max(0, column - 1)...min(w - 1, column + 1) {
          window.append(values[((image * h + i) * w + j) * c + channel])
        }
      }
      #expect(abs(found - window.reduce(0, +) / Float(window.count)) < 1e-6)
    }
  }

  @Test(arguments: processorLevels) func channelsAreJoinedInOrder(level: Int32) {
    let parts = [numbers([2, 3, 2, 3]), numbers([2, 3, 2, 1]), numbers([2, 3, 2, 4])]
    let joined = Tensor([2, 3, 2, 8])
    for (part, first) in zip(parts, [0, 3, 4]) {
      atLevel(level) { ChannelSlice(joined, channels: first..<first + part.shape[3]).copy(from: part) }
    }
    let expected = (0..<12).flatMap { row in
      parts.flatMap { part in part.values[row * part.shape[3]..<(row + 1) * part.shape[3]] }
    }
    #expect(joined.values == expected)
  }

  @Test(arguments: processorLevels, [3, 37])
  func averagePoolingHalvesAndItsGradientIsTheTranspose(level: Int32, channels: Int) {
    let (height, width) = (4, 6)
    let x = numbers([2, height, width, channels])
    let y = atLevel(level) { AveragePool2x2.forward(x) }
    #expect(y.shape == [2, 2, 3, channels])
    // The place in y, and with it the window, of each number of x.
    let places = (0..<x.count).map { index in
      let (channel, column, row) = (index % channels, index / channels % width, index / channels / width)
      return (row / 2 * (width / 2) + column / 2) * channels + channel
    }
    var means = [Double](repeating: 0, count: y.count)
    for (index, place) in places.enumerated() { means[place] += Double(x.pointer[index]) / 4 }
    expectClose(y, means, within: 1e-6)
    let dy = numbers(y.shape)
    let dx = atLevel(level) { AveragePool2x2.backward(dy: dy) }
    #expect(dx.shape == x.shape && dx.values == places.map { dy.pointer[$0] / 4 })
  }
}
