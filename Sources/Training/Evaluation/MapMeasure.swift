import Captioning

/// What is measured of the attention map of a word.
public enum MapMeasure: Int, Sendable, CaseIterable {
  /// Pearson's correlation between the map of a word and the left-right flipped map of the same word over the mirrored
  /// photo, in [−1, 1]: 1 where maps move with the picture.
  case flipCorrelation
  /// The same against another photo mirrored: what maps share whatever the picture. Not of the first photo.
  case chanceCorrelation
  /// Share of a map's mass in its four strongest regions, in (0, 1].
  case topShare
  /// Entropy of a map in bits; log₂ of the number of regions where it is uniform.
  case entropy
  /// Drop of the word's log-probability (natural logarithm) when the four strongest regions of its map are hidden.
  case topDrop
  /// The same when four regions chosen at random are.
  case randomDrop
  /// Drop of the word's log-probability when the four strongest regions are painted over in the photo; of nouns.
  case topCoverDrop
  /// The same when four regions chosen at random are.
  case randomCoverDrop
  /// Rank correlation of the map with how much the word's log-probability drops when each region is left out of attention
  /// for it alone; of nouns.
  case leftOutRank
  /// Rank correlation of the map with the drops when each region is painted over in the photo; of nouns.
  case coveredRank
  /// Areas of the word's curves, see `HidingCurve`, with regions left out of attention in the map's order; of nouns.
  case deletion
  case insertion
  /// Area of the deletion curve in a random order, which is what insertion's would be too; of nouns.
  case randomOrder
}

/// What was found about one word.
typealias MapMeasures = [MapMeasure: Double]

/// Sums that `MapFigures` are the means of, photo by photo.
struct MapTally: Sendable {
  private struct Photo {
    let index: Int
    var words = 0
    var sums = [Double](repeating: 0, count: MapMeasure.allCases.count)
    var counts = [Int](repeating: 0, count: MapMeasure.allCases.count)
  }

  private var photos: [Photo] = []

  /// - Parameter photo: which photo, from 0; they come in this order.
  mutating func add(_ word: MapMeasures, photo: Int) {
    if photos.last?.index != photo { photos.append(Photo(index: photo)) }
    let last = photos.count - 1
    photos[last].words += 1
    for (measure, value) in word {
      photos[last].sums[measure.rawValue] += value
      photos[last].counts[measure.rawValue] += 1
    }
  }

  var figures: MapFigures {
    MapFigures(words: photos.reduce(0) { $0 + $1.words }, means: means(photos.indices))
  }

  private func means(_ chosen: some Sequence<Int>) -> MapMeasures {
    var sums = [Double](repeating: 0, count: MapMeasure.allCases.count)
    var counts = [Int](repeating: 0, count: MapMeasure.allCases.count)
    for photo in chosen {
      for index in sums.indices {
        sums[index] += photos[photo].sums[index]
        counts[index] += photos[photo].counts[index]
      }
    }
    return MapMeasures(
      uniqueKeysWithValues: MapMeasure.allCases.filter { counts[$0.rawValue] > 0 }.map {
        ($0, sums[$0.rawValue] / Double(counts[$0.rawValue]))
      })
  }

  /// How often the photos are drawn anew.
  static let draws = 1000

  /// Intervals that hold the means of 95 % of sets of as many photos drawn from these with replacement (percentile
  /// bootstrap, Efron 1979). Photos are drawn, not words: those of one photo go together. Nothing of fewer than two.
  func intervals() -> [MapMeasure: ClosedRange<Double>] {
    Self.intervals(of: photos.count) { means($0) }
  }

  /// The same of how much larger the means are than another tally's, the photos that are drawn being the same in both. Of
  /// photos that only one has words of, it has those.
  func differenceIntervals(from other: MapTally) -> [MapMeasure: ClosedRange<Double>] {
    let (own, others) = (places, other.places)
    let both = Set(own.keys).union(others.keys).sorted()
    return Self.intervals(of: both.count) { chosen in
      let (mine, theirs) = (
        means(chosen.compactMap { own[both[$0]] }), other.means(chosen.compactMap { others[both[$0]] })
      )
      return mine.reduce(into: [:]) { result, measure in
        if let their = theirs[measure.key] { result[measure.key] = measure.value - their }
      }
    }
  }

  /// Where each photo stands.
  private var places: [Int: Int] {
    Dictionary(uniqueKeysWithValues: photos.enumerated().map { ($0.element.index, $0.offset) })
  }

  /// - Parameter means: over some of `count` photos, which may be there several times.
  private static func intervals(
    of count: Int, means: ([Int]) -> MapMeasures
  ) -> [MapMeasure: ClosedRange<Double>] {
    if count < 2 { return [:] }
    var random = CounterRandom(seed: 1, stream: "photos drawn anew")
    var drawn: [MapMeasure: [Double]] = [:]
    for _ in 0..<Self.draws {
      let chosen = (0..<count).map { _ in Int.random(in: 0..<count, using: &random) }
      for (measure, mean) in means(chosen) { drawn[measure, default: []].append(mean) }
    }
    return drawn.mapValues { means in
      let means = means.sorted()
      let cut = means.count / 40
      return means[cut]...means[means.count - 1 - cut]
    }
  }
}
