import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors

@Suite struct DecoderStepTests {
  /// Five steps with the state carried by hand, against TensorFlow.
  @Test func stepsEqualTensorFlows() throws {
    var weights = GoldenWeights(seed: 1)
    let step = try DecoderStep(
      DecoderDescription(width: 32, initialState: .zeros), vocabularySize: 97, gridChannels: 48, weights: &weights)
    let cells = step.cells(weights.filled("small/grid", [1, 8, 8, 48], 0, 1))
    let logits = try NumPyFile(Fixtures.url("decoder/decoder_small_logits.npy"))
    let attention = try NumPyFile(Fixtures.url("decoder/decoder_small_attention.npy"))
    let states = try NumPyFile(Fixtures.url("decoder/decoder_small_state.npy"))
    let top = try NumPyFile(Fixtures.url("decoder/decoder_small_top10.npy"))
    #expect(
      logits.shape == [5, 97] && attention.shape == [5, 64] && states.shape == [5, 32] && top.shape == [5, 10])
    var state = cells.initialState
    for (row, token) in [2, 5, 11, 3, 7].enumerated() {
      let output = step([token], states: state, cells: cells)
      state = output.states
      expectEqual(output.logits.values, logits.floats, row: row)
      expectEqual(output.attention.values, attention.floats, row: row)
      expectEqual(output.states.values, states.floats, row: row)
      #expect(Sampler.largest(10, of: output.logits.row(0)) == top.int64s[row * 10..<row * 10 + 10].map(Int.init))
    }
  }

  private func expectEqual(_ found: [Float], _ all: [Float], row: Int) {
    let expected = all[row * found.count..<(row + 1) * found.count]
    let worst = zip(found, expected).map { abs($0 - $1) }.max()!
    #expect(worst <= 2e-5, "step \(row) is off by \(worst)")
  }

  /// Inference and training are written apart; both must be the same network.
  @Test(arguments: DecoderDescription.everyForm(width: 24))
  func inferenceEqualsTraining(description: DecoderDescription) throws {
    var weights = GoldenWeights(seed: 2)
    let trained = try AttentionDecoder(description, vocabularySize: 31, gridChannels: 10, weights: &weights)
    let step = try DecoderStep(description, vocabularySize: 31, gridChannels: 10, weights: &weights)
    let grid = weights.filled("grid", [1, 3, 4, 10], 0, 1)
    let sentence = [2, 7, 9, 30, 3]
    let expected = trained.evaluate(grid: grid.reshaped([1, 12, 10]), sentences: SentenceBatch([sentence]))
    let cells = step.cells(grid)
    var state = cells.initialState
    var total = 0.0
    for (token, next) in zip(sentence, sentence.dropFirst()) {
      let output = step([token], states: state, cells: cells)
      state = output.states
      total += Sampler.logSumExp(output.logits.row(0)) - Double(output.logits.row(0)[next])
    }
    #expect(expected.words == 4)
    #expect(abs(total - expected.sum) < 1e-4)
  }

  @Test("looking again from where a word was looked for gives the word again", arguments: [false, true])
  func looksAgain(languageGRU: Bool) throws {
    var weights = GoldenWeights(seed: 2)
    let description = DecoderDescription(
      width: 24, initialState: .pooledGrid, query: .projected, languageGRU: languageGRU)
    let step = try DecoderStep(description, vocabularySize: 31, gridChannels: 10, weights: &weights)
    let cells = step.cells(weights.filled("grid", [1, 3, 4, 10], 0, 1))
    let first = step([2, 2], states: cells.initialState.rows([0, 0]), cells: cells)
    let second = step([7, 9], states: first.states, cells: cells)
    let again = step.look(from: second.lookingStates, at: cells)
    #expect(again.logits.values == second.logits.values && again.attention.values == second.attention.values)
    #expect(again.states.values == second.states.values && again.states.shape == [2, languageGRU ? 48 : 24])
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

  @Test func gridsAndCaptionsAreTheSameBitsOnAnyNumberOfThreads() throws {
    let shape = CompactShape(
      stemKernel: 5, stemStride: 2, stemChannels: 16,
      blocks: [.init(channels: 16, stride: 1), .init(channels: 40, stride: 2)], gridChannels: 24)
    let captioner = try Captioner.random(shape, inputSize: 96, width: 32, words: Self.words)
    let picture = PixelImage(width: 50, height: 70, pixels: (0..<10500).map { UInt8(truncatingIfNeeded: $0 * $0 / 11) })
    let results = try [1, 2, 3].map { threads in
      try ThreadPool(threads: threads).use {
        let image = try captioner.encode(picture)
        return (image.grid.values, try captioner.captions(for: image, settings: DecodingSettings(maxWords: 8)))
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
    let v = captioner.vocabulary
    func logProbability(_ tokens: [Int]) throws -> Float {
      // Teacher forcing through a beam of one sentence is not offered; the score of the found one must be reached by none.
      var (total, state) = (Float(0), image.cells.initialState)
      for (last, next) in zip([v.startToken] + tokens, tokens) {
        let output = captioner.step([last], states: state, cells: image.cells)
        state = output.states
        total += Float(Double(output.logits.row(0)[next]) - Sampler.logSumExp(output.logits.row(0)))
      }
      return total
    }
    var best = -Float.infinity
    let words = Array(4..<v.count)
    for sentence in [[v.endToken]] + words.map({ [$0, v.endToken] }) {
      best = max(best, try logProbability(sentence) / Float(sentence.count).pow07)
    }
    let open = try words.flatMap { a in try words.map { b in try logProbability([a, b]) / Float(2).pow07 } }.max()!
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
      (DecodingSettings(minWords: 9, maxWords: 8), "min words"), (DecodingSettings(mode: .beam(width: 0)), "beam"),
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
