import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("Sentences of no photo are learnt beside the captions") struct LoneSentenceTests {
  private typealias World = TrainerTests.World

  private static let sentences = ["the red picture is green", "a picture", "a square is a picture"]

  private static func trainer(_ world: World, _ output: String, perStep: Int = 5) throws -> Trainer {
    var options = world.options
    options.sentencesPerStep = perStep
    return try Trainer(
      options: options, vocabulary: world.vocabulary, training: world.photos, validation: world.photos,
      loneSentences: perStep == 0 ? [] : sentences, output: world.path(output), provenance: [:])
  }

  private static func resumed(_ world: World, _ output: String, _ sentences: [String] = sentences) throws -> Trainer {
    try Trainer(
      resuming: world.path(output), dataset: { _, _ in (world.photos, world.photos) }, loneSentences: sentences,
      provenance: [:])
  }

  /// −log p of the sentences a word, said of an empty map.
  private static func loss(_ decoder: AttentionDecoder, _ vocabulary: Vocabulary) -> Double {
    let batch = SentenceBatch(sentences.map { PhotoSet.sentence($0, vocabulary) })
    let result = decoder.evaluate(features: Tensor([1, 16, decoder.featureChannels]), sentences: batch)
    return result.sum / Double(result.words)
  }

  @Test("their words become likelier, and those of the photos no less likely than without") func learning() throws {
    var world = try World()
    defer { world.remove() }
    (world.options.epochs, world.options.dropout, world.options.gridDropout) = (40, 0, 0)
    (world.options.labelSmoothing, world.options.cropArea, world.options.colorJitter) = (0, 1, 0)
    var losses: [Double] = []
    func run(_ perStep: Int) throws -> (sentences: Double, photos: Double) {
      let trainer = try Self.trainer(world, "w\(perStep).safetensors", perStep: perStep)
      try trainer.run(report: { if case .step(let step) = $0, perStep > 0 { losses.append(step.loss) } })
      return (Self.loss(trainer.network.decoder, world.vocabulary), try trainer.validate().loss)
    }
    let (without, with) = try (run(0), run(5))
    #expect(with.sentences < without.sentences / 2, "from \(without.sentences) to \(with.sentences)")
    #expect(with.photos < 0.8, "\(with.photos) nats a word, \(without.photos) without")
    #expect(losses.last! < losses.first! / 2)
    let facts = try ModelDescription(SafetensorsFile(path: world.path("w5.safetensors"))).provenance
    #expect(facts["training_sentences"] == "3")
  }

  @Test("a step's loss and gradients are those of the mean over the words of both") func mean() throws {
    let world = try World()
    defer { world.remove() }
    var options = world.options
    (options.dropout, options.gridDropout, options.labelSmoothing, options.mapEntropy) = (0, 0, 0, 0)
    options.sentencesPerStep = 5
    var weights = RandomWeights(seed: 3)
    let network = try TrainableCaptioner(options: options, vocabulary: world.vocabulary, weights: &weights)
    let lone = Self.sentences.map { PhotoSet.sentence($0, world.vocabulary) }
    let batch = BatchMaker(photos: world.photos.photos, options: options, loneSentences: lone).batch(step: 1)
    let drawn = try #require(batch.loneSentences)
    #expect(drawn.positions.sequenceCount == TrainingBatch.emptyMaps)
    let lengths = (0..<5).map { drawn.positions.offsets[$0 + 1] - drawn.positions.offsets[$0] }
    #expect(lengths.allSatisfy { length in lone.contains { $0.count - 1 == length } })
    #expect(drawn.positions.offsets[5] == drawn.targets.count)
    func run(_ batch: TrainingBatch) -> (loss: Double, words: Int, gradient: [Float]) {
      let result = network.forwardBackward(batch, options: options, seed: 1) { _ in batch.sentences }
      defer { for p in network.parameters { p.gradient.fill(0) } }
      return (result.loss, result.words, network.decoder.parameters.flatMap(\.gradient.values))
    }
    var photosAlone = batch
    photosAlone.loneSentences = nil
    let (both, photos) = (run(batch), run(photosAlone))
    let empty = Tensor([TrainingBatch.emptyMaps, 16, network.decoder.featureChannels])
    let others = network.decoder.forwardBackward(features: empty, sentences: drawn)
    let gradient = network.decoder.parameters.flatMap(\.gradient.values)
    #expect(both.words == photos.words + others.words && others.words == drawn.targets.count)
    let (a, b) = (Double(photos.words) / Double(both.words), Double(others.words) / Double(both.words))
    #expect(abs(both.loss - (a * photos.loss + b * others.loss)) < 1e-5)
    let largest = gradient.map(abs).max()!
    for (index, value) in both.gradient.enumerated() {
      let expected = Float(a) * photos.gradient[index] + Float(b) * gradient[index]
      #expect(abs(value - expected) < 1e-5 * max(1, largest))
    }
  }

  @Test("resuming gives bit for bit what never stopping gives, and refuses other sentences") func resuming() throws {
    let world = try World()
    defer { world.remove() }
    #expect(try Self.trainer(world, "whole.safetensors").run())
    var steps = 0
    let stopped = try Self.trainer(world, "parts.safetensors").run(shouldStop: { steps == 4 }) {
      if case .step = $0 { steps += 1 }
    }
    #expect(!stopped)
    #expect(throws: CaptioningError.self) { try Self.resumed(world, "parts.safetensors", []) }
    #expect(throws: CaptioningError.self) { try Self.resumed(world, "parts.safetensors", ["a red square"]) }
    #expect(try Self.resumed(world, "parts.safetensors").run())
    try expectSameRun(world.path("whole.safetensors"), world.path("parts.safetensors"))
  }

  @Test("they are drawn by the run's seed and the step, and none where none is asked for") func drawing() throws {
    let world = try World()
    defer { world.remove() }
    let lone = (0..<100).map { [2, $0 % 5 + 4, $0 / 5, 3] }
    func drawn(step: Int, seed: UInt64 = 1, perStep: Int = 8) -> [Int32]? {
      var options = world.options
      (options.sentencesPerStep, options.seed) = (perStep, seed)
      return BatchMaker(photos: world.photos.photos, options: options, loneSentences: lone).batch(step: step)
        .loneSentences?.targets
    }
    #expect(drawn(step: 3) == drawn(step: 3) && drawn(step: 3)?.count == 24)
    #expect(drawn(step: 3) != drawn(step: 4) && drawn(step: 3) != drawn(step: 3, seed: 2))
    #expect(drawn(step: 3, perStep: 0) == nil)
  }

  @Test("sentences asked for where there are none, or the other way round, are refused") func options() throws {
    let world = try World()
    defer { world.remove() }
    var options = world.options
    options.sentencesPerStep = -1
    #expect(throws: CaptioningError.badOption("sentences a step: -1, expected 0…65536")) { try options.validate() }
    options = SelfCriticalOptions.trainingDefaults
    options.sentencesPerStep = 8
    #expect(throws: CaptioningError.self) { try options.validate() }
    for (perStep, sentences) in [(8, []), (0, Self.sentences)] {
      options = world.options
      options.sentencesPerStep = perStep
      #expect(throws: CaptioningError.self) {
        try Trainer(
          options: options, vocabulary: world.vocabulary, training: world.photos, validation: world.photos,
          loneSentences: sentences, output: world.path("w.safetensors"), provenance: [:])
      }
    }
  }
}

