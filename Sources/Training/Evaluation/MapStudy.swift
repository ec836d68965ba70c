import Captioning
import Foundation
import Raster
import Tensors

/// Asks whether attention maps mean something, over photos with human captions.
///
/// The network is shown a photo and fed each of its human captions; the map of a word is where it looks when it comes to
/// it (the mean over the word's tokens). Unknown words and the ends of captions are passed over. For each word:
/// - Does its map move with the picture? The photo is mirrored, and the map of the same word of the same caption, flipped
///   back, is correlated with the first; beside it, that over the photo added before this one, mirrored.
/// - Is it sharp? The share of its four strongest regions, and its entropy in bits.
/// - Does it matter? Four regions are hidden, and the drop of the word's log-probability is taken: the four strongest of
///   the map, and four at random. A hidden region has the mean of the encoder's features over all regions in place of its
///   own. Attention is then computed anew, so that it sums to 1 again, and may rest on hidden regions. They are hidden
///   from the steps that write the word only: the tokens before it were read with the whole photo in view.
/// - Does the place matter? For nouns, the same regions are painted over in the photo, and the caption up to the word is
///   fed anew over what is left. Features tell of more than the part of the photo they stand for; this hides the part.
/// - Is the order right? For nouns, the map is compared with the drops when each region alone is left out of attention or
///   painted over, and regions are left out of attention one after another, in the map's order and a random one.
public struct MapStudy {
  /// Regions hidden, and regions whose share is taken.
  public static let regionCount = 4

  private let decoder: any CaptionDecoding
  private let text: any TextCoding
  private let size: (rows: Int, columns: Int)
  private let nouns: Set<String>
  /// Which maps are asked about.
  public let maps: MapChoice
  /// What the encoder made of the photo before, mirrored.
  private var previous: FeatureMap?
  private var tally = MapTally()
  private var nounTally = MapTally()
  private var tallies: [String: MapTally] = [:]
  private var sumOfMaps: [Double]
  /// Photos added.
  public private(set) var photoCount = 0

  /// - Parameters:
  ///   - captioner: whose maps are measured.
  ///   - nouns: words told of on their own as well; those the network does not know are never met.
  ///   - maps: which of its maps.
  /// - Throws: `CaptioningError.badOption` where the network's feature map has fewer than four regions.
  public init(
    _ captioner: Captioner, nouns: [String] = [], maps: MapChoice = MapChoice()
  ) throws(CaptioningError) {
    if let problem = captioner.problem(with: maps) { throw .badOption(problem) }
    let encoder = captioner.description.encoder
    guard encoder.rows * encoder.columns >= Self.regionCount else {
      throw .badOption("feature map: \(encoder.rows)×\(encoder.columns) regions, expected at least \(Self.regionCount)")
    }
    self.init(
      decoder: captioner.decoder, text: captioner.text, size: (encoder.rows, encoder.columns), nouns: nouns,
      maps: maps)
  }

  init(
    decoder: any CaptionDecoding, text: any TextCoding, size: (rows: Int, columns: Int), nouns: [String] = [],
    maps: MapChoice = MapChoice()
  ) {
    (self.decoder, self.text, self.size, self.nouns, self.maps) = (decoder, text, size, Set(nouns), maps)
    sumOfMaps = [Double](repeating: 0, count: size.rows * size.columns)
  }

  /// Where the means over all words, and over nouns, lie in 95 % of sets of as many photos; see `MapTally`.
  public var intervals: (all: [MapMeasure: ClosedRange<Double>], nouns: [MapMeasure: ClosedRange<Double>]) {
    (tally.intervals(), nounTally.intervals())
  }

  /// Where the means of this study less those of another lie in 95 % of sets of as many photos, both having been given the
  /// same photos.
  public func differenceIntervals(
    from other: MapStudy
  ) -> (all: [MapMeasure: ClosedRange<Double>], nouns: [MapMeasure: ClosedRange<Double>]) {
    (tally.differenceIntervals(from: other.tally), nounTally.differenceIntervals(from: other.nounTally))
  }

  /// Over all words.
  public var all: MapFigures { tally.figures }
  /// Over the words that are among the nouns.
  public var ofNouns: MapFigures { nounTally.figures }
  /// Over each noun that was met, most often first.
  public var byNoun: [(noun: String, figures: MapFigures)] {
    tallies.map { ($0, $1.figures) }.sorted { ($1.figures.words, $0.noun) < ($0.figures.words, $1.noun) }
  }

  /// What `topShare` and `entropy` are where a map is uniform.
  public var uniform: (topShare: Double, entropy: Double) {
    let regions = Double(size.rows * size.columns)
    return (Double(Self.regionCount) / regions, log2(regions))
  }

  /// The mean map over all words; nil without words.
  public var meanMap: AttentionMap? {
    let words = Double(tally.figures.words)
    if words == 0 { return nil }
    return AttentionMap(rows: size.rows, columns: size.columns, values: sumOfMaps.map { Float($0 / words) })
  }

