import Tensors

/// What the attention maps of some words have in common. Means are over the words, each of which counts once.
public struct MapFigures: Sendable, Equatable {
  /// How many words were looked at.
  public let words: Int
  /// Mean Pearson correlation between the map of a word and the left-right flipped map of the same word over the
  /// mirrored photo, in [−1, 1]: 1 where maps move with the picture. Nil without words.
  public let flipCorrelation: Double?
  /// The same against another photo mirrored: what maps share whatever the picture. Nil without a second photo.
  public let chanceCorrelation: Double?
  /// Mean share of a map's mass in its four strongest regions, in (0, 1].
  public let topShare: Double?
  /// Mean entropy of a map in bits; log₂ of the number of regions where it is uniform.
  public let entropy: Double?
  /// Mean drop of the word's log-probability (natural logarithm) when the four strongest regions of its map are hidden.
  public let topDrop: Double?
  /// The same when four regions chosen at random are.
  public let randomDrop: Double?
  /// Mean drop of the word's log-probability when the four strongest regions are painted over in the photo. Nil where
  /// no photo was at hand, and without words that photos are covered for.
  public let topCoverDrop: Double?
  /// The same when four regions chosen at random are.
  public let randomCoverDrop: Double?
}

/// Sums that `MapFigures` are the means of.
struct MapTally: Sendable {
  /// What was found about one word.
  struct Word {
    let flipCorrelation: Double
    let chanceCorrelation: Double?
    let topShare: Double
    let entropy: Double
    let topDrop: Double
    let randomDrop: Double
    /// Nil where the photo was not covered.
    let coverDrops: (top: Double, random: Double)?
  }

  private var words = 0
  private var compared = 0
  private var flip = 0.0
  private var chance = 0.0
  private var topShare = 0.0
  private var entropy = 0.0
  private var topDrop = 0.0
  private var randomDrop = 0.0
  private var covered = 0
  private var coverDrops = (top: 0.0, random: 0.0)

  mutating func add(_ word: Word) {
    words += 1
    flip += word.flipCorrelation
    topShare += word.topShare
    entropy += word.entropy
    topDrop += word.topDrop
    randomDrop += word.randomDrop
    if let drops = word.coverDrops {
      covered += 1
      coverDrops.top += drops.top
      coverDrops.random += drops.random
    }
    guard let correlation = word.chanceCorrelation else { return }
    compared += 1
    chance += correlation
  }

  var figures: MapFigures {
    func mean(_ sum: Double, _ count: Int) -> Double? { count == 0 ? nil : sum / Double(count) }
    return MapFigures(
      words: words, flipCorrelation: mean(flip, words), chanceCorrelation: mean(chance, compared),
      topShare: mean(topShare, words), entropy: mean(entropy, words), topDrop: mean(topDrop, words),
      randomDrop: mean(randomDrop, words), topCoverDrop: mean(coverDrops.top, covered),
      randomCoverDrop: mean(coverDrops.random, covered))
  }
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
