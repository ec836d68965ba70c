import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training

@Suite("What attention maps mean, measured on networks whose every number can be worked out")
struct MapStudyTests {
  /// A decoder of width 2 whose state is always (1, 0) and whose cells are the grid's own two channels: the map is the
  /// softmax of channel 0, whatever the words.
  private struct Plain: WeightSource {
    /// Word logits from the two numbers that layer normalisation leaves, `[2, 6]`.
    static let wordKernel: [Float] = [0, 0, 0, 0.5, 2, -1, 0, 0, 0, 0.25, -1, 1]

    func kernel(_ name: String, _ shape: [Int], gain: Float) -> Tensor {
      switch name {
      case "decoder/encoder_dense/kernel": Tensor(shape, [1, 0, 0, 1])
      case "decoder/word_logits/kernel": Tensor(shape, Self.wordKernel)
      default: Tensor(shape)
      }
    }

    func constant(_ name: String, _ shape: [Int], _ value: Float) -> Tensor {
      // The update gate is shut, so that the state is the candidate: tanh(100) and tanh(0).
      name == "decoder/gru/bias"
        ? Tensor(shape, [-100, -100, 0, 0, 100, 0] + [Float](repeating: 0, count: 6)) : Tensor(shape, repeating: value)
    }
  }

  private static let words = ["", "[UNK]", "<start>", "<end>", "dog", "runs"]
  private static let (rows, columns) = (2, 4)

  private static func study(nouns: [String] = []) throws -> MapStudy {
    var weights = Plain()
    let decoder = try AttentionDecoder(
      DecoderDescription(width: 2, initialState: .zeros), vocabularySize: words.count, featureChannels: 2,
      weights: &weights)
    return MapStudy(
      decoder: decoder.prepared(), text: try Vocabulary(words: words), size: (rows, columns), nouns: nouns)
  }

  /// Cells of two channels, neither below 0: the decoder's projection leaves them as they are.
  private static func grid(_ seed: Int) -> [[Double]] {
    (0..<rows * columns).map { [2 * abs(sin(Double($0 * 7 + seed))), 2 + abs(cos(Double($0 * 3 + seed))) / 2] }
  }

  private static func features(_ cells: [[Double]]) -> FeatureMap {
    FeatureMap(regions: Tensor([1, rows, columns, 2], cells.flatMap { $0.map(Float.init) }))
  }

  private static func flipped<T>(_ cells: [T]) -> [T] {
    (0..<rows).flatMap { cells[$0 * columns..<($0 + 1) * columns].reversed() }
  }

  private static func map(_ cells: [[Double]]) -> [Double] {
    let sum = cells.reduce(0) { $0 + exp($1[0]) }
    return cells.map { exp($0[0]) / sum }
  }

  /// By the decoder's definition.
  private static func logProbability(_ token: Int, _ cells: [[Double]]) -> Double {
    let context = (0..<2).map { c in zip(map(cells), cells).reduce(0) { $0 + $1.0 * $1.1[c] } }
    let joined = [1 + context[0], context[1]]
    let mean = (joined[0] + joined[1]) / 2
    let deviation = sqrt(joined.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2 + 0.001)
    let normal = joined.map { ($0 - mean) / deviation }
    let logits = (0..<6).map { normal[0] * Double(Plain.wordKernel[$0]) + normal[1] * Double(Plain.wordKernel[6 + $0]) }
    return logits[token] - log(logits.reduce(0) { $0 + exp($1) })
  }

