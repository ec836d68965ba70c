import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors

@Suite struct PreparedDecoderTests {
  /// Five steps with the state carried by hand, against TensorFlow.
  @Test func stepsEqualTensorFlows() throws {
    var weights = GoldenWeights(seed: 1)
    let decoder = try AttentionDecoder(
      DecoderDescription(width: 32, initialState: .zeros), vocabularySize: 97, featureChannels: 48, weights: &weights)
    let context = decoder.prepared().prepare(
      FeatureMap(regions: weights.filled("small/grid", [1, 8, 8, 48], 0, 1)))
    let logits = try NumPyFile(Fixtures.url("decoder/decoder_small_logits.npy"))
    let attention = try NumPyFile(Fixtures.url("decoder/decoder_small_attention.npy"))
    let firstStates = try NumPyFile(Fixtures.url("decoder/decoder_small_state.npy"))
    let top = try NumPyFile(Fixtures.url("decoder/decoder_small_top10.npy"))
    #expect(
      logits.shape == [5, 97] && attention.shape == [5, 64] && firstStates.shape == [5, 32] && top.shape == [5, 10])
    var states = context.start(1)
    for (row, token) in [2, 5, 11, 3, 7].enumerated() {
      let step = context.step([token], states: states)
      states = step.states
      expectEqual(step.logits.values, logits.floats, row: row)
      expectEqual(step.attention.weights.values, attention.floats, row: row)
      expectEqual(step.states.first.values, firstStates.floats, row: row)
      #expect(Sampler.largest(10, of: step.logits.row(0)) == top.int64s[row * 10..<row * 10 + 10].map(Int.init))
    }
  }

  private func expectEqual(_ found: [Float], _ all: [Float], row: Int) {
    let expected = all[row * found.count..<(row + 1) * found.count]
    let worst = zip(found, expected).map { abs($0 - $1) }.max()!
    #expect(worst <= 2e-5, "step \(row) is off by \(worst)")
  }

  private static func decoder(_ description: DecoderDescription) throws -> AttentionDecoder {
    var weights = GoldenWeights(seed: 2)
    return try AttentionDecoder(description, vocabularySize: 31, featureChannels: 10, weights: &weights)
  }

  private static let features = FeatureMap(regions: GoldenWeights(seed: 2).filled("grid", [1, 3, 4, 10], 0, 1))

  @Test("teacher forcing word by word gives the log-probabilities of training over whole sentences, in all 16 forms")
  func inferenceEqualsTraining() throws {
    for form in DecoderDescription.everyForm(width: 24) {
      let decoder = try Self.decoder(form)
      let sentences = [[2, 7, 9, 30, 3], [2, 11, 3]]
      let forced = TeacherForcing(decoder.prepared().prepare(Self.features), sentences)
      for (sentence, tokens) in zip(sentences, forced.tokens) {
        let expected = decoder.evaluate(features: Self.features.sequence, sentences: SentenceBatch([sentence]))
        let total = tokens.reduce(0) { $0 - $1.logProbability }
        #expect(expected.words == sentence.count - 1 && tokens.map(\.token) == Array(sentence.dropFirst()))
        #expect(abs(total - expected.sum) < 1e-4, "\(form)")
      }
    }
  }

  @Test("a token read again from its own context is as likely as before, and from a hidden one it is not")
  func readsAgain() throws {
    for languageGRU in [false, true] {
      let form = DecoderDescription(
        width: 24, initialState: .pooledGrid, query: .projected, languageGRU: languageGRU)
      let decoder = try Self.decoder(form).prepared()
      let context = decoder.prepare(Self.features)
      let hidden = decoder.prepare(Self.features.hiding([0, 5, 6, 11]))
      for token in TeacherForcing(context, [[2, 7, 9], [2, 30, 4]]).tokens.joined() {
        #expect(token.logProbability(in: context) == token.logProbability)
        #expect(abs(token.logProbability(in: hidden) - token.logProbability) > 1e-6)
      }
    }
  }

  /// How many of a parameter's gradient and moments have been made.
  private static func lazyTensors(_ parameter: Parameter) -> Int {
    Mirror(reflecting: parameter).children.count { child in
      child.label?.contains("lazy_storage") == true && !Mirror(reflecting: child.value).children.isEmpty
    }
  }

  @Test("inference takes no memory for gradients: prepared decoders share only what they do not pack")
  func sharesWeights() throws {
    let decoder = try Self.decoder(DecoderDescription(width: 24, initialState: .pooledGrid))
    #expect(decoder.prepared().embedding.pointer == decoder.embedding.value.pointer)
    #expect(!decoder.parameters.isEmpty && decoder.parameters.allSatisfy { Self.lazyTensors($0) == 0 })
    _ = decoder.parameters[0].gradient
    #expect(Self.lazyTensors(decoder.parameters[0]) == 1)
  }
}

