import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("Ranks that share each batch train the network that one process trains") struct RankTests {
  /// A world with a frozen encoder, and what a run in it is begun with.
  private static func world(_ change: (inout TrainingOptions) -> Void) throws -> TrainerTests.World {
    var world = try TrainerTests.World()
    try world.writeEncoder()
    world.options.batch = 5
    world.options.epochs = 25
    (world.options.dropout, world.options.gridDropout, world.options.mapEntropy) = (0.2, 0.1, 0.01)
    change(&world.options)
    return world
  }

  private static func trainer(_ world: TrainerTests.World, _ output: String, resumes: Bool = false) throws -> Trainer {
    let cache = world.path("cache-\(output)")
    if resumes {
      return try Trainer(
        resuming: world.path(output), dataset: { _, _ in (world.photos, world.photos) }, cacheFolder: cache,
        provenance: [:])
    }
    let start = StartingPoint(encoder: try StartingWeights(path: world.path("encoder.safetensors")), decoder: nil)
    var options = world.options
    try options.adopt(start, freezesEncoder: true)
    return try Trainer(
      options: options, vocabulary: world.vocabulary, start: start, training: world.photos, validation: world.photos,
      output: world.path(output), cacheFolder: cache, provenance: [:])
  }

  private static func run(
    _ world: TrainerTests.World, _ output: String, ranks count: Int, resumes: Bool = false, stop: Int? = nil
  ) async throws -> [RankedRun] {
    try await RankedRun.runs(ranks: count, stop: stop) { _ in try trainer(world, output, resumes: resumes) }
  }

  @Test("losses, gradients and words of fifty steps are those of one process") func parity() async throws {
    let world = try Self.world { _ in }
    defer { world.remove() }
    try await RankedRun.expectParity(of: [2, 7]) { output, _ in try Self.trainer(world, output) }
    try expectSameRun(world.path("ranks-2.safetensors"), world.path("again-2.safetensors"))
  }

  @Test("the notebook's loss too") func notebook() async throws {
    let world = try Self.world {
      $0.loss = .notebook
      $0.epochs = 5
    }
    defer { world.remove() }
    let alone = try await Self.run(world, "alone.safetensors", ranks: 1)[0]
    let ranks = try await Self.run(world, "ranks.safetensors", ranks: 2)
    #expect(alone.losses.count == 10 && ranks[0].losses.count == 10)
    for (own, other) in zip(ranks[0].losses, alone.losses) { #expect(abs(own - other) <= 1e-5) }
  }

  @Test("a photo that cannot be read is left out by all") func unreadable() async throws {
    let world = try Self.world { $0.epochs = 3 }
    defer { world.remove() }
    let photo = URL(fileURLWithPath: world.path("3.png").string)
    let bytes = try Data(contentsOf: photo)
    try bytes.prefix(bytes.count / 2).write(to: photo)
    let alone = try await Self.run(world, "alone.safetensors", ranks: 1)[0]
    let ranks = try await Self.run(world, "ranks.safetensors", ranks: 3)
    for told in ranks { told.expectSame(as: alone) }
  }

  @Test("a run that any rank was asked to stop goes on with another number of ranks") func resuming() async throws {
    let world = try Self.world { $0.epochs = 5 }
    defer { world.remove() }
    let alone = try await Self.run(world, "alone.safetensors", ranks: 1)[0]
    let first = try await Self.run(world, "parts.safetensors", ranks: 2, stop: 3)
    #expect(first.map(\.losses.count) == [3, 3])
    let second = try await Self.run(world, "parts.safetensors", ranks: 3, resumes: true, stop: 4)
    let third = try await Self.run(world, "parts.safetensors", ranks: 1, resumes: true)
    let parts = first[0].losses + second[0].losses + third[0].losses
    #expect(parts.count == 10 && alone.losses.count == 10)
    for (own, other) in zip(parts, alone.losses) { #expect(abs(own - other) <= 1e-5) }
  }

  @Test("each rank keeps the feature maps of its own photos alone") func caches() async throws {
    let world = try Self.world { $0.epochs = 1 }
    defer { world.remove() }
    _ = try await Self.run(world, "w.safetensors", ranks: 3)
    let folder = world.path("cache-w.safetensors")
    let records = try (0..<3).map { rank in
      let names = try #require(folder.appending("rank-\(rank)-of-3").names)
      let index = try #require(names.first { $0.string.hasSuffix(".index") })
      let file = folder.appending("rank-\(rank)-of-3").appending(index)
      return try String(contentsOfFile: file.string, encoding: .utf8).split(separator: "\n").count - 1
    }
    // Two views of each photo of two, two and one of five parts; rank 0 has the whole photos of the other seven, which it
    // validates on.
    #expect(records == [17, 10, 4])
  }

  @Test("a rank looks for its own photos alone: those of others need not be there", arguments: [true, false])
  func absentPhotos(freezesEncoder: Bool) async throws {
    let world = try Self.world { ($0.epochs, $0.learningRate) = (4, 3e-4) }
    defer { world.remove() }
    let annotations = try CocoAnnotations(path: world.path("captions.json"))
    let none = PhotoSet(annotations: [], folders: [], vocabulary: world.vocabulary)
    for rank in 0..<2 {
      try FileManager.default.createDirectory(
        atPath: world.path("disk-\(rank)").string, withIntermediateDirectories: false)
      for photo in world.photos.photos where photo.number % 5 % 2 == rank {
        try FileManager.default.copyItem(
          atPath: photo.path.string, toPath: world.path("disk-\(rank)").appending(photo.path.lastComponent!).string)
      }
    }
    @Sendable func make(_ output: String, _ ranks: any RankGroup) throws -> Trainer {
      let folder = ranks.count == 1 ? FilePath(world.folder.path) : world.path("disk-\(ranks.rank)")
      let photos = PhotoSet(
        annotations: [annotations], folders: [folder], vocabulary: world.vocabulary, ranks: ranks, batch: 5)
      #expect(photos.photos.map(\.captions) == world.photos.photos.map(\.captions) && photos.missing == ["absent.png"])
      var options = world.options
      var start = StartingPoint()
      if freezesEncoder {
        start = StartingPoint(encoder: try StartingWeights(path: world.path("encoder.safetensors")), decoder: nil)
        try options.adopt(start, freezesEncoder: true)
      }
      return try Trainer(
        options: options, vocabulary: world.vocabulary, start: start, training: photos, validation: none,
        output: world.path(output), cacheFolder: world.path("cache-\(output)-\(ranks.rank)"), provenance: [:])
    }
    let alone = try await RankedRun.runs(ranks: 1) { try make("alone.safetensors", $0) }[0]
    #expect(alone.losses.count == 8 && alone.error == nil)
    for told in try await RankedRun.runs(ranks: 2, make: { try make("ranks.safetensors", $0) }) {
      told.expectSame(as: alone)
    }
  }

  @Test("an epoch has every photo once, and a photo always the same place of a batch") func order() throws {
    let world = try Self.world { $0.batch = 4 }
    defer { world.remove() }
    let maker = BatchMaker(photos: world.photos.photos, options: world.options)
    let epochs = (0..<3).map { epoch in (0..<3).map { maker.places(step: epoch * 3 + $0) } }
    for epoch in epochs {
      #expect(epoch.joined().sorted() == Array(0..<12))
      for step in epoch { #expect(step.map { $0 % 4 } == [0, 1, 2, 3]) }
    }
    #expect(Set(epochs).count == 3)
    // Without two of the photos of one part the third, number 9, comes at every step.
    let fewer = BatchMaker(photos: world.photos.photos.filter { ![1, 5].contains($0.number) }, options: world.options)
    #expect(fewer.stepsPerEpoch == 2)
    for step in 0..<4 { #expect(fewer.photos[fewer.places(step: step)[1]].number == 9) }
    var options = world.options
    options.stratifiedOrder = false
    let before = BatchMaker(photos: world.photos.photos, options: options)
    #expect((0..<3).flatMap { before.places(step: $0) }.sorted() == Array(0..<12))
  }
}
