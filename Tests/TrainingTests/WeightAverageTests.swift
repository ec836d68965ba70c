import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("Weights averaged over the steps are what is validated and exported") struct WeightAverageTests {
  private typealias World = TrainerTests.World

  private static func world(decay: Float = 0.6) throws -> World {
    var world = try World()
    world.options.averageDecay = decay
    return world
  }

  private static func numbers(_ network: TrainableCaptioner) -> [String: Tensor] {
    let all = network.parameters.map { ($0.name, $0.value) } + network.statistics.map { ($0.name, $0.tensor) }
    return Dictionary(uniqueKeysWithValues: all)
  }

  @Test("the average follows its formula, number by number, and begins with the network") func formula() throws {
    let world = try Self.world()
    defer { world.remove() }
    let trainer = try world.trainer("w.safetensors")
    func averages() throws -> [String: [Float]] {
      let named = try #require(trainer.average).named
      return Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0.tensor.values) })
    }
    var expected = Self.numbers(trainer.network).mapValues(\.values).mapValues { $0.map(Double.init) }
    for (name, values) in try averages() {
      #expect(values.map(Double.init) == expected[String(name.dropLast("#average".count))])
    }
    var step = 0
    try trainer.run(report: { event in
      guard case .step = event else { return }
      step += 1
      // 2/11, 3/12, … until 0.6 is less.
      let kept = min(0.6, Double(1 + step) / Double(10 + step))
      for (name, tensor) in Self.numbers(trainer.network) {
        expected[name] = zip(expected[name]!, tensor.values).map { kept * $0 + (1 - kept) * Double($1) }
      }
    })
    #expect(step == 6)
    let found = try averages()
    #expect(found.count == expected.count)
    for (name, values) in expected {
      let own = try #require(found["\(name)#average"])
      #expect(zip(own, values).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(name)")
      #expect(zip(own, Self.numbers(trainer.network)[name]!.values).contains { $0 != $1 }, "\(name) did not move")
    }
  }

  @Test("the file, its frames and the validation are the average's, the checkpoint holds both") func exported() throws {
    let world = try Self.world()
    defer { world.remove() }
    let files = RunFiles(images: [FilePath(world.folder.path)], checkpointSeconds: 300, keepEvery: 3)
    let trainer = try Trainer(
      options: world.options, vocabulary: world.vocabulary, training: world.photos, validation: world.photos,
      output: world.path("w.safetensors"), provenance: [:], files: files)
    var losses: [Double] = []
    // The last epoch is the best.
    try trainer.run(report: { if case .validated(let result) = $0 { losses.append(result.loss) } })
    let kept = try #require(trainer.kept)
    #expect(kept.epoch == 2)
    let (output, checkpoint, frame) = try (
      SafetensorsFile(path: world.path("w.safetensors")), SafetensorsFile(path: world.path("w.safetensors.checkpoint")),
      SafetensorsFile(path: Trainer.frame(6, in: Trainer.frames(world.path("w.safetensors"))))
    )
    for (name, average) in try #require(trainer.average).named {
      let own = String(name.dropLast("#average".count))
      #expect(try checkpoint.tensor(name).values == average.values)
      #expect(try checkpoint.tensor(own).values == Self.numbers(trainer.network)[own]!.values)
      let written = try output.tensor(own).values
      for (a, b) in zip(written, average.values) { #expect(abs(a - b) <= abs(b) * 0x1p-11 + 1e-7, "\(own)") }
      #expect(try frame.tensor(own).values == written)
    }
    let (ofNetwork, ofAverage) = try (trainer.validate().loss, trainer.averaged { try trainer.validate().loss })
    #expect(ofAverage == losses[1] && ofNetwork != ofAverage)
    // Afterwards the network is what it was.
    #expect(try trainer.validate().loss == ofNetwork)
  }

  @Test("a short average of a run that goes on lies near its last weights") func shortAverage() throws {
    let world = try Self.world(decay: 1e-3)
    defer { world.remove() }
    let trainer = try world.trainer("w.safetensors")
    try trainer.run()
    for (name, average) in try #require(trainer.average).named {
      let last = Self.numbers(trainer.network)[String(name.dropLast("#average".count))]!
      #expect(zip(average.values, last.values).allSatisfy { abs($0 - $1) < 1e-3 }, "\(name)")
    }
  }

  @Test("a run without one keeps none, and resumes from a checkpoint that lacks one only then") func without() throws {
    var world = try Self.world(decay: 0)
    defer { world.remove() }
    let trainer = try world.trainer("w.safetensors")
    try trainer.run()
    #expect(trainer.average == nil)
    let path = world.path("w.safetensors.checkpoint")
    #expect(try !SafetensorsFile(path: path).names.contains { $0.hasSuffix("#average") })
    _ = try world.resumed("w.safetensors")
    // A checkpoint that speaks of an average and has none is broken.
    world.options.averageDecay = 0.5
    var state = trainer.state
    state.options.averageDecay = 0.5
    try state.save(trainer.network, nil, nil, to: path)
    #expect(throws: WeightFileError.self) { try world.resumed("w.safetensors") }
  }

  @Test("resuming gives bit for bit what never stopping gives") func resuming() throws {
    let world = try Self.world()
    defer { world.remove() }
    try expectResumingIsNeverStopping(begin: { try world.trainer($0) }, resume: { try world.resumed($0) })
  }

  @Test("every rank has the same average, and it is that of one process") func ranks() async throws {
    let world = try Self.world()
    defer { world.remove() }
    // The checkpoints are rank 0's; the sums of gradients are the same on all ranks.
    final class Trainers: @unchecked Sendable {
      let lock = NSLock()
      var all: [Int: Trainer] = [:]
    }
    func run(_ count: Int) async throws -> [[String: [Float]]] {
      let trainers = Trainers()
      let told = try await RankedRun.runs(ranks: count) { ranks in
        let trainer = try world.trainer("w\(count).safetensors")
        trainers.lock.withLock { trainers.all[ranks.rank] = trainer }
        return trainer
      }
      #expect(told.allSatisfy { $0.error == nil && $0.losses.count == 6 })
      return try (0..<count).map { rank in
        let named = try #require(trainers.all[rank]?.average).named
        return Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0.tensor.values) })
      }
    }
    let (alone, ranked) = (try await run(1)[0], try await run(3))
    #expect(ranked[0] == ranked[1] && ranked[0] == ranked[2])
    for (name, values) in alone {
      #expect(zip(values, ranked[0][name]!).allSatisfy { abs($0 - $1) < 1e-3 }, "\(name)")
    }
  }

  @Test("a decay that averages nothing, or for ever, is refused", arguments: [-0.1, 1, .nan] as [Float])
  func options(decay: Float) {
    var options = TrainingOptions()
    options.averageDecay = decay
    #expect(throws: CaptioningError.badOption("average decay: \(decay), expected from 0 to below 1")) {
      try options.validate()
    }
  }
}