extension DecoderDescription {
  /// All the forms a decoder of this width can have.
  static func everyForm(width: Int) -> [DecoderDescription] {
    InitialState.allCases.flatMap { initial in
      Query.allCases.flatMap { query in
        [(false, false), (false, true), (true, false), (true, true)].map {
          DecoderDescription(
            width: width, initialState: initial, query: query, languageGRU: $0, normalizesCells: $1)
        }
      }
    }
  }
}

@Suite struct CaptionerTests {
  static let words = ["a", "dog", "cat", "runs", "on", "grass", "the", "sits", "red", "ball"]
  let captioner: Captioner
  let image: EncodedImage

  init() throws {
    captioner = try Captioner.random(CompactShape.tiny, inputSize: 32, width: 16, words: Self.words)
    image = try captioner.encode(
      PixelImage(width: 40, height: 30, pixels: (0..<3600).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }))
  }

  @Test func theSameSeedGivesTheSameCaptionAloneAndAmongOthers() throws {
    let settings = DecodingSettings(topK: 5, temperature: 1.3, seed: 40, samples: 6, maxWords: 12)
    let together = try captioner.captions(for: image, settings: settings)
    #expect(together.count == 6)
    #expect(Set(together.map(\.text)).count > 1)
    for (index, caption) in together.enumerated() {
      var alone = settings
      alone.seed = 40 + UInt64(index)
      alone.samples = 1
      #expect(try captioner.captions(for: image, settings: alone) == [caption])
      #expect(caption.settings == alone)
    }
  }

  @Test func featuresAndCaptionsAreTheSameBitsOnAnyNumberOfThreads() throws {
    let shape = CompactShape(
      stemKernel: 5, stemStride: 2, stemChannels: 16,
      blocks: [.init(channels: 16, stride: 1), .init(channels: 40, stride: 2)], gridChannels: 24)
    let captioner = try Captioner.random(shape, inputSize: 96, width: 32, words: Self.words)
    let picture = PixelImage(width: 50, height: 70, pixels: (0..<10500).map { UInt8(truncatingIfNeeded: $0 * $0 / 11) })
    let results = try [1, 2, 3].map { threads in
      try ThreadPool(threads: threads).use {
        let image = try captioner.encode(picture)
        return (
          image.features.regions.values, try captioner.captions(for: image, settings: DecodingSettings(maxWords: 8))
        )
      }
    }
    #expect(results[0].0.contains { $0 > 0 })
    for result in results.dropFirst() { #expect(result.0 == results[0].0 && result.1 == results[0].1) }
  }

  @Test func everyWordHasAMapThatSumsToOneAndAProbability() throws {
    for mode in [DecodingSettings.Mode.sample, .greedy, .beam(width: 3)] {
      for caption in try captioner.captions(for: image, settings: DecodingSettings(mode: mode, maxWords: 9)) {
        #expect(caption.words.count <= 9)
        for word in caption.words {
          #expect(word.attention.rows == 8 && word.attention.columns == 8 && word.attention.values.count == 64)
          #expect(abs(word.attention.values.reduce(0, +) - 1) < 1e-5)
          #expect(word.probability > 0 && word.probability <= 1 && word.logProbability <= 0)
          #expect(Self.words.contains(word.word))
          #expect(!word.alternatives.isEmpty && word.alternatives.count <= 10)
        }
      }
    }
  }

  @Test func greedyIsSamplingWithKOne() throws {
    let greedy = try captioner.captions(for: image, settings: DecodingSettings(mode: .greedy, maxWords: 10))
    let one = try captioner.captions(
      for: image, settings: DecodingSettings(topK: 1, seed: 99, samples: 1, maxWords: 10))
    #expect(greedy.map(\.text) == one.map(\.text))
    #expect(greedy[0].logProbability == one[0].logProbability)
    #expect(greedy[0].words.allSatisfy { $0.probability == 1 })
    let beam = try captioner.captions(for: image, settings: DecodingSettings(mode: .beam(width: 1), maxWords: 10))
    #expect(beam[0].text == greedy[0].text)
  }

  @Test func aWideBeamFindsWhatTryingAllSentencesFinds() throws {
    // Two words at most: 1 + 10 + 100 sentences can be tried one by one.
    let settings = DecodingSettings(mode: .beam(width: 200), maxWords: 2)
    let beam = try captioner.captions(for: image, settings: settings)[0]
    let text = captioner.text
    let context = try #require(image.context as? PreparedAttentionDecoder.Context)
    func logProbability(_ tokens: [Int]) -> Float {
      let forced = TeacherForcing(context, [text.startTokens + tokens])
      return forced.tokens[0].reduce(0) { $0 + Float($1.logProbability) }
    }
    var best = -Float.infinity
    let words = Array(4..<text.count)
    for sentence in [[text.endToken]] + words.map({ [$0, text.endToken] }) {
      best = max(best, logProbability(sentence) / Float(sentence.count).pow07)
    }
    let open = words.flatMap { a in words.map { b in logProbability([a, b]) / Float(2).pow07 } }.max()!
    let score = beam.logProbability / Float(beam.words.count + (beam.finished ? 1 : 0)).pow07
    #expect(abs(score - (beam.finished ? best : open)) < 1e-4)
  }

  @Test func forbiddenWordsAndLengthLimitsHold() throws {
    let settings = DecodingSettings(topK: 14, temperature: 3, seed: 1, samples: 20, minWords: 4, maxWords: 7)
    for caption in try captioner.captions(for: image, settings: settings) {
      #expect((4...7).contains(caption.words.count))
      #expect(caption.words.allSatisfy { $0.token > 3 })
    }
  }

  @Test func decodingStopsWhenCancelled() throws {
    #expect(throws: CancellationError.self) {
      try captioner.captions(for: image, settings: DecodingSettings(), isCancelled: { true })
    }
    #expect(throws: CancellationError.self) {
      try captioner.captions(for: image, settings: DecodingSettings(mode: .beam(width: 2)), isCancelled: { true })
    }
  }

  @Test func impossibleSettingsAreNamed() {
    for (settings, name) in [
      (DecodingSettings(topK: 0), "top-k"), (DecodingSettings(temperature: 0), "temperature"),
      (DecodingSettings(samples: 0), "samples"), (DecodingSettings(maxWords: 65), "max words"),
      (DecodingSettings(prompt: "a"), "prompt"), (DecodingSettings(minWords: 9, maxWords: 8), "min words"),
      (DecodingSettings(mode: .beam(width: 0)), "beam"),
    ] {
      let error = #expect(throws: CaptioningError.self) { try captioner.captions(for: image, settings: settings) }
      #expect(error?.description.hasPrefix(name) == true)
    }
  }
}

extension Float {
  /// The beam's length penalty.
  fileprivate var pow07: Float { exponential(0.7 * logarithm(self)) }
}