@Suite("A file of sentences is read line by line, plain or gzip") struct SentenceFileTests {
  /// Two members: "A dog runs .", an empty line, "Two children " and, by the second, "play café games".
  private static let compressed = Data(
    base64Encoded: "H4sIAAAAAAACA3NUSMlPVygqzStW0OPiCinPV0jOyMxJKUrNUwAAj7KwAhsAAAAfiwgAAAAAAAIDK8hJrFRITkw7"
      + "vFIhPTE3tZgLANoFFAQRAAAA")!

  private func read(_ data: Data) throws -> [String] {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-\(UUID().uuidString)")
    try data.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    do { return try SentenceFile(path: FilePath(url.path)).sentences } catch {
      #expect("\(error)".hasPrefix(url.path))
      throw error
    }
  }

  private func complaint(_ data: Data) -> String {
    do { return "read \(try read(data))" } catch { return "\(error)" }
  }

  @Test("blank lines are passed over, and the last line needs no end") func lines() throws {
    #expect(try read(Data("one\n\n  \ntwo words\r\n three".utf8)) == ["one", "two words\r", " three"])
  }

  @Test("gzip is told by its first bytes, and its members follow each other") func gzip() throws {
    #expect(try read(Self.compressed) == ["A dog runs .", "Two children play café games"])
  }

  @Test("a gzip file cut or changed anywhere is refused") func damaged() {
    // Cut between its two members it is a whole file.
    for length in 2..<Self.compressed.count where length != 47 {
      #expect(complaint(Self.compressed.prefix(length)).contains("a whole compressed text"), "cut to \(length) bytes")
    }
    for place in [10, 20, 40, 60, 80] {
      var changed = Self.compressed
      changed[place] ^= 0x55
      #expect(complaint(changed).contains("a whole compressed text"), "byte \(place) changed")
    }
    #expect(complaint(Self.compressed + Data("rest".utf8)).contains("a whole compressed text"))
  }

  @Test("what is no text, or holds no sentence, is refused by its line") func foreign() {
    #expect(complaint(Data([0x61, 0x0A, 0xFF, 0xFE])).contains("line 2: expected UTF-8 text"))
    #expect(complaint(Data()).contains("a sentence on each"))
    #expect(complaint(Data("\n \n".utf8)).contains("a sentence on each"))
  }
}
