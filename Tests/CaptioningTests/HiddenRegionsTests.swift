import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors

/// The attention-GRU decoder over all regions, with the scores of hidden ones at −∞.
private struct MaskedPass: DecoderPass {
  let context: PreparedAttentionDecoder.Context
  let hidden: HiddenRegions
  let before: PreparedAttentionDecoder.States
  private(set) var first: Tensor?
  private(set) var second: Tensor?
  private(set) var map: [Double] = []

  init(_ context: PreparedAttentionDecoder.Context, _ hidden: HiddenRegions, _ before: PreparedAttentionDecoder.States)
  {
    (self.context, self.hidden, self.before) = (context, hidden, before)
  }

  private var decoder: PreparedAttentionDecoder { context.decoder }
  var hasLanguageGRU: Bool { decoder.language != nil }

  mutating func languageStates(_ words: Tensor) -> Tensor {
    first = decoder.gru.step(words, states: before.first)
    return first!
  }

  mutating func attended(_ states: Tensor) -> Tensor {
    let (count, d) = (context.rows * context.columns, decoder.width)
    let query = (decoder.query.map { $0(states) } ?? states).values
    let regions = context.regions.values
    let scores = (0..<count).map { region in
      hidden.regions.contains(region)
        ? -Double.infinity : (0..<d).reduce(0.0) { $0 + Double(query[$1]) * Double(regions[region * d + $1]) }
    }
    let weights = scores.map { exp($0 - scores.max()!) }
    map = weights.map { $0 / weights.reduce(0, +) }
    return Tensor(
      [1, d], (0..<d).map { c in Float((0..<count).reduce(0.0) { $0 + map[$1] * Double(regions[$1 * d + c]) }) })
  }

  mutating func attentionNorm(_ joined: Tensor) -> Tensor { decoder.language!.norm.forward(joined).y }
  mutating func secondStates(_ attended: Tensor) -> Tensor {
    second = decoder.language!.gru.step(attended, states: before.second!)
    return second!
  }
  mutating func norm(_ joined: Tensor) -> Tensor { decoder.norm.forward(joined).y }
}

