import TestSupport
import Testing

@testable import Tensors

@Suite struct RegionResamplingTests {
  private static let sizes = [
    [7, 7, 7, 7], [7, 7, 8, 8], [10, 10, 8, 8], [11, 9, 4, 8], [3, 2, 1, 1], [1, 1, 2, 3],
  ]

  private func numbers(_ shape: [Int]) -> Tensor {
    Tensor(shape, (0..<shape.reduce(1, *)).map { Float(($0 * 7919 + 13) % 101) / 101 - 0.4 })
  }

  /// What a region of the output takes of a place along an axis: the triangle around its centre, at the edges what lies
  /// outside too.
  private func share(_ target: Int, of targets: Int, from source: Int, of sources: Int) -> Double {
    let centre = (Double(target) + 0.5) * Double(sources) / Double(targets) - 0.5
    return (-1...sources).filter { min(max($0, 0), sources - 1) == source }.reduce(0) {
      $0 + max(0, 1 - abs(Double($1) - centre))
    }
  }

  @Test("every region is the mean of its neighbours that the definition says", arguments: sizes)
  func forward(sizes: [Int]) {
    let (h, w, rows, columns, c) = (sizes[0], sizes[1], sizes[2], sizes[3], 3)
    let x = numbers([2, h, w, c])
    let y = RegionResampling(from: (h, w), to: (rows, columns)).forward(x)
    #expect(y.shape == [2, rows, columns, c])
    for (index, found) in y.values.enumerated() {
      let (channel, column, row) = (index % c, index / c % columns, index / c / columns % rows)
      let photo = index / c / columns / rows
      var expected = 0.0
      for i in 0..<h {
        for j in 0..<w {
          let share = share(row, of: rows, from: i, of: h) * share(column, of: columns, from: j, of: w)
          expected += share * Double(x.pointer[((photo * h + i) * w + j) * c + channel])
        }
      }
      #expect(abs(Double(found) - expected) < 2e-6)
    }
    if (h, w) == (rows, columns) { #expect(y.values == x.values) }
  }

  /// ⟨forward(x), dy⟩ = ⟨x, backward(dy)⟩ for every x is what makes the one the other's way back.
  @Test("the way back is the transpose of the way there", arguments: sizes) func backward(sizes: [Int]) {
    let (h, w, rows, columns) = (sizes[0], sizes[1], sizes[2], sizes[3])
    let resampling = RegionResampling(from: (h, w), to: (rows, columns))
    let dy = numbers([2, rows, columns, 2])
    let dx = resampling.backward(dy: dy)
    #expect(dx.shape == [2, h, w, 2])
    for index in 0..<dx.count {
      let one = Tensor([2, h, w, 2])
      one.pointer[index] = 1
      let expected = zip(resampling.forward(one).values, dy.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(Double(dx.pointer[index]) - expected) < 2e-6)
    }
  }
}
