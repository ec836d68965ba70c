import Foundation
import Raster
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

@Suite("What hiding parts of a photo does to words, against slow ways of computing it")
struct RelevanceTests {
  private static let folders = HuggingFaceFolderTests.folders

  private func small(_ seed: UInt64 = 1) throws -> Captioner {
    try Captioner.random(CompactShape.tiny, inputSize: 16, width: 8, words: ["dog", "runs", "a"], seed: seed)
  }

  private func photo() -> PixelImage {
    PixelImage(width: 24, height: 16, pixels: (0..<1152).map { UInt8(truncatingIfNeeded: $0 * $0 / 5) })
  }

  @Test("maps of covered regions are the falls that are told of them, and can be stopped") func covering() throws {
    let captioner = try small()
    let image = try captioner.encode(photo())
    let caption = try captioner.recited("a dog runs", for: image)
    var shares: [Double] = []
    let covered = try captioner.covering(caption, in: photo(), progress: { shares.append($0) })
    let relevance = try captioner.relevance(of: caption, in: image, covering: photo())
    #expect(covered.maps.choice.kind == .covering && covered.words.map(\.word) == caption.words.map(\.word))
    for (word, told) in zip(covered.words, relevance) {
      #expect(word.attention == told.covered?.occlusionMap(like: word.attention))
      #expect(word.logProbability == told.word.logProbability)
    }
    let count = caption.words[0].attention.values.count
    #expect(shares == (1...count).map { Double($0) / Double(count) })
    #expect(throws: CancellationError.self) { try captioner.covering(caption, in: photo(), isCancelled: { true }) }
    #expect(try captioner.retold([covered], for: image, maps: MapChoice()) == [caption])
    #expect(throws: CaptioningError.self) {
      try captioner.retold([caption], for: image, maps: MapChoice(kind: .covering))
    }
  }

  /// A decoder with or without each of its options.
  private static let descriptions = [
    DecoderDescription(width: 6, initialState: .zeros),
    DecoderDescription(width: 6, initialState: .pooledGrid, query: .projected, languageGRU: true),
  ]

  /// - Parameter row: `[1, V]`.
  private func logProbability(_ token: Int, _ row: Tensor) -> Double {
    let logits = row.values
    let largest = Double(logits.max()!)
    return Double(logits[token]) - largest - log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
  }

  @Test("what a GRU's word is without regions is what it is over a photo that has only the others", arguments: [0, 1])
  func recurrent(form: Int) throws {
    var weights = RandomWeights(seed: 5)
    let decoder = try AttentionDecoder(
      Self.descriptions[form], vocabularySize: 9, featureChannels: 5, weights: &weights
    ).prepared()
    // 2×3 regions.
    func context(_ kept: [Int]) -> PreparedAttentionDecoder.Context {
      let all = goldenFill("regions", count: 30, low: -3, high: 3, seed: 2)
      let values = kept.flatMap { all[$0 * 5..<$0 * 5 + 5] }
      return decoder.prepare(FeatureMap(regions: Tensor([1, 1, kept.count, 5], values)))
    }
    let whole = decoder.prepare(
      FeatureMap(regions: Tensor([1, 2, 3, 5], goldenFill("regions", count: 30, low: -3, high: 3, seed: 2))))
    let states = whole.step([3], states: whole.step([2], states: whole.start(1)).states).states
    let sets = [[], [0], [5], [1, 2, 4], [0, 1, 2, 3, 4]]
    let found = whole.logits(4, states: states, leavingOut: sets)
    #expect(found.shape == [5, 9])
    for (row, hidden) in sets.enumerated() {
      let slow = context((0..<6).filter { !hidden.contains($0) }).step([4], states: states).logits.values
      for (a, b) in zip(found.row(row), slow) { #expect(abs(a - b) < 1e-4, "\(hidden): \(a), \(b)") }
    }
    let none = whole.logits(4, states: states, leavingOut: [Array(0..<6)])
    let isFinite = none.row(0).allSatisfy { $0.isFinite }
    #expect(isFinite)
    // Leaving out matters, or nothing was shown.
    let change = zip(found.row(0), found.row(1)).map { abs($0 - $1) }.max()!
    #expect(change > 1e-3)
  }

  @Test("a transformer's word without regions is what it is over a photo that has only the others", arguments: folders)
  func transformer(folder: String) throws {
    let captioner = try Captioner(weightsAt: Fixtures.path("transformers/\(folder)"))
    let picture = try ImageDecoder.decode(path: Fixtures.path("transformers/wide.png"))
    let image = try captioner.encode(picture)
    let context = try #require(image.context as? CrossAttentionDecoder.Context)
    var states = context.start(1)
    for token in [captioner.text.startTokens[0], 5] { states = context.step([token], states: states).states }
    let sets = [[], [3], [0, 7, 15], Array(0..<15)]
    let found = context.logits(17, states: states, leavingOut: sets)
    let all = image.features
    for (row, hidden) in sets.enumerated() {
      let kept = (0..<16).filter { !hidden.contains($0) }
      let values = kept.flatMap { Array(all.regions.values[$0 * all.channels..<($0 + 1) * all.channels]) }
      let part = FeatureMap(regions: Tensor([1, 1, kept.count, all.channels], values), global: all.global)
      let slow = context.decoder.prepare(part).step([17], states: states).logits.values
      for (a, b) in zip(found.row(row), slow) { #expect(abs(a - b) < 1e-4, "\(hidden): \(a), \(b)") }
    }
    let change = zip(found.row(0), found.row(2)).map { abs($0 - $1) }.max()!
    #expect(change > 1e-3)
    let none = context.logits(17, states: states, leavingOut: [Array(0..<16)])
    let isFinite = none.row(0).allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  /// The map of occlusion from falls.
  private func expect(_ map: AttentionMap, positivePartOf falls: [Double]) {
    let sum = falls.reduce(0) { $0 + max(0, $1) }
    #expect(map.values.count == falls.count)
    for (found, fall) in zip(map.values, falls) {
      let wanted = sum > 0 ? max(0, fall) / sum : 1 / Double(falls.count)
      #expect(abs(Double(found) - wanted) < 2e-3, "\(found), \(wanted)")
    }
  }

  @Test("the map kind is the falls above zero, brought to a sum of 1", arguments: ["gru"] + folders)
  func mapKind(network: String) throws {
    let captioner = try network == "gru" ? small() : Captioner(weightsAt: Fixtures.path("transformers/\(network)"))
    let picture = try network == "gru" ? photo() : ImageDecoder.decode(path: Fixtures.path("transformers/wide.png"))
    let image = try captioner.encode(picture)
    let caption = try captioner.captions(for: image, settings: DecodingSettings(seed: 2, samples: 1, maxWords: 4))[0]
    let told = try captioner.retold([caption], for: image, maps: MapChoice(kind: .occlusion))[0]
    #expect(told.maps.choice.kind == .occlusion && told.text == caption.text && !told.words.isEmpty)
    for (word, found) in zip(try captioner.relevance(of: caption, in: image), told.words)
    where word.word.tokens.count == 1 {
      expect(found.attention, positivePartOf: word.leftOut.falls)
      #expect(word.leftOut.occlusionMap(like: found.attention).values.count == found.attention.values.count)
    }
    #expect(captioner.problem(with: MapChoice(kind: .occlusion)) == nil)
    #expect(
      captioner.problem(with: MapChoice(kind: .occlusion, layer: 0))
        == "layer: 1, expected none: occlusion is of all layers and heads together")
    #expect(captioner.problem(with: MapChoice(kind: .occlusion, head: 1))?.hasPrefix("head: 2, expected none") == true)
  }

  @Test("falls and curves of every word are those of hiding region by region, in both ways") func relevance() throws {
    let captioner = try small(3)
    let (photo, text) = (photo(), "a dog runs")
    let image = try captioner.encode(photo)
    let caption = try captioner.recited(text, for: image)
    var progress: [Double] = []
    let words = try captioner.relevance(of: caption, in: image, covering: photo) { progress.append($0) }
    #expect(words.map(\.word) == caption.words && progress == progress.sorted() && progress.last == 1)
    let regions = image.features.rows * image.features.columns
    #expect(regions == 16)
    let tokens = captioner.text.tokens(text)
    let context = try #require(image.context as? PreparedAttentionDecoder.Context)
    let forced = TeacherForcing(context, [tokens]).tokens[0]
    /// Of a word with regions left out for it alone: everything before it is read with the whole in view.
    func leftOut(_ word: Int, _ hidden: [Int]) -> Double {
      var states = context.start(1)
      for token in tokens[0..<word] { states = context.step([token], states: states).states }
      let kept = (0..<regions).filter { !hidden.contains($0) }
      let all = image.features
      if kept.isEmpty {
        return logProbability(
          tokens[word + 1], context.logits(tokens[word], states: states, leavingOut: [hidden]))
      }
      let values = kept.flatMap { Array(all.regions.values[$0 * all.channels..<($0 + 1) * all.channels]) }
      let part = context.decoder.prepare(FeatureMap(regions: Tensor([1, 1, kept.count, all.channels], values)))
      return logProbability(tokens[word + 1], part.step([tokens[word]], states: states).logits)
    }
    func covered(_ word: Int, _ hidden: [Int]) throws -> Double {
      let pixels = photo.covering(hidden, rows: image.features.rows, columns: image.features.columns)
      let recited = try captioner.recited(text, for: captioner.encode(pixels))
      return Double(recited.words[word].logProbability)
    }
    for (index, word) in words.enumerated() {
      #expect(abs(word.logProbability - forced[index].logProbability) < 1e-9)
      let order = (0..<regions).sorted {
        (word.word.attention.values[$1], $0) < (word.word.attention.values[$0], $1)
      }
      func check(_ found: RegionRelevance, _ slow: ([Int]) throws -> Double) throws {
        let whole = try slow([])
        for region in 0..<regions {
          let fall = try whole - slow([region])
          #expect(abs(found.falls[region] - fall) < 2e-4)
        }
        for step in 0...16 {
          let (deleted, inserted) = try (slow(Array(order[..<step])), slow(Array(order[step...])))
          #expect(abs(found.deletion.probabilities[step] - exp(deleted)) < 1e-4)
          #expect(abs(found.insertion.probabilities[step] - exp(inserted)) < 1e-4)
          #expect(found.deletion.shares[step] == Double(step) / 16)
        }
        #expect(
          found.rankCorrelation == rankCorrelation(word.word.attention.values.map(Double.init), found.falls))
      }
      try check(word.leftOut) { leftOut(index, $0) }
      try check(try #require(word.covered)) { try covered(index, $0) }
    }
    let largest = words.flatMap { $0.covered?.falls ?? [] }.map { abs($0) }.max()!
    #expect(largest > 1e-3, "something to compare")
    #expect(throws: CancellationError.self) {
      try captioner.relevance(of: caption, in: image, covering: photo, isCancelled: { true })
    }
    let uncovered = try captioner.relevance(of: caption, in: image)
    #expect(uncovered.count == words.count && uncovered.map(\.covered) == words.map { _ in nil })
  }

  @Test("what is hidden already takes nothing more away; the others are asked over what is left") func hidden() throws {
    let captioner = try small(3)
    let image = try captioner.encode(photo())
    let hidden = try HiddenRegions([2, 7], rows: 4, columns: 4, way: .attention)
    let partial = try captioner.hiding(hidden, in: image) { photo() }
    let caption = try captioner.recited("a dog runs", for: partial)
    for word in try captioner.relevance(of: caption, in: partial) {
      #expect(abs(word.leftOut.falls[2]) < 1e-5 && abs(word.leftOut.falls[7]) < 1e-5)
    }
    // The first word comes after nothing that was read otherwise.
    let first = try #require(captioner.relevance(of: caption, in: partial).first)
    let context = try #require(partial.context as? PartialContext<PreparedAttentionDecoder.Context>)
    let tokens = captioner.text.tokens("a dog runs")
    let less = try HiddenRegions([2, 7, 5], rows: 4, columns: 4, way: .attention)
    let part = context.part.decoder.prepare(image.features.keeping(less.kept))
    let slow = logProbability(tokens[1], part.step([tokens[0]], states: context.start(1)).logits)
    #expect(abs(first.leftOut.falls[5] - (first.logProbability - slow)) < 1e-4)
  }

  @Test("rank correlation is the textbook's, ties sharing the mean of their ranks") func ranks() {
    #expect(rankCorrelation([1, 2, 3], [10, 100, 1000]) == 1)
    #expect(rankCorrelation([1, 2, 3], [3, 2, 1]) == -1)
    #expect(rankCorrelation([1, 1, 1], [1, 2, 3]) == 0)
    // 1 − 6 Σd² / n(n² − 1), without ties.
    #expect(abs(rankCorrelation([3, 1, 4, 1.5, 5], [2, 7, 1, 8, 3]) - (1 - 6 * 32.0 / 120)) < 1e-12)
    // scipy.stats.spearmanr([1, 2, 2, 3], [4, 4, 1, 5])
    #expect(abs(rankCorrelation([1, 2, 2, 3], [4, 4, 1, 5]) - 0.5) < 1e-12)
  }

  @Test("a curve's area is its mean height; steps are from none to all, in sixteenths or one by one") func curves() {
    let two = HidingCurve(logProbabilities: [0, log(0.5), log(0.1)], regions: 2)
    #expect(two.shares == [0, 0.5, 1] && abs(two.area - (0.75 + 0.3) / 2) < 1e-12)
    #expect(HidingCurve.deleting([2, 0, 1]) == [[], [2], [2, 0], [2, 0, 1]])
    #expect(HidingCurve.inserting([2, 0, 1]) == [[2, 0, 1], [0, 1], [1], []])
    #expect(HidingCurve.deleting(Array(0..<64)).map(\.count) == (0...16).map { $0 * 4 })
    let odd = HidingCurve.deleting(Array(0..<49)).map(\.count)
    #expect(odd.count == 17 && odd.first == 0 && odd.last == 49 && odd == odd.sorted() && Set(odd).count == 17)
  }
}
