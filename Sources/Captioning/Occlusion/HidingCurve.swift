import Foundation

/// How likely a word is as ever more of a photo's regions are hidden, the first of an order first (deletion), or as ever
/// more are shown, the first of the order first (insertion; Petsiuk et al. 2018).
public struct HidingCurve: Sendable, Equatable {
  /// Under the softmax over all words, one for each of the shares; the first with none of the regions deleted or
  /// inserted, the last with all.
  public let probabilities: [Double]
  /// Of the regions, rising from 0 to 1.
  public let shares: [Double]

  /// The mean height of the curve, in [0, 1], by trapezoids. A good order has a small one in deletion and a large one in
  /// insertion.
  public var area: Double {
    shares.indices.dropFirst().reduce(0) { sum, step in
      let mean = (probabilities[step - 1] + probabilities[step]) / 2
      return sum + (shares[step] - shares[step - 1]) * mean
    }
  }

  /// Steps from none to all; fewer where there are fewer regions.
  public static let steps = 16

  /// How many of `regions` regions come at each step: 0 first, all last.
  static func counts(_ regions: Int) -> [Int] {
    let steps = min(Self.steps, regions)
    return (0...steps).map { ($0 * regions + steps / 2) / steps }
  }

  /// Which regions are hidden at each step of deletion.
  package static func deleting(_ order: [Int]) -> [[Int]] { counts(order.count).map { Array(order.prefix($0)) } }

  /// Which are at each step of insertion.
  package static func inserting(_ order: [Int]) -> [[Int]] { counts(order.count).map { Array(order.dropFirst($0)) } }

  /// - Parameters:
  ///   - logProbabilities: of the word, natural logarithms, one for each step.
  ///   - regions: how many there are.
  package init(logProbabilities: [Double], regions: Int) {
    let counts = Self.counts(regions)
    precondition(counts.count == logProbabilities.count, "\(logProbabilities.count) steps, expected \(counts.count)")
    probabilities = logProbabilities.map { exp($0) }
    shares = counts.map { Double($0) / Double(regions) }
  }
}
