/// What the attention maps of some words have in common. Means are over the words, each of which counts once.
public struct MapFigures: Sendable, Equatable {
  /// How many words were looked at.
  public let words: Int
  /// Of what was measured of any word.
  public let means: [MapMeasure: Double]

  public var flipCorrelation: Double? { means[.flipCorrelation] }
  public var chanceCorrelation: Double? { means[.chanceCorrelation] }
  public var topShare: Double? { means[.topShare] }
  public var entropy: Double? { means[.entropy] }
  public var topDrop: Double? { means[.topDrop] }
  public var randomDrop: Double? { means[.randomDrop] }
  public var topCoverDrop: Double? { means[.topCoverDrop] }
  public var randomCoverDrop: Double? { means[.randomCoverDrop] }
}

/// Pearson's correlation of two lists of one length; 0 where either is constant, since it then tells nothing.
func correlation(_ x: [Float], _ y: [Float]) -> Double {
  precondition(x.count == y.count && !x.isEmpty, "\(x.count) numbers cannot be compared with \(y.count)")
  func mean(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) } / Double(values.count) }
  let (meanX, meanY) = (mean(x), mean(y))
  var (products, squaresX, squaresY) = (0.0, 0.0, 0.0)
  for (a, b) in zip(x, y) {
    let (dx, dy) = (Double(a) - meanX, Double(b) - meanY)
    products += dx * dy
    squaresX += dx * dx
    squaresY += dy * dy
  }
  let scale = (squaresX * squaresY).squareRoot()
  return scale == 0 ? 0 : products / scale
}
