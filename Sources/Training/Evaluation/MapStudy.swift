import Captioning
import Raster
import Tensors

/// Asks whether attention maps mean something, over photos with human captions.
///
/// The network is shown a photo and made to say each of its human captions; the map of a word is where it looks when it
/// says it. Unknown words and the ends of captions are passed over. For each word:
/// - Does its map move with the picture? The photo is mirrored, and the map of the same word of the same caption, flipped
///   back, is correlated with the first; beside it, that over the photo added before this one, mirrored.
/// - Is it sharp? The share of its four largest cells, and its entropy.
/// - Does it matter? Four cells are hidden, and the fall of the word's log-probability is taken: the four largest of the
///   map, and four at random. A hidden cell has the mean of the encoder's grid over all cells in place of its own
///   features. Attention is then computed anew, so that it sums to 1 again, and may rest on hidden cells. They are hidden
///   from the step that says the word only: the state it is said from has seen the whole photo.
/// - Does the place matter? For nouns, the same cells are painted over in the photo, and the caption up to the word is
///   said anew over what is left. Cells tell of more than the part of the photo they stand for; this hides the part.
public struct MapStudy {
  /// Cells hidden, and cells whose share is taken.
  public static let cellCount = 4

  private let step: DecoderStep
  private let vocabulary: Vocabulary
  private let size: (rows: Int, columns: Int)
  private let nouns: [Int: String]
  /// The photo before, mirrored.
  private var previous: DecoderStep.Cells?
  private var tally = MapTally()
  private var nounTally = MapTally()
  private var tallies: [Int: MapTally] = [:]
  private var sumOfMaps: [Double]
  /// Photos added.
  public private(set) var photoCount = 0

  /// - Parameter nouns: words told of on their own as well; those the vocabulary lacks are never met.
  /// - Throws: `CaptioningError.badOption` where the network's grid has fewer than four cells.
  public init(_ captioner: Captioner, nouns: [String] = []) throws(CaptioningError) {
    let encoder = captioner.description.encoder
    guard encoder.rows * encoder.columns >= Self.cellCount else {
      throw .badOption("grid: \(encoder.rows)×\(encoder.columns) cells, expected at least \(Self.cellCount)")
    }
    self.init(
      step: captioner.step, vocabulary: captioner.vocabulary, size: (encoder.rows, encoder.columns), nouns: nouns)
  }

  init(step: DecoderStep, vocabulary: Vocabulary, size: (rows: Int, columns: Int), nouns: [String] = []) {
    (self.step, self.vocabulary, self.size) = (step, vocabulary, size)
    let known = nouns.map { (vocabulary[$0], $0) }.filter { $0.0 != Vocabulary.unknown }
    self.nouns = Dictionary(known, uniquingKeysWith: { first, _ in first })
    sumOfMaps = [Double](repeating: 0, count: size.rows * size.columns)
  }

  /// Over all words.
  public var all: MapFigures { tally.figures }
  /// Over the words that are among the nouns.
  public var ofNouns: MapFigures { nounTally.figures }
  /// Over each noun that was met, most often first.
  public var byNoun: [(noun: String, figures: MapFigures)] {
    tallies.map { (nouns[$0]!, $1.figures) }.sorted { ($1.figures.words, $0.noun) < ($0.figures.words, $1.noun) }
  }

  /// What `topShare` and `entropy` are where a map is uniform.
  public var uniform: (topShare: Double, entropy: Double) {
    let cells = Double(size.rows * size.columns)
    return (Double(Self.cellCount) / cells, logarithm(cells))
  }

  /// The mean map over all words; nil without words.
  public var meanMap: AttentionMap? {
    let words = Double(tally.figures.words)
    if words == 0 { return nil }
    return AttentionMap(rows: size.rows, columns: size.columns, values: sumOfMaps.map { Float($0 / words) })
  }

  /// Adds a photo.
  /// - Parameter captions: what people said of it.
  public mutating func add(
    _ photo: PixelImage, captions: [String], with captioner: Captioner, isCancelled: () -> Bool = { false }
  ) throws {
    let whole = try captioner.encode(photo, isCancelled: isCancelled).grid
    let mirrored = try captioner.encode(photo, mirrored: true, isCancelled: isCancelled).grid
    let size = size
    try withoutActuallyEscaping(isCancelled) { isCancelled in
      try add(whole: whole, mirrored: mirrored, captions: captions) { cells in
        let covered = photo.covering(cells, rows: size.rows, columns: size.columns)
        return try captioner.encode(covered, isCancelled: isCancelled).grid
      }
    }
  }