@Suite("A photo with cells hidden")
struct HiddenRegionsTests {
  private func picture() throws -> PixelImage { try ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")) }

  private static let decoders: [DecoderDescription] = [
    DecoderDescription(width: 12, initialState: .zeros), DecoderDescription(width: 12, initialState: .pooledGrid),
    DecoderDescription(
      width: 12, initialState: .pooledGrid, query: .projected, languageGRU: true, normalizesCells: true),
  ]

  private func small(_ decoder: DecoderDescription = decoders[1]) throws -> Captioner {
    try Captioner.random(
      .tiny, inputSize: 32, width: 12, words: ["a", "dog", "cat", "runs", "in", "the"], seed: 3, decoder: decoder)
  }

  private func hidden(_ regions: [Int], _ image: EncodedImage, _ way: HiddenRegions.Way) throws -> HiddenRegions {
    try HiddenRegions(regions, rows: image.features.rows, columns: image.features.columns, way: way)
  }

  @Test("left out of a recurrent decoder's attention is what scores of minus infinity do", arguments: decoders)
  func recurrent(decoder: DecoderDescription) throws {
    let captioner = try small(decoder)
    let whole = try captioner.encode(picture())
    let context = try #require(whole.context as? PreparedAttentionDecoder.Context)
    let count = context.rows * context.columns
    try #require(count >= 8)
    for regions in [[0], [1, 2, 5, count - 1], Array(1..<count)] {
      let hidden = try hidden(regions, whole, .attention)
      let partial = try captioner.hiding(hidden, in: whole) { throw CancellationError() }
      #expect(partial.hidden == hidden)
      let caption = try captioner.recited("a dog runs in the cat", for: partial)
      // What it begins from is that of the whole photo.
      var states = context.start(1)
      var last = captioner.text.startTokens[0]
      var sum = 0.0
      for token in caption.words.map(\.token) + [captioner.text.endToken] {
        var pass = MaskedPass(context, hidden, states)
        let logits = context.decoder.wordLogits(pass(context.decoder.embedding.rows([last]))).values
        let expected = Double(logits[token]) - log(logits.reduce(0.0) { $0 + exp(Double($1)) })
        sum += expected
        if let word = caption.words.first(where: { $0.token == token }), token != captioner.text.endToken {
          #expect(abs(Double(word.logProbability) - expected) < 1e-4)
          for (found, wanted) in zip(word.attention.values, pass.map) { #expect(abs(Double(found) - wanted) < 1e-5) }
        }
        states = PreparedAttentionDecoder.States(first: pass.first!, second: pass.second)
        last = token
      }
      #expect(abs(Double(caption.logProbability) - sum) < 1e-4 && caption.hidden == hidden)
      #expect(caption.words.allSatisfy { word in regions.allSatisfy { word.attention.values[$0] == 0 } })
    }
  }

  @Test(
    "left out of a transformer's attention is what weights brought to 1 without the hidden do, in every layer and head",
    arguments: HuggingFaceFolderTests.folders)
  func transformers(folder: String) throws {
    let captioner = try Captioner(weightsAt: Fixtures.path("transformers/\(folder)"))
    let whole = try captioner.encode(picture())
    let context = try #require(whole.context as? CrossAttentionDecoder.Context)
    let hidden = try hidden([0, 3, 4, 5, 11], whole, .attention)
    let partial = try captioner.hiding(hidden, in: whole) { throw CancellationError() }
    let sentence = captioner.text.tokens("a dog runs on the man")
    let shape = context.decoder.shape
    let (size, globals) = (shape.width / shape.heads, 17 - context.rows * context.columns)
    let caption = try captioner.recited("a dog runs on the man", for: partial)
    var states = context.start(1)
    var sum = 0.0
    for (last, next) in zip(sentence, sentence.dropFirst()) {
      var pass = TokenPass(context: context, states: states)
      pass.nudge = { layer, found, weights in
        let values = context.projections.keysAndValues(layer).values.values
        for head in 0..<shape.heads {
          var own = (0..<17).map { Double(weights.values[head * 17 + $0]) }
          for region in hidden.regions { own[globals + region] = 0 }
          own = own.map { $0 / own.reduce(0, +) }
          for number in head * size..<(head + 1) * size {
            found.pointer[number] = Float(
              (0..<17).reduce(0.0) { $0 + own[$1] * Double(values[$1 * shape.width + number]) })
          }
        }
      }
      let logits = pass.logits([last]).values
      sum += Double(logits[next]) - log(logits.reduce(0.0) { $0 + exp(Double($1)) })
      states = pass.states
    }
    #expect(abs(sum - Double(caption.logProbability)) < 1e-3)
    for kind in MapKind.allCases {
      let told = try captioner.retold([caption], for: partial, maps: MapChoice(kind: kind))[0]
      for word in told.words {
        #expect(hidden.regions.allSatisfy { word.attention.values[$0] == 0 })
        #expect(word.attention.values.count == 16 && abs(word.attention.values.reduce(0, +) - 1) < 1e-4)
      }
    }
  }

  @Test("covered is the photo covered and encoded anew", arguments: CaptionPrefixTests.networks)
  func covered(name: String) throws {
    let captioner = try name == "small" ? small() : Captioner(weightsAt: Fixtures.path("transformers/\(name)"))
    let photo = try picture()
    let whole = try captioner.encode(photo)
    let hidden = try hidden([1, 6, 7], whole, .photo)
    let partial = try captioner.hiding(hidden, in: whole) { photo }
    let covered = try captioner.encode(
      photo.covering([1, 6, 7], rows: whole.features.rows, columns: whole.features.columns))
    let settings = DecodingSettings(samples: 3, maxWords: 6)
    let drawn = try captioner.captions(for: partial, settings: settings)
    #expect(try drawn == captioner.captions(for: covered, settings: settings).map { $0.telling(hidden) })
    let seen = try captioner.recited(drawn[0], for: whole)
    #expect(seen.hidden == nil && seen.words.map(\.token) == drawn[0].words.map(\.token))
  }

  @Test("a caption recited where it was drawn is what it was", arguments: CaptionPrefixTests.networks)
  func same(name: String) throws {
    let captioner = try name == "small" ? small() : Captioner(weightsAt: Fixtures.path("transformers/\(name)"))
    let photo = try captioner.encode(picture())
    for prompt in name.contains("blip") ? [nil, "a dog"] : [nil] {
      let settings = DecodingSettings(samples: 4, maxWords: 6, prompt: prompt)
      for drawn in try captioner.captions(for: photo, settings: settings) {
        let recited = try captioner.recited(drawn, for: photo)
        #expect(recited.isRecited && recited.finished == drawn.finished && recited.text == drawn.text)
        #expect(abs(recited.logProbability - drawn.logProbability) < 1e-4)
        for (one, other) in zip(recited.words, drawn.words) {
          #expect(abs(one.logProbability - other.logProbability) < 1e-4 && one.rank == other.rank)
          #expect(zip(one.attention.values, other.attention.values).allSatisfy { abs($0 - $1) < 1e-5 })
        }
      }
    }
  }

  @Test("some cells are hidden and some are left, of the network's own division") func wrong() throws {
    for regions in [[], Array(0..<16), [16], [-1]] {
      #expect(throws: CaptioningError.self) {
        try HiddenRegions(regions, rows: 4, columns: 4, way: .photo)
      }
    }
    let hidden = try HiddenRegions([5, 2, 2], rows: 4, columns: 4, way: .photo)
    #expect(hidden.regions == [2, 5] && hidden.kept == [0, 1, 3, 4] + Array(6..<16))
    let only = try HiddenRegions([5, 2], rows: 4, columns: 4, way: .attention, isInverted: true)
    #expect(only.kept == [2, 5] && only.regions == hidden.kept)
    let captioner = try small()
    let whole = try captioner.encode(picture())
    let other = try HiddenRegions([0], rows: 2, columns: 9, way: .attention)
    let error = #expect(throws: CaptioningError.self) {
      try captioner.hiding(other, in: whole) { try picture() }
    }
    #expect(error?.description.hasPrefix("hidden cells: of 2×9, expected some of ") == true)
  }

