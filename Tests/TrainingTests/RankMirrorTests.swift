import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Training

@Suite("Ranks train with mirror images, regions left out and averaged weights as one process does")
struct RankMirrorTests {
  private static func world(_ change: (inout TrainingOptions) -> Void) throws -> TrainerTests.World {
    var world = try TrainerTests.World()
    (world.options.batch, world.options.epochs, world.options.learningRate) = (8, 5, 1e-4)
    (world.options.dropout, world.options.gridDropout, world.options.mapEntropy) = (0.2, 0.1, 0.01)
    (world.options.mirrorWeight, world.options.mirrorMapWeight, world.options.regionDropout) = (0.5, 0.4, 0.2)
    world.options.averageDecay = 0.9
    change(&world.options)
    return world
  }

  private static func trainer(_ world: TrainerTests.World, _ output: String) throws -> Trainer {
    let none = PhotoSet(annotations: [], folders: [], vocabulary: world.vocabulary)
    return try Trainer(
      options: world.options, vocabulary: world.vocabulary, training: world.photos, validation: none,
      output: world.path(output), provenance: [:])
  }

  @Test("encoder and decoder from captions, of ranks without photos among them") func endToEnd() async throws {
    let world = try Self.world { _ in }
    defer { world.remove() }
    try await RankedRun.expectParity(of: [2, 3, 7], steps: 10) { output, _ in try Self.trainer(world, output) }
    try expectSameRun(world.path("ranks-2.safetensors"), world.path("again-2.safetensors"))
  }

  @Test("a decoder over a frozen encoder") func frozen() async throws {
    let world = try Self.world { _ in }
    defer { world.remove() }
    try await RankedRun.expectParity(of: [2], steps: 10) { output, _ in
      try MirrorImageTests.trainer(world, frozen: true, output)
    }
  }

  @Test("a photo that cannot be read is left out by all, with its image") func unreadable() async throws {
    let world = try Self.world { _ in }
    defer { world.remove() }
    let photo = URL(fileURLWithPath: world.path("3.png").string)
    let bytes = try Data(contentsOf: photo)
    try bytes.prefix(bytes.count / 2).write(to: photo)
    try await RankedRun.expectParity(of: [3], steps: 10) { output, _ in try Self.trainer(world, output) }
  }

  @Test("a reward beside human captions") func selfCritical() async throws {
    let world = try Self.world {
      var own = SelfCriticalOptions()
      (own.samples, own.crossEntropyWeight) = (3, 0.5)
      ($0.selfCritical, $0.labelSmoothing) = (own, 0)
    }
    defer { world.remove() }
    try await RankedRun.expectParity(of: [2], steps: 10) { output, _ in try Self.trainer(world, output) }
  }
}
