import Captioning
import Tensors

/// What a network makes of the captions of one photo, and of the same captions over others. Words are ranges of a
/// caption's tokens.
struct MapProbe<Decoder: CaptionDecoding> {
  private typealias Forced = TeacherForcing<Decoder.Context>

  private let decoder: Decoder
  private let sentences: [[Int]]
  private let features: FeatureMap
  private let context: Decoder.Context
  private let whole: Forced
  private let mirrored: Forced
  private let before: Forced?

  /// - Parameter before: the photo before, mirrored.
  init(
    _ decoder: Decoder, whole: FeatureMap, mirrored: FeatureMap, before: FeatureMap?, _ sentences: [[Int]],
    maps: MapChoice
  ) {
    (self.decoder, self.sentences, features) = (decoder, sentences, whole)
    context = decoder.prepare(whole)
    self.whole = Forced(context, sentences, maps: maps)
    self.mirrored = Forced(decoder.prepare(mirrored), sentences, maps: maps)
    self.before = before.map { Forced(decoder.prepare($0), sentences, maps: maps) }
  }

  /// Where the network looks for a word.
  func map(_ sentence: Int, _ word: Range<Int>) -> AttentionMap { map(whole, sentence, word) }

  private func map(_ forced: Forced, _ sentence: Int, _ word: Range<Int>) -> AttentionMap {
    .mean(tokens(forced, sentence, word).map(\.attention))
  }

  /// The first token of a sentence is given, not looked for.
  private func tokens(_ forced: Forced, _ sentence: Int, _ word: Range<Int>) -> ArraySlice<Forced.Token> {
    forced.tokens[sentence][word.lowerBound - 1..<word.upperBound - 1]
  }

  /// - Parameters:
  ///   - map: the word's own.
  ///   - random: regions in a random order, the first of them hidden beside the strongest.
  ///   - covered: see `MapStudy.add`.
  func measures(
    _ sentence: Int, _ word: Range<Int>, _ map: AttentionMap, random: [Int], covered: (([Int]) throws -> FeatureMap)?
  ) throws -> MapMeasures {
    let top = map.strongest(MapStudy.regionCount)
    let some = Array(random.prefix(MapStudy.regionCount))
    func likeness(_ other: Forced) -> Double {
      correlation(map.values, flipped(self.map(other, sentence, word)))
    }
    var measures: MapMeasures = [
      .flipCorrelation: likeness(mirrored), .topShare: top.reduce(0) { $0 + Double(map.values[$1]) },
      .entropy: map.entropy, .topDrop: drop(sentence, word, hiding: top),
      .randomDrop: drop(sentence, word, hiding: some),
    ]
    measures[.chanceCorrelation] = before.map(likeness)
    if let covered {
      measures[.topCoverDrop] = drop(sentence, word, covering: try covered(top))
      measures[.randomCoverDrop] = drop(sentence, word, covering: try covered(some))
    }
    return measures
  }

  /// Whether the map's order is the one in which regions matter.
  /// - Parameters:
  ///   - random: another order.
  ///   - covered: the word's log-probability with each region painted over; nil where there is no photo.
  func orderMeasures(
    _ sentence: Int, _ word: Range<Int>, _ map: AttentionMap, random: [Int], covered: [Double]?
  ) -> MapMeasures {
    let probe = WordProbe(tokens(whole, sentence, word), in: context)
    let weights = map.values.map(Double.init)
    var measures: MapMeasures = [
      .leftOutRank: rankCorrelation(weights, probe.falls()), .deletion: probe.deletion(map.order).area,
      .insertion: probe.insertion(map.order).area, .randomOrder: probe.deletion(random).area,
    ]
    measures[.coveredRank] = covered.map { rankCorrelation(weights, $0.map { probe.logProbability - $0 }) }
    return measures
  }

  /// How much less likely the word is while some regions are hidden from it.
  private func drop(_ sentence: Int, _ word: Range<Int>, hiding hidden: [Int]) -> Double {
    let context = decoder.prepare(features.hiding(hidden))
    return tokens(whole, sentence, word).reduce(0) { $0 + $1.logProbability - $1.logProbability(in: context) }
  }

  /// How much less likely it is where the caption is fed anew over another photo.
  private func drop(_ sentence: Int, _ word: Range<Int>, covering features: FeatureMap) -> Double {
    let anew = Forced(decoder.prepare(features), [Array(sentences[sentence].prefix(word.upperBound))])
    return tokens(whole, sentence, word).reduce(0) { $0 + $1.logProbability }
      - tokens(anew, 0, word).reduce(0) { $0 + $1.logProbability }
  }
}

/// A map mirrored left to right, row by row.
private func flipped(_ map: AttentionMap) -> [Float] {
  stride(from: 0, to: map.values.count, by: map.columns).flatMap { map.values[$0..<$0 + map.columns].reversed() }
}