  /// Adds a photo by its grid and that of its mirror image, both `[1, rows, columns, C]`.
  /// - Parameter covered: the grid of the photo with some cells painted over; nil where there is no photo.
  mutating func add(
    whole: Tensor, mirrored: Tensor, captions: [String], covered: (([Int]) throws -> Tensor)? = nil
  ) throws {
    let sentences = captions.map { Array(vocabulary.tokens($0).prefix(DecodingSettings.longestCaption + 1)) }
    let look = Look(step, whole: whole, mirrored: mirrored, before: previous, sentences)
    var random = CounterRandom(seed: 1, stream: "cells hidden of photo \(photoCount)")
    for (sentence, tokens) in sentences.enumerated() {
      for (position, token) in tokens.dropFirst().enumerated()
      where token != vocabulary.endToken && token != Vocabulary.unknown {
        let map = look.whole.words[sentence][position].map
        let some = Array(map.indices.shuffled(using: &random).prefix(Self.cellCount))
        let word = try look.word(
          token, sentence, position, columns: size.columns, random: some,
          covered: nouns[token] == nil ? nil : covered)
        add(word, of: token)
        for (cell, share) in map.enumerated() { sumOfMaps[cell] += Double(share) }
      }
    }
    previous = look.mirroredCells
    photoCount += 1
  }

  private mutating func add(_ word: MapTally.Word, of token: Int) {
    tally.add(word)
    guard nouns[token] != nil else { return }
    nounTally.add(word)
    tallies[token, default: MapTally()].add(word)
  }
}

/// What the network makes of the captions of one photo, and of the same captions over others.
private struct Look {
  let whole: Recital
  let mirroredCells: DecoderStep.Cells
  private let mirrored: Recital
  private let before: Recital?
  private let sentences: [[Int]]
  private let step: DecoderStep
  private let cells: DecoderStep.Cells
  /// What attention sees of a hidden cell, `[1, D]`.
  private let blank: Tensor

  init(
    _ step: DecoderStep, whole grid: Tensor, mirrored: Tensor, before: DecoderStep.Cells?, _ sentences: [[Int]]
  ) {
    let (n, c) = (grid.shape[1] * grid.shape[2], grid.shape[3])
    (self.step, self.sentences) = (step, sentences)
    cells = step.cells(grid)
    mirroredCells = step.cells(mirrored)
    blank = step.cells(meanOfRegions(grid.reshaped([1, n, c])).reshaped([1, 1, 1, c])).features
    whole = Recital(step, cells, sentences)
    self.mirrored = Recital(step, mirroredCells, sentences)
    self.before = before.map { Recital(step, $0, sentences) }
  }

  /// - Parameters:
  ///   - random: cells hidden beside the largest.
  ///   - covered: see `MapStudy.add`.
  func word(
    _ token: Int, _ sentence: Int, _ position: Int, columns: Int, random: [Int], covered: (([Int]) throws -> Tensor)?
  ) throws -> MapTally.Word {
    let word = whole.words[sentence][position]
    let map = word.map
    let top = map.withUnsafeBufferPointer { Sampler.largest(MapStudy.cellCount, of: $0) }
    func fall(_ hidden: [Int]) -> Double {
      let logits = step.look(from: word.state, at: cells.hiding(hidden, behind: blank)).logits.row(0)
      return word.logProbability - (Double(logits[token]) - Sampler.logSumExp(logits))
    }
    func fall(_ grid: Tensor) -> Double {
      let said = Recital(step, step.cells(grid), [Array(sentences[sentence].prefix(position + 2))])
      return word.logProbability - said.words[0][position].logProbability
    }
    func likeness(_ other: Recital) -> Double {
      correlation(map, flipped(other.words[sentence][position].map, columns: columns))
    }
    return MapTally.Word(
      flipCorrelation: likeness(mirrored), chanceCorrelation: before.map(likeness),
      topShare: top.reduce(0) { $0 + Double(map[$1]) }, entropy: entropy(map), topFall: fall(top),
      randomFall: fall(random), coverFalls: try covered.map { (fall(try $0(top)), fall(try $0(random))) })
  }
}

/// A map of rows of `columns` cells, mirrored left to right.
private func flipped(_ map: [Float], columns: Int) -> [Float] {
  stride(from: 0, to: map.count, by: columns).flatMap { map[$0..<$0 + columns].reversed() }
}

/// −Σ p ln p.
private func entropy(_ map: [Float]) -> Double {
  map.reduce(0) { $1 > 0 ? $0 - Double($1) * logarithm(Double($1)) : $0 }
}
