import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("Self-critical training: rewards, drawn captions and the runs that learn from them")
struct SelfCriticalTests {
  private typealias World = TrainerTests.World

  private static let words = ["", "[UNK]", "<start>", "<end>", "a", "man", "in", "hat", "dog", "don't"]

  @Test("an advantage is what a reward exceeds the mean of the others by") func advantages() {
    #expect(SelfCriticalObjective.advantages([1, 2, 6]) == [-3, -1.5, 4.5])
    #expect(SelfCriticalObjective.advantages([0.25, 0.25]) == [0, 0])
  }

  private static func decoder(
    _ form: DecoderDescription = DecoderDescription(width: 8, initialState: .pooledGrid)
  ) throws -> AttentionDecoder {
    var weights = RandomWeights(seed: 3)
    return try AttentionDecoder(form, vocabularySize: words.count, featureChannels: 6, weights: &weights)
  }

  /// Sentences about the photos of a grid `[B, N, C]`.
  private static func drawn(
    _ grid: Tensor, by decoder: AttentionDecoder? = nil, count: Int, temperature: Float = 1, longest: Int = 12
  ) throws -> [[Int]] {
    try (decoder ?? self.decoder()).sample(
      features: FeatureMap(regions: grid.reshaped([grid.shape[0], 1, grid.shape[1], grid.shape[2]])), count: count,
      temperature: temperature, vocabulary: Vocabulary(words: words), longest: longest
    ) { CounterRandom(seed: 5, stream: "\($0)") }
  }

  @Test(
    "drawn words follow the distribution of the network that trains, and ends end",
    arguments: [
      DecoderDescription(width: 8, initialState: .pooledGrid),
      DecoderDescription(width: 8, initialState: .zeros, query: .projected, languageGRU: true),
    ])
  func drawing(form: DecoderDescription) throws {
    let decoder = try Self.decoder(form)
    let grid = RandomWeights(seed: 4).kernel("grid", [1, 5, 6], gain: 20)
    let count = 4000
    let sentences = try Self.drawn(grid, by: decoder, count: count)
    for sentence in sentences {
      #expect(sentence[0] == 2 && sentence.count <= 13)
      #expect(!sentence.dropLast().contains(3))
      #expect(sentence.count == 13 || sentence.last == 3)
    }
    let counts = Dictionary(sentences.map { ($0[1], 1) }, uniquingKeysWith: +).filter { $0.key != 3 }
    let commonest = try #require(counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key)
    for prefix in [[2], [2, commonest]] {
      let following = sentences.filter { $0.starts(with: prefix) }.map { $0[prefix.count] }
      #expect(following.count > 100)
      let probabilities = Self.following(prefix, decoder, grid: grid)
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
      for (word, p) in probabilities.enumerated() {
        let share = Double(following.count { $0 == word }) / Double(following.count)
        let deviation = (p * (1 - p) / Double(following.count)).squareRoot()
        #expect(abs(share - p) < 4 * deviation, "\(Self.words[word]) after \(prefix)")
      }
    }
  }

  /// The probability that the teacher-forced network gives each word that may follow `prefix`.
  private static func following(_ prefix: [Int], _ decoder: AttentionDecoder, grid: Tensor) -> [Double] {
    func sum(_ sentence: [Int]) -> Double {
      decoder.evaluate(features: grid, sentences: SentenceBatch([sentence])).sum
    }
    // Sums of −log p over whole sentences: what a word adds is its own.
    return words.indices.map { exp(sum(prefix) - sum(prefix + [$0])) }
  }

  @Test("a drawn sentence does not depend on the others; at a temperature near 0 all are the likeliest")
  func independence() throws {
    let grid = RandomWeights(seed: 4).kernel("grid", [2, 5, 6], gain: 20)
    let first = Tensor([1, 5, 6], Array(grid.values[..<30]))
    let (both, alone) = try (Self.drawn(grid, count: 6), Self.drawn(first, count: 6))
    #expect(Array(both[..<6]) == alone && Set(both).count > 6)
    #expect(Set(try Self.drawn(first, count: 6, temperature: 1e-4)).count == 1)
    #expect(try Self.drawn(first, count: 2, longest: 1).map(\.count) == [2, 2])
  }