  /// Adds a photo.
  /// - Parameters:
  ///   - photo: upright, of any size.
  ///   - captions: what people said of it.
  ///   - captioner: the one the study is of.
  ///   - isCancelled: asked between layers; when true the call throws `CancellationError`.
  public mutating func add(
    _ photo: PixelImage, captions: [String], with captioner: Captioner, isCancelled: () -> Bool = { false }
  ) throws {
    var one = [self]
    try Self.add(photo, captions: captions, to: &one, with: captioner, isCancelled: isCancelled)
    self = one[0]
  }

  /// Adds a photo to studies of several kinds of maps; the network looks at it once.
  public static func add(
    _ photo: PixelImage, captions: [String], to studies: inout [MapStudy], with captioner: Captioner,
    isCancelled: () -> Bool = { false }
  ) throws {
    let whole = try captioner.encode(photo, isCancelled: isCancelled).features
    let mirrored = try captioner.encode(photo, mirrored: true, isCancelled: isCancelled).features
    // All of them or, where it is cancelled, none.
    var added = studies
    try withoutActuallyEscaping(isCancelled) { isCancelled in
      guard let first = added.first else { return }
      let cover: ([Int]) throws -> FeatureMap = { regions in
        let covered = photo.covering(regions, rows: first.size.rows, columns: first.size.columns)
        return try captioner.encode(covered, isCancelled: isCancelled).features
      }
      // The sentences and the decoder are the same for all.
      let tokens = first.coveredTokens(first.sentences(captions), covered: cover)
      for index in added.indices {
        try added[index].add(
          whole: whole, mirrored: mirrored, captions: captions, covered: cover, coveredTokens: tokens)
      }
    }
    studies = added
  }

  /// Adds a photo by what the encoder makes of it and of its mirror image.
  /// - Parameters:
  ///   - covered: the same of the photo with some regions painted over; nil where there is no photo.
  ///   - coveredTokens: of the captions; nil has them made where they are needed.
  mutating func add(
    whole: FeatureMap, mirrored: FeatureMap, captions: [String], covered: (([Int]) throws -> FeatureMap)? = nil,
    coveredTokens: CoveredTokens? = nil
  ) throws {
    let sentences = sentences(captions)
    let tokens = coveredTokens ?? covered.map { self.coveredTokens(sentences, covered: $0) }
    try add(decoder, sentences, whole, mirrored, covered, tokens)
    (previous, photoCount) = (mirrored, photoCount + 1)
  }

  private func sentences(_ captions: [String]) -> [[Int]] {
    let longest = DecodingSettings.longestCaption * text.tokensPerWord + 1
    return captions.map { Array(text.tokens($0).prefix(longest)) }
  }

  private func coveredTokens(
    _ sentences: [[Int]], covered: @escaping ([Int]) throws -> FeatureMap
  ) -> CoveredTokens {
    CoveredTokens(decoder, sentences, regions: size.rows * size.columns, covered: covered)
  }

  private mutating func add(
    _ decoder: some CaptionDecoding, _ sentences: [[Int]], _ whole: FeatureMap, _ mirrored: FeatureMap,
    _ covered: (([Int]) throws -> FeatureMap)?, _ coveredTokens: CoveredTokens?
  ) throws {
    let probe = MapProbe(decoder, whole: whole, mirrored: mirrored, before: previous, sentences, maps: maps)
    var random = CounterRandom(seed: 1, stream: "cells hidden of photo \(photoCount)")
    for (sentence, tokens) in sentences.enumerated() {
      for range in words(tokens) {
        let (word, map) = (text.word(tokens[range]), probe.map(sentence, range))
        let order = map.values.indices.shuffled(using: &random)
        let isNoun = nouns.contains(word)
        var measures = try probe.measures(sentence, range, map, random: order, covered: isNoun ? covered : nil)
        if isNoun {
          let covered = try coveredTokens?.logProbabilities(sentence, range)
          measures.merge(probe.orderMeasures(sentence, range, map, random: order, covered: covered)) { $1 }
        }
        add(measures, of: word)
        for (region, share) in map.values.enumerated() { sumOfMaps[region] += Double(share) }
      }
    }
  }

  /// Where a caption's known words are among its tokens.
  private func words(_ tokens: [Int]) -> [Range<Int>] {
    let first = text.startTokens.count
    let inner = Array(tokens.dropFirst(first).prefix { $0 != text.endToken })
    return text.wordRanges(inner).map { $0.lowerBound + first..<$0.upperBound + first }
      .filter { !tokens[$0].contains(where: text.isUnknown) }
  }

  private mutating func add(_ measures: MapMeasures, of word: String) {
    tally.add(measures, photo: photoCount)
    guard nouns.contains(word) else { return }
    nounTally.add(measures, photo: photoCount)
    tallies[word, default: MapTally()].add(measures, photo: photoCount)
  }
}