  @Test("cells are named by places, ranges, or as those looked at most") func selections() throws {
    func map(_ values: [Float]) -> AttentionMap { AttentionMap(rows: 2, columns: 3, values: values) }
    func word(_ word: String, _ values: [Float]) -> CaptionWord {
      CaptionWord(word: word, token: 1, probability: 1, logProbability: 0, attention: map(values), alternatives: [])
    }
    let caption = Caption(
      words: [word("Dog", [0.1, 0.4, 0.1, 0.1, 0.2, 0.1]), word("runs", [0, 0, 0, 1, 0, 0])], logProbability: 0,
      finished: true, settings: DecodingSettings())
    func regions(_ text: String) throws -> [Int] { try RegionSelection(text).regions(in: caption) }
    #expect(try regions("1,1 2,3") == [0, 5] && regions("1-2,2-3") == [1, 2, 4, 5])
    #expect(try regions("strongest:2:dog") == [1, 4] && regions("strongest:3:1") == [1, 4, 0])
    #expect(try regions("strongest:2") == [3, 1] && regions("Strongest:1:runs") == [3])
    for wrong in ["", "1", "0,1", "2-1,1", "1,1,1", "strongest", "strongest:0", "strongest:2:", "a,b", "1,1 x"] {
      #expect(throws: CaptioningError.self) { try RegionSelection(wrong) }
    }
    for wrong in ["3,1", "1,4", "strongest:6", "strongest:2:cat", "strongest:2:3"] {
      #expect(throws: CaptioningError.self) { try regions(wrong) }
    }
  }
}