  private static func hiding(_ hidden: [Int], _ cells: [[Double]]) -> [[Double]] {
    let mean = (0..<2).map { c in cells.reduce(0) { $0 + $1[c] } / Double(cells.count) }
    return cells.enumerated().map { hidden.contains($0) ? mean : $1 }
  }

  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let products = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    return products / sqrt(x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) } * y.reduce(0) { $0 + ($1 - my) * ($1 - my) })
  }

  private func expect(_ value: Double?, _ expected: Double, _ what: String) throws {
    let value = try #require(value, "\(what)")
    #expect(abs(value - expected) < 1e-4, "\(what): \(value), expected \(expected)")
  }

  @Test("every figure of one word over one photo is the definition's") func oneWord() throws {
    var study = try Self.study()
    let (cells, other) = (Self.grid(1), Self.grid(2))
    try study.add(whole: Self.features(cells), mirrored: Self.features(other), captions: ["dog"])
    let map = Self.map(cells)
    let order = map.indices.sorted { map[$0] > map[$1] }
    let figures = study.all
    #expect(figures.words == 1 && figures.chanceCorrelation == nil && study.photoCount == 1)
    try expect(figures.flipCorrelation, Self.correlation(map, Self.flipped(Self.map(other))), "flip")
    try expect(figures.topShare, order.prefix(4).reduce(0) { $0 + map[$1] }, "top four")
    try expect(figures.entropy, -map.reduce(0) { $0 + $1 * log2($1) }, "entropy in bits")
    let before = Self.logProbability(4, cells)
    let top = before - Self.logProbability(4, Self.hiding(Array(order.prefix(4)), cells))
    #expect(top > 1, "a fall worth comparing")
    try expect(figures.topDrop, top, "fall of the top four")
    // Whichever four were drawn, the fall is that of one of the seventy choices.
    let falls = (0..<256).map { bits in (0..<8).filter { bits >> $0 & 1 == 1 } }.filter { $0.count == 4 }
      .map { before - Self.logProbability(4, Self.hiding($0, cells)) }
    let random = try #require(figures.randomDrop)
    #expect(falls.count == 70 && falls.contains { abs($0 - random) < 1e-4 })
    for (a, b) in zip(try #require(study.meanMap).values, map) { #expect(abs(Double(a) - b) < 1e-6) }
  }

  @Test("a map that moves with the picture correlates 1 with its mirror image; one that stays does not") func flips()
    throws
  {
    var moving = try Self.study()
    var resting = try Self.study()
    let cells = Self.grid(3)
    for _ in 0..<2 {
      try moving.add(whole: Self.features(cells), mirrored: Self.features(Self.flipped(cells)), captions: ["dog runs"])
      try resting.add(whole: Self.features(cells), mirrored: Self.features(cells), captions: ["dog runs"])
    }
    try expect(moving.all.flipCorrelation, 1, "moving")
    let stays = Self.correlation(Self.map(cells), Self.flipped(Self.map(cells)))
    #expect(stays < 0.9)
    try expect(resting.all.flipCorrelation, stays, "resting")
    #expect(moving.all.words == 4)
  }

  @Test("chance is the photo before, mirrored; the first photo has none") func chance() throws {
    var study = try Self.study()
    let photos = [Self.grid(1), Self.grid(5), Self.grid(9)]
    for photo in photos {
      try study.add(
        whole: Self.features(photo), mirrored: Self.features(Self.flipped(photo)), captions: ["dog", "runs dog"])
    }
    let maps = photos.map(Self.map)
    try expect(
      study.all.chanceCorrelation, (Self.correlation(maps[1], maps[0]) + Self.correlation(maps[2], maps[1])) / 2,
      "chance")
    for (cell, value) in try #require(study.meanMap).values.enumerated() {
      #expect(abs(Double(value) - maps.reduce(0) { $0 + $1[cell] } / 3) < 1e-6)
    }
  }

  @Test("unknown words and ends are passed over; nouns are told of on their own, the most frequent first") func nouns()
    throws
  {
    var study = try Self.study(nouns: ["runs", "dog", "zebra", "dog"])
    try study.add(
      whole: Self.features(Self.grid(1)), mirrored: Self.features(Self.grid(2)),
      captions: ["The dog, the DOG", "a zebra runs", "zebra", ""])
    #expect(study.all.words == 3 && study.ofNouns.words == 3)
    #expect(study.byNoun.map(\.noun) == ["dog", "runs"] && study.byNoun.map(\.figures.words) == [2, 1])
    let (dog, runs) = (study.byNoun[0].figures, study.byNoun[1].figures)
    let order = Self.map(Self.grid(1)).indices.sorted { Self.map(Self.grid(1))[$0] > Self.map(Self.grid(1))[$1] }
    for (figures, token) in [(dog, 4), (runs, 5)] {
      let hidden = Self.hiding(Array(order.prefix(4)), Self.grid(1))
      try expect(
        figures.topDrop, Self.logProbability(token, Self.grid(1)) - Self.logProbability(token, hidden), "\(token)")
    }
    try expect(study.all.topDrop, (2 * dog.topDrop! + runs.topDrop!) / 3, "all words")
    #expect(try Self.study().byNoun.isEmpty && Self.study().all.flipCorrelation == nil && Self.study().meanMap == nil)
  }

  @Test("value and gradient maps of one word are the definition's, and hide other regions than attention") func kinds()
    throws
  {
    let cells = Self.grid(4)
    var weights = Plain()
    let decoder = try AttentionDecoder(
      DecoderDescription(width: 2, initialState: .zeros), vocabularySize: Self.words.count, featureChannels: 2,
      weights: &weights
    ).prepared()
    let map = Self.map(cells)
    let lengths = zip(map, cells).map { $0 * ($1[0] * $1[0] + $1[1] * $1[1]).squareRoot() }
    /// The logit of "runs" when one region's weight changes.
    func logit(_ region: Int, _ change: Double) -> Double {
      var weights = map
      weights[region] += change
      let context = (0..<2).map { c in zip(weights, cells).reduce(0) { $0 + $1.0 * $1.1[c] } }
      let (a, b) = (1 + context[0], context[1])
      let deviation = ((a - b) * (a - b) / 4 + 0.001).squareRoot()
      let normal = [(a - b) / 2 / deviation, (b - a) / 2 / deviation]
      return normal[0] * Double(Plain.wordKernel[5]) + normal[1] * Double(Plain.wordKernel[11])
    }
    let gains = map.indices.map { max(0, map[$0] * (logit($0, 1e-4) - logit($0, -1e-4)) / 2e-4) }
    #expect(gains.contains { $0 > 0 })
    for (kind, wanted) in [(MapKind.value, lengths), (.gradient, gains)] {
      let forced = TeacherForcing(decoder.prepare(Self.features(cells)), [[2, 5]], maps: MapChoice(kind: kind))
      let sum = wanted.reduce(0, +)
      for (found, weight) in zip(forced.tokens[0][0].attention.values, wanted) {
        #expect(abs(Double(found) - weight / sum) < 5e-3, "\(kind): \(found), \(weight / sum)")
      }
      var study = MapStudy(
        decoder: decoder, text: try Vocabulary(words: Self.words), size: (Self.rows, Self.columns),
        maps: MapChoice(kind: kind))
      try study.add(whole: Self.features(cells), mirrored: Self.features(Self.grid(2)), captions: ["runs"])
      let order = wanted.indices.sorted { wanted[$0] > wanted[$1] }
      try expect(
        study.all.topDrop,
        Self.logProbability(5, cells) - Self.logProbability(5, Self.hiding(Array(order.prefix(4)), cells)), "\(kind)")
    }
  }

  @Test("nouns' maps are compared with what leaving out each region does, and by curves") func orders() throws {
    var study = try Self.study(nouns: ["runs"])
    let cells = Self.grid(1)
    try study.add(whole: Self.features(cells), mirrored: Self.features(Self.grid(2)), captions: ["dog runs"])
    let map = Self.map(cells)
    /// Attention that leaves out some regions is that over the others.
    func logProbability(without hidden: [Int]) -> Double {
      let kept = cells.indices.filter { !hidden.contains($0) }.map { cells[$0] }
      if kept.isEmpty {
        // Nothing is found: normalised, (1, 0) is (1, −1) / √1.004.
        let normal: Double = 0.5 / sqrt(0.251)
        let logits: [Double] = (0..<6).map { token in
          normal * (Double(Plain.wordKernel[token]) - Double(Plain.wordKernel[6 + token]))
        }
        let sum: Double = logits.map { exp($0) }.reduce(0, +)
        return logits[5] - log(sum)
      }
      return Self.logProbability(5, kept)
    }
    let whole = Self.logProbability(5, cells)
    let falls = cells.indices.map { whole - logProbability(without: [$0]) }
    func ranks(_ values: [Double]) -> [Double] { values.map { value in Double(values.count { $0 < value }) } }
    let figures = study.ofNouns
    try expect(figures.means[.leftOutRank], Self.correlation(ranks(map), ranks(falls)), "rank correlation")
    func area(_ order: [Int], inserting: Bool) -> Double {
      let heights: [Double] = (0...8).map { step in
        let hidden = inserting ? Array(order[step...]) : Array(order[..<step])
        return exp(logProbability(without: hidden))
      }
      // Eight trapezoids an eighth wide.
      let ends = (heights[0] + heights[8]) / 2
      return (heights[1..<8].reduce(0, +) + ends) / 8
    }
    let order = map.indices.sorted { map[$0] > map[$1] }
    try expect(figures.means[.deletion], area(order, inserting: false), "deletion")
    try expect(figures.means[.insertion], area(order, inserting: true), "insertion")
    #expect(figures.means[.coveredRank] == nil, "there was no photo")
    #expect(study.all.means[.deletion] == figures.means[.deletion] && study.all.words == 2 && figures.words == 1)
  }

  @Test("intervals are percentiles of means over photos drawn anew, whole photos at a time") func intervals() throws {
    var tally = MapTally()
    let words: [[Double]] = [[1, 2, 3], [10], [4, 5], [-2, 0, 7, 1]]
    for (photo, values) in words.enumerated() {
      for value in values { tally.add([.entropy: value, .topShare: 0.5], photo: photo) }
    }
    tally.add([.topShare: 0.25], photo: 9)
    #expect(tally.figures.words == 11 && tally.figures.means[.entropy] == 31.0 / 10)
    var random = CounterRandom(seed: 1, stream: "photos drawn anew")
    var means: [Double] = []
    for _ in 0..<1000 {
      let drawn = (0..<5).map { _ in Int.random(in: 0..<5, using: &random) }.flatMap { $0 == 4 ? [] : words[$0] }
      if !drawn.isEmpty { means.append(drawn.reduce(0, +) / Double(drawn.count)) }
    }
    means.sort()
    let interval = try #require(tally.intervals()[.entropy])
    #expect(abs(interval.lowerBound - means[25]) < 1e-12)
    #expect(abs(interval.upperBound - means[means.count - 26]) < 1e-12)
    #expect(tally.intervals() == tally.intervals(), "the seed is fixed")
    var one = MapTally()
    one.add([.entropy: 1], photo: 0)
    #expect(one.intervals().isEmpty)
  }

  @Test("intervals of differences are of the same photos drawn for both") func differenceIntervals() throws {
    let words: [[Double]] = [[1, 2, 3], [10], [4, 5], [-2, 0, 7, 1]]
    let shifts: [Double] = [0.5, -1, 2, 0.25]
    var (own, other) = (MapTally(), MapTally())
    for (photo, values) in words.enumerated() {
      for value in values {
        other.add([.entropy: value, .topShare: value], photo: photo)
        own.add([.entropy: value + shifts[photo], .topShare: value + 3], photo: photo)
      }
    }
    // Only one network knows a word of the last photo.
    own.add([.topDrop: 1], photo: 5)
    let intervals = own.differenceIntervals(from: other)
    var random = CounterRandom(seed: 1, stream: "photos drawn anew")
    var means: [Double] = []
    for _ in 0..<1000 {
      let drawn = (0..<5).map { _ in Int.random(in: 0..<5, using: &random) }.filter { $0 < 4 }
      let (sum, count) = drawn.reduce((0.0, 0)) {
        ($0.0 + shifts[$1] * Double(words[$1].count), $0.1 + words[$1].count)
      }
      if count > 0 { means.append(sum / Double(count)) }
    }
    means.sort()
    let interval = try #require(intervals[.entropy])
    #expect(abs(interval.lowerBound - means[means.count / 40]) < 1e-9)
    #expect(abs(interval.upperBound - means[means.count - 1 - means.count / 40]) < 1e-9)
    let constant = try #require(intervals[.topShare])
    #expect(abs(constant.lowerBound - 3) < 1e-9 && abs(constant.upperBound - 3) < 1e-9, "the photos are the same")
    #expect(intervals[.topDrop] == nil)
  }

  @Test("a constant map correlates with nothing") func constants() {
    #expect(Training.correlation([1, 1, 1], [1, 2, 3]) == 0)
    #expect(abs(Training.correlation([1, 2, 3], [5, 3, 1]) + 1) < 1e-12)
  }

  @Test("a photo is shown as it is and mirrored: its mirror image gives the same maps, flipped") func photos() throws {
    let captioner = try Captioner.random(CompactShape.tiny, inputSize: 16, width: 8, words: ["dog", "runs"])
    let photo = PixelImage(width: 16, height: 16, pixels: (0..<768).map { UInt8(truncatingIfNeeded: $0 * $0 / 5) })
    let direct = try captioner.encode(photo, mirrored: true).features.regions
    let mirror = PixelImage(
      width: 16, height: 16,
      pixels: (0..<256).flatMap { pixel in
        let source = pixel / 16 * 16 + 15 - pixel % 16
        return photo.pixels[source * 3..<source * 3 + 3]
      })
    #expect(try captioner.encode(mirror).features.regions.values == direct.values)
    var study = try MapStudy(captioner)
    try study.add(photo, captions: ["a dog runs"], with: captioner)
    #expect(study.all.words == 2 && study.photoCount == 1)
    #expect(study.all.topCoverDrop == nil, "photos are covered for nouns")
  }

  @Test("covered cells have the photo's mean colour, and the caption is said anew without them") func covers() throws {
    let captioner = try Captioner.random(CompactShape.tiny, inputSize: 16, width: 8, words: ["dog", "runs"])
    let size = (captioner.description.encoder.rows, captioner.description.encoder.columns)
    let photo = PixelImage(width: 24, height: 16, pixels: (0..<1152).map { UInt8(truncatingIfNeeded: $0 * $0 / 5) })
    let mean = (0..<3).map { channel in
      stride(from: channel, to: 1152, by: 3).reduce(0) { $0 + Int(photo.pixels[$1]) } / 384
    }
    let covered = photo.covering([1, 2], rows: 2, columns: 2)
    for (index, level) in covered.pixels.enumerated() {
      let (x, y) = (index / 3 % 24, index / 72)
      let isCovered = (x >= 12) != (y >= 8)
      #expect(Int(level) == (isCovered ? mean[index % 3] : Int(photo.pixels[index])))
    }
    var study = try MapStudy(captioner, nouns: ["runs"])
    try study.add(photo, captions: ["dog runs"], with: captioner)
    let tokens = captioner.text.tokens("dog runs")
    func forced(_ photo: PixelImage) throws -> (map: [Float], logProbability: Double) {
      let context = try #require(captioner.encode(photo).context as? PreparedAttentionDecoder.Context)
      let word = TeacherForcing(context, [tokens]).tokens[0][1]
      return (word.attention.values, word.logProbability)
    }
    let whole = try forced(photo)
    let top = whole.map.indices.sorted { (whole.map[$1], $0) < (whole.map[$0], $1) }.prefix(4)
    let without = try forced(photo.covering(Array(top), rows: size.0, columns: size.1))
    try expect(study.ofNouns.topCoverDrop, whole.logProbability - without.logProbability, "fall of the covered")
    #expect(study.ofNouns.randomCoverDrop != nil && study.all.topCoverDrop == study.ofNouns.topCoverDrop)
    let falls = try (0..<size.0 * size.1).map { region in
      whole.logProbability - (try forced(photo.covering([region], rows: size.0, columns: size.1)).logProbability)
    }
    #expect(study.ofNouns.means[.coveredRank] == rankCorrelation(whole.map.map(Double.init), falls))
  }
}
