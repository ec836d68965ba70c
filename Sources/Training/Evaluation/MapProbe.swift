import Captioning
import Tensors

/// What a network makes of the captions of one photo, and of the same captions over others. Words are ranges of a
/// caption's tokens.
struct MapProbe<Decoder: CaptionDecoding> {
  private typealias Forced = TeacherForcing<Decoder.Context>

  private let decoder: Decoder
  private let sentences: [[Int]]
  private let features: FeatureMap
  private let whole: Forced
  private let mirrored: Forced
  private let before: Forced?

  /// - Parameter before: the photo before, mirrored.
  init(
    _ decoder: Decoder, whole: FeatureMap, mirrored: FeatureMap, before: FeatureMap?, _ sentences: [[Int]],
    maps: MapChoice
  ) {
    (self.decoder, self.sentences, features) = (decoder, sentences, whole)
    self.whole = Forced(decoder.prepare(whole), sentences, maps: maps)
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
  ///   - random: regions hidden beside the strongest.
  ///   - covered: see `MapStudy.add`.
  func figures(
    _ sentence: Int, _ word: Range<Int>, _ map: AttentionMap, random: [Int], covered: (([Int]) throws -> FeatureMap)?
  ) throws -> MapTally.Word {
    let top = map.values.withUnsafeBufferPointer { Sampler.largest(MapStudy.regionCount, of: $0) }
    func likeness(_ other: Forced) -> Double {
      correlation(map.values, flipped(self.map(other, sentence, word)))
    }
    let coverDrops = try covered.map {
      (drop(sentence, word, covering: try $0(top)), drop(sentence, word, covering: try $0(random)))
    }
    return MapTally.Word(
      flipCorrelation: likeness(mirrored), chanceCorrelation: before.map(likeness),
      topShare: top.reduce(0) { $0 + Double(map.values[$1]) }, entropy: map.entropy,
      topDrop: drop(sentence, word, hiding: top), randomDrop: drop(sentence, word, hiding: random),
      coverDrops: coverDrops)
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