  @Test("sentences of either sign: gradients equal finite differences") func gradients() throws {
    let decoder = try Self.decoder()
    let grid = RandomWeights(seed: 4).kernel("grid", [2, 5, 6], gain: 20)
    let sentences = SentenceBatch([[2, 5, 6, 3], [2, 7, 3], [2, 4, 9, 8, 3], []], weights: [0.5, -0.25, 1.5, 3])
    func loss() -> Double {
      defer { for p in decoder.parameters { p.gradient.fill(0) } }
      return decoder.forwardBackward(features: grid, sentences: sentences).loss
    }
    let result = decoder.forwardBackward(features: grid, sentences: sentences, wantsFeatures: true)
    let analytic =
      decoder.parameters.map { ($0.name, $0.value, $0.gradient.copy()) } + [("features", grid, result.dFeatures!)]
    for p in decoder.parameters { p.gradient.fill(0) }
    for (name, value, gradient) in analytic {
      try expectGradient(gradient, of: value, name: name, step: 1e-3, loss: loss)
    }
  }

  @Test(
    "a batch weighs each sampled word by its advantage over the words drawn, and human ones beside; none of a photo that failed"
  )
  func policyGradientBatch() throws {
    var world = try World()
    defer { world.remove() }
    var own = SelfCriticalOptions()
    (own.samples, own.crossEntropyWeight) = (3, 0.5)
    world.options.selfCritical = own
    world.options.captionsPerPhoto = 1
    let objective = try #require(
      SelfCriticalObjective(photos: world.photos.photos, options: world.options, vocabulary: world.vocabulary))
    let decoder = try world.decoder()
    let grid = RandomWeights(seed: 4).kernel("grid", [2, 5, 6], gain: 20)
    let features = FeatureMap(regions: grid.reshaped([2, 1, 5, 6]))
    let batch = objective.batch(decoder, features: features, indices: [nil, 7], step: 2)
    let captions = Array(
      decoder.sample(features: features, count: 3, temperature: 1, vocabulary: world.vocabulary, longest: 64) {
        CounterRandom(seed: world.options.seed, stream: "caption \($0) of step 2")
      }[3...])
    let reward = CaptionReward(
      references: world.photos.photos.map(\.references), vocabulary: world.vocabulary, options: own)
    let rewards = reward.rewards(captions, photo: 7)
    let count = captions.reduce(0) { $0 + $1.count - 1 }
    let human = world.photos.photos[7].sentences[0]
    var expected: [Float] = []
    for (advantage, caption) in zip(SelfCriticalObjective.advantages(rewards), captions) {
      expected += [Float](repeating: advantage / Float(count), count: caption.count - 1)
    }
    expected += [Float](repeating: 0.5 / Float(human.count - 1), count: human.count - 1)
    #expect(batch.sentences.targets == (captions + [human]).flatMap { $0.dropFirst().map(Int32.init) })
    #expect(batch.sentences.weights == expected)
    #expect(batch.rewards == rewards)
    #expect(batch.sentences.positions.sequenceCount == 8)
    #expect(batch.sentences.inputs == (captions + [human]).flatMap { $0.dropLast().map(Int32.init) })
  }

  @Test("photos with fewer human captions than asked for take part by those alone") func references() throws {
    var world = try World()
    defer { world.remove() }
    var own = SelfCriticalOptions()
    (own.samples, own.crossEntropyWeight, own.minimumReferences) = (3, 0.5, 3)
    (world.options.selfCritical, world.options.captionsPerPhoto) = (own, 2)
    let decoder = try world.decoder()
    let features = FeatureMap(regions: RandomWeights(seed: 4).kernel("grid", [2, 1, 5, 6], gain: 20))
    func batch() throws -> PolicyGradientBatch {
      try #require(
        SelfCriticalObjective(photos: world.photos.photos, options: world.options, vocabulary: world.vocabulary)
      ).batch(decoder, features: features, indices: [4, 7], step: 2)
    }
    let none = try batch()
    let human = [4, 7].flatMap { world.photos.photos[$0].sentences }
    #expect(none.sentences.targets == human.flatMap { $0.dropFirst().map(Int32.init) } && none.rewards.isEmpty)
    #expect(none.sentences.positions.sequenceCount == 10)
    let words = human.reduce(0) { $0 + $1.count - 1 }
    #expect(none.sentences.weights == [Float](repeating: 0.5 / Float(words), count: words))
    world.options.selfCritical?.minimumReferences = 2
    #expect(try batch().sentences.targets.count > words)
  }

  @Test("captions drawn earn more as a run goes on, and its weights score higher than those it began with")
  func learning() throws {
    var world = try World()
    defer { world.remove() }
    world.options.epochs = 10
    try world.trainer("start.safetensors").run()
    let begun = try ModelDescription(SafetensorsFile(path: world.path("start.safetensors"))).provenance
    var rewards: [Double] = []
    try Self.trainer(world, "w.safetensors") { ($0.epochs, $0.learningRate) = (25, 5e-3) }.run(report: {
      if case .step(let step) = $0 { rewards.append(step.reward ?? -1) }
    })
    #expect(rewards.count == 75 && rewards.allSatisfy { $0 >= 0 })
    #expect(rewards.suffix(9).reduce(0, +) > 1.5 * rewards.prefix(9).reduce(0, +))
    let kept = try ModelDescription(SafetensorsFile(path: world.path("w.safetensors"))).provenance
    #expect(try #require(Double(kept["validation_cider"]!)) > #require(Double(begun["validation_cider"]!)))
    #expect(kept["started_from"]?.hasPrefix("start.safetensors ") == true)
  }

  /// A self-critical run from `start.safetensors`, end to end or over its frozen encoder.
  private static func trainer(
    _ world: World, _ output: String, freezes: Bool = false, change: (inout TrainingOptions) -> Void = { _ in }
  ) throws -> Trainer {
    let weights = try StartingWeights(path: world.path("start.safetensors"))
    let start = StartingPoint(encoder: weights, decoder: weights)
    var options = SelfCriticalOptions.trainingDefaults
    (options.batch, options.captionsPerPhoto, options.epochs, options.warmup) = (4, 2, 2, 2)
    options.cropArea = 1
    try options.adopt(start, freezesEncoder: freezes)
    change(&options)
    return try Trainer(
      options: options, vocabulary: world.vocabulary, start: start, training: world.photos, validation: world.photos,
      output: world.path(output), cacheFolder: world.path("cache"), provenance: [:])
  }

  @Test("resuming gives bit for bit what never stopping gives", arguments: [true, false]) func resuming(freezes: Bool)
    throws
  {
    let world = try World()
    defer { world.remove() }
    try world.trainer("start.safetensors").run()
    #expect(try Self.trainer(world, "whole.safetensors", freezes: freezes).run())
    var steps = 0
    let stopped = try Self.trainer(world, "parts.safetensors", freezes: freezes).run(shouldStop: { steps == 4 }) {
      if case .step = $0 { steps += 1 }
    }
    let resumed = try Trainer(
      resuming: world.path("parts.safetensors"), dataset: { _, _ in (world.photos, world.photos) },
      cacheFolder: world.path("cache"), provenance: [:])
    #expect(try !stopped && resumed.stepsTaken == 4 && resumed.run())
    try expectSameRun(world.path("whole.safetensors"), world.path("parts.safetensors"))
  }

  @Test("validation captions are those of the weights with the beam asked for", arguments: [1, 3]) func beams(
    width: Int
  )
    throws
  {
    var world = try World()
    defer { world.remove() }
    world.options.epochs = 4
    try world.trainer("start.safetensors").run()
    let captions = try Self.trainer(world, "w.safetensors") { $0.scoringBeam = width }.validate().captions
    let captioner = try Captioner(weightsAt: world.path("start.safetensors"))
    let settings = DecodingSettings(mode: width == 1 ? .greedy : .beam(width: width))
    #expect(captions.map(\.entries.count) == [12])
    for (entry, photo) in zip(captions[0].entries, world.photos.photos) {
      let image = try captioner.encode(ImageDecoder.decode(path: photo.path))
      #expect(entry.caption == (try captioner.captions(for: image, settings: settings)[0].text))
    }
  }

  @Test("impossible options are named") func options() {
    func complaint(_ change: (inout TrainingOptions) -> Void) -> CaptioningError? {
      var options = SelfCriticalOptions.trainingDefaults
      change(&options)
      do { try options.validate() } catch { return error }
      return nil
    }
    #expect(complaint { _ in } == nil)
    #expect(
      complaint { $0.selfCritical?.samples = 1 } == .badOption("samples: 1, expected 2…1000"))
    #expect(complaint { $0.selfCritical?.temperature = 0 }?.description.hasPrefix("temperature: 0.0") == true)
    #expect(complaint { $0.selfCritical?.ciderWeight = 0 }?.description.contains("both 0") == true)
    #expect(complaint { $0.scoringBeam = 0 } == .badOption("scoring beam: 0, expected 1…1000"))
    #expect(complaint { $0.labelSmoothing = 0.1 }?.description.hasPrefix("label smoothing: 0.1") == true)
    #expect(complaint { $0.loss = .notebook }?.description.hasPrefix("loss: notebook") == true)
  }
}
