/// Whether the places that a word's map points at matter to the word, found by hiding regions in one way.
public struct RegionRelevance: Sendable, Equatable {
  /// How much the word's log-probability falls when each region alone is hidden, in nats, row-major; below 0 where it
  /// rises.
  public let falls: [Double]
  /// Between the falls and the word's map, see `rankCorrelation`: 1 where the map puts regions in the order in which they
  /// matter.
  public let rankCorrelation: Double
  /// In the map's order, the strongest region first.
  public let deletion: HidingCurve
  public let insertion: HidingCurve

  init(falls: [Double], map: AttentionMap, deletion: HidingCurve, insertion: HidingCurve) {
    (self.falls, self.deletion, self.insertion) = (falls, deletion, insertion)
    rankCorrelation = Captioning.rankCorrelation(map.values.map(Double.init), falls)
  }

  /// The falls as a map: those above 0, brought to a sum of 1; even where there are none.
  /// - Parameter map: of the same size.
  public func occlusionMap(like map: AttentionMap) -> AttentionMap { .occlusion(falls, like: map) }
}

/// A word of a caption with what hiding regions does to it.
public struct WordRelevance: Sendable, Equatable {
  /// With its map and its probability while nothing is hidden.
  public let word: CaptionWord
  /// Natural logarithm, under the softmax over all words.
  public let logProbability: Double
  /// Regions left out of attention for this word alone.
  public let leftOut: RegionRelevance
  /// Regions painted over in the photo, which is encoded anew; nil where that was not asked for.
  public let covered: RegionRelevance?
}

extension AttentionMap {
  /// Falls of a log-probability as a map: those above 0, brought to a sum of 1; even where there are none.
  /// - Parameters:
  ///   - falls: when each region is hidden, row-major.
  ///   - map: of the same size.
  static func occlusion(_ falls: [Double], like map: AttentionMap) -> AttentionMap {
    let sum = falls.reduce(0) { $0 + max(0, $1) }
    return AttentionMap(
      rows: map.rows, columns: map.columns,
      values: falls.map { sum > 0 ? Float(max(0, $0) / sum) : map.evenShare })
  }

  /// The regions, strongest first; of equals the first ones first.
  package var order: [Int] { strongest(values.count) }
}
