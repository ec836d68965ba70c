import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("What two distributions, and two maps, have in common") struct MirrorLossTests {
  /// ln softmax of one row.
  private static func logs(_ logits: ArraySlice<Double>) -> [Double] {
    let sum = log(logits.reduce(0) { $0 + exp($1) })
    return logits.map { $0 - sum }
  }

  /// Σ over pairs of rows of ½ (KL(p ‖ q) + KL(q ‖ p)), by the definition.
  private static func divergence(_ logits: [Double], _ classes: Int, _ pairs: [(Int, Int)]) -> Double {
    pairs.reduce(0) { sum, pair in
      let (p, q) = (
        logs(logits[pair.0 * classes..<(pair.0 + 1) * classes]), logs(logits[pair.1 * classes..<(pair.1 + 1) * classes])
      )
      return sum + zip(p, q).reduce(0) { $0 + (exp($1.0) * ($1.0 - $1.1) + exp($1.1) * ($1.1 - $1.0)) / 2 }
    }
  }

  @Test("the mutual divergence and its gradient are those of the definition, number by number") func divergence() {
    let (classes, pairs) = (7, [(0, 3), (4, 1)])
    let logits = Tensor([5, classes], numbers("logits", [5, classes]).values.map { $0 * 3 })
    let result = MutualDivergence.forwardBackward(logits: logits, pairs: pairs, scale: 0.7)
    #expect(abs(result.sum - Self.divergence(logits.doubles, classes, pairs)) < 1e-5)
    let expected = Reference.gradient(at: logits.doubles) { 0.7 * Self.divergence($0, classes, pairs) }
    let inOrder = pairs.flatMap { [$0.0, $0.1] }.flatMap { expected[$0 * classes..<($0 + 1) * classes] }
    expectClose(result.gradients, inOrder, within: 1e-6, "gradient")
    // Of a row with itself there is none, and none of no rows.
    let same = MutualDivergence.forwardBackward(logits: logits, pairs: [(2, 2)], scale: 1)
    #expect(same.sum == 0 && same.gradients.values.allSatisfy { $0 == 0 })
    let none = MutualDivergence.forwardBackward(logits: logits, pairs: [], scale: 1)
    #expect(none.sum == 0 && none.gradients.shape == [0, classes])
  }

  private static func correlation(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    let (x, y) = (a.map { $0 - a.reduce(0, +) / Double(a.count) }, b.map { $0 - b.reduce(0, +) / Double(b.count) })
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
  }

  @Test("the correlation of maps and its gradients are those of the definition, number by number") func correlation() {
    let maps = numbers("maps", [2, 12])
    let gradients = Tensor([2, 12], repeating: 2)
    func add(scale: Float, _ toFirst: Bool, _ toSecond: Bool) -> Double {
      MapCorrelation.addGradients(
        maps.pointer, maps.pointer + 12, 12, scale: scale, to: toFirst ? gradients.pointer : nil,
        toSecond ? gradients.pointer + 12 : nil)
    }
    func ofDefinition(_ numbers: [Double]) -> Double { Self.correlation(numbers[..<12], numbers[12...]) }
    #expect(abs(add(scale: -0.3, true, true) - ofDefinition(maps.doubles)) < 1e-6)
    let expected = Reference.gradient(at: maps.doubles, of: ofDefinition).map { 2 - 0.3 * $0 }
    expectClose(gradients, expected, within: 1e-6, "gradient")
    let before = gradients.values
    _ = add(scale: 1, false, true)
    #expect(Array(gradients.values[..<12]) == Array(before[..<12]) && gradients.values[12...] != before[12...])
  }

  @Test("an even map is like no other, and its gradient is finite") func evenMap() {
    let (even, other, gradient) = (Tensor([9], repeating: 1 / 9), numbers("other", [9]), Tensor([9]))
    let correlation = MapCorrelation.addGradients(even.pointer, other.pointer, 9, scale: 1, to: gradient.pointer, nil)
    #expect(abs(correlation) < 1e-3 && gradient.values.allSatisfy(\.isFinite))
  }

  @Test("a map is flipped row by row") func flip() {
    let (map, flipped) = (Tensor([6], [1, 2, 3, 4, 5, 6]), Tensor([6]))
    MapCorrelation.flip(map.pointer, 6, columns: 3, into: flipped.pointer)
    #expect(flipped.values == [3, 2, 1, 6, 5, 4])
  }
}

@Suite("Attention that does without some regions") struct KeptRegionsTests {
  private let width = 4
  private let regions = 6
  private let images = [0..<3, 3..<5]
  private let kept: [Float] = [1, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0]

  /// Weights and context by the definition, from queries followed by regions.
  private func forward(_ numbers: [Double]) -> (weights: [Double], context: [Double]) {
    let keys = numbers[5 * width..<numbers.count].map(\.self)
    var (weights, context) = ([Double](), [Double]())
    for (image, rows) in images.enumerated() {
      for row in rows {
        let scores = (0..<regions).map { region in
          (0..<width).reduce(0.0) { $0 + numbers[row * width + $1] * keys[(image * regions + region) * width + $1] }
        }
        let powers = scores.enumerated().map { kept[image * regions + $0] == 0 ? 0 : exp($1) }
        let map = powers.map { $0 / powers.reduce(0, +) }
        weights += map
        context += (0..<width).map { column in
          (0..<regions).reduce(0.0) { $0 + map[$1] * keys[(image * regions + $1) * width + column] }
        }
      }
    }
    return (weights, context)
  }

  @Test("weights, context and gradients are those of attention over the others, with entropy and maps in the loss")
  func leavingOut() {
    let (queries, cells) = (numbers("queries", [5, width]), numbers("cells", [2, regions, width]))
    let mask = Tensor([2, regions], kept)
    let (context, weights) = Attention.forward(queries: queries, images: images, regions: cells, kept: mask)
    let all = queries.doubles + cells.doubles
    let expected = forward(all)
    expectClose(weights, expected.weights, within: 1e-6, "weights")
    expectClose(context, expected.context, within: 1e-6, "context")
    for (index, weight) in weights.values.enumerated() {
      #expect((weight == 0) == (kept[(index < 3 * regions ? 0 : regions) + index % regions] == 0))
    }
    let (dContext, dWeights) = (numbers("dContext", [5, width]), numbers("dWeights", [5, regions]))
    let entropyWeights = numbers("entropy", [5])
    func loss(_ numbers: [Double]) -> Double {
      let (weights, context) = forward(numbers)
      let entropies = (0..<5).map { row in
        weights[row * regions..<(row + 1) * regions].reduce(0.0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
      }
      return zip(context, dContext.doubles).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(weights, dWeights.doubles).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(entropies, entropyWeights.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let gradient = Reference.gradient(at: all, of: loss)
    let (dQueries, dCells) = Attention.backward(
      queries: queries, images: images, regions: cells, weights: weights, dContext: dContext, dWeights: dWeights,
      entropyWeights: entropyWeights)
    expectClose(dQueries, Array(gradient[..<queries.count]), within: 1e-5, "queries")
    expectClose(dCells, Array(gradient[queries.count...]), within: 1e-5, "regions")
  }

  @Test("with all regions kept, numbers are those without a choice, bit for bit") func all() {
    let (queries, cells) = (numbers("queries", [5, width]), numbers("cells", [2, regions, width]))
    let (plain, chosen) = (
      Attention.forward(queries: queries, images: images, regions: cells),
      Attention.forward(
        queries: queries, images: images, regions: cells, kept: Tensor([2, regions], repeating: 1))
    )
    #expect(plain.context.values == chosen.context.values && plain.weights.values == chosen.weights.values)
  }
}
