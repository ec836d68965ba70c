import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("Mirror images of some of a step's photos are learnt beside them") struct MirrorImageTests {
  private typealias World = TrainerTests.World

  private static func world(batch: Int = 6) throws -> World {
    var world = try World()
    (world.options.batch, world.options.mirrorWeight, world.options.mirrorMapWeight) = (batch, 0.5, 0.1)
    (world.options.regionDropout, world.options.averageDecay) = (0.15, 0.9)
    return world
  }

  /// A world whose photos are shown by an encoder of random weights that stays as it is.
  static func trainer(_ world: TrainerTests.World, frozen: Bool, _ output: String) throws -> Trainer {
    guard frozen else { return try world.trainer(output) }
    try world.writeEncoder()
    let start = StartingPoint(encoder: try StartingWeights(path: world.path("encoder.safetensors")))
    var options = world.options
    try options.adopt(start, freezesEncoder: true)
    return try Trainer(
      options: options, vocabulary: world.vocabulary, start: start, training: world.photos, validation: world.photos,
      output: world.path(output), cacheFolder: world.path("cache-\(output)"), provenance: ["data": "squares"])
  }

  @Test("a third of a step's photos are mirror images of another third, with the same captions") func batches() throws {
    let world = try Self.world(batch: 7)
    defer { world.remove() }
    let maker = BatchMaker(photos: world.photos.photos, options: world.options)
    #expect(maker.stepsPerEpoch == 2)
    var seen: [Int: Int] = [:]
    for step in 0..<10 {
      let batch = maker.batch(step: step)
      guard case .pixels(let pixels) = batch.input else { return #expect(Bool(false), "pixels were expected") }
      #expect(pixels.shape == [7, 16, 16, 3] && batch.photos == 7 && batch.images == 2)
      #expect(batch.sentences.mirrored.count == 2)
      let size = 16 * 16 * 3
      for (pair, place) in batch.sentences.mirrored.enumerated() {
        #expect(batch.indices[place] == batch.indices[5 + pair])
        seen[place, default: 0] += 1
        let (photo, image) = (pixels.pointer + place * size, pixels.pointer + (5 + pair) * size)
        var most: Float = 0
        for index in 0..<size {
          let (pixel, channel) = (index / 3, index % 3)
          most = max(most, abs(photo[index] - image[(pixel + 15 - 2 * (pixel % 16)) * 3 + channel]))
        }
        #expect(most < 1e-4, "pixels of the image differ by \(most)")
        let rows = batch.sentences.photos(7)
        #expect(batch.sentences.targets[rows[place]] == batch.sentences.targets[rows[5 + pair]])
      }
      #expect(batch.sentences.mirrored == maker.mirrored(step: step, of: 5))
    }
    // Each of the five places comes with its image as often as the others.
    #expect(seen == [0: 4, 1: 4, 2: 4, 3: 4, 4: 4])
  }

  @Test("in a run without them, steps are what they were") func without() throws {
    let world = try World()
    defer { world.remove() }
    let batch = BatchMaker(photos: world.photos.photos, options: world.options).batch(step: 3)
    #expect(
      batch.images == 0 && batch.sentences.mirrored.isEmpty && batch.photos == 4 && world.options.photosPerStep == 4)
  }

  @Test("a photo that cannot be read is left out with its image, and told of once") func unreadable() throws {
    let world = try Self.world()
    defer { world.remove() }
    for photo in world.photos.photos { try Data("x".utf8).write(to: URL(fileURLWithPath: photo.path.string)) }
    let batch = BatchMaker(photos: world.photos.photos, options: world.options).batch(step: 0)
    #expect(batch.indices == [Int?](repeating: nil, count: 6) && batch.failures.count == 4)
    #expect(batch.sentences.targets.isEmpty && batch.sentences.positions.sequenceCount == 12)
  }

  @Test("over a frozen encoder the whole photo and its mirror image are each other's") func cached() throws {
    var world = try Self.world()
    defer { world.remove() }
    world.options.views = 3
    let trainer = try Self.trainer(world, frozen: true, "w.safetensors")
    try trainer.run()
    let cache = try #require(trainer.cachedFeatures)
    let maker = BatchMaker(photos: world.photos.photos, options: trainer.options, cache: cache)
    var views = Set<Int>()
    for step in 0..<12 {
      let batch = maker.batch(step: step)
      guard case .features(let maps) = batch.input else { return #expect(Bool(false), "feature maps were expected") }
      func view(_ place: Int) throws -> Int? {
        let (shown, kept) = (maps.part(place, 1).values, Tensor([4, 4, 5]))
        let path = world.photos.photos[try #require(batch.indices[place])].path
        return (0..<3).first { cache.copy(path, view: $0, into: kept.pointer) && kept.values == shown }
      }
      for (pair, place) in batch.sentences.mirrored.enumerated() {
        let (photo, image) = (try #require(try view(place)), try #require(try view(4 + pair)))
        #expect(photo + image == 1)
        views.insert(photo)
      }
    }
    #expect(views == [0, 1])
  }

  @Test("of a reward mirror images have no part, and their human captions are compared") func selfCritical() throws {
    var world = try Self.world()
    defer { world.remove() }
    var own = SelfCriticalOptions()
    (own.samples, own.crossEntropyWeight) = (3, 0.5)
    (world.options.selfCritical, world.options.labelSmoothing) = (own, 0)
    let objective = try #require(
      SelfCriticalObjective(photos: world.photos.photos, options: world.options, vocabulary: world.vocabulary))
    let decoder = try world.decoder()
    let features = FeatureMap(regions: RandomWeights(seed: 4).kernel("grid", [3, 1, 5, 6], gain: 20))
    let batch = objective.batch(decoder, features: features, indices: [4, 7, 4], images: 1, step: 2)
    let alone = objective.batch(
      decoder, features: FeatureMap(regions: features.regions.first(2)), indices: [4, 7], step: 2)
    #expect(batch.rewards == alone.rewards && batch.rewards.count == 6)
    let rows = batch.sentences.photos(3)
    let human = world.photos.photos[4].sentences.flatMap { $0.dropFirst().map(Int32.init) }
    #expect(Array(batch.sentences.targets[rows[2]]) == human)
    #expect(Array(batch.sentences.targets[..<rows[2].lowerBound]) == alone.sentences.targets)
    let words = MirroredWords(batch.sentences.mirroring([0]), photos: 3)
    #expect(words.count == human.count)
    #expect(words.own.map { batch.sentences.targets[$0.row] } == human)
    #expect(words.own.map { batch.sentences.targets[$0.image] } == human)
  }

  @Test("resuming with everything on gives bit for bit what never stopping gives", arguments: [false, true])
  func resuming(frozen: Bool) throws {
    var world = try Self.world()
    defer { world.remove() }
    // Three steps of four photos an epoch.
    world.options.epochs = 2
    try expectResumingIsNeverStopping {
      try Self.trainer(world, frozen: frozen, $0)
    } resume: {
      try Trainer(
        resuming: world.path($0), dataset: { _, _ in (world.photos, world.photos) },
        cacheFolder: world.path("cache-\($0)"), provenance: ["data": "squares"])
    }
  }

  @Test("a run draws the two together: the divergence and the maps' distance fall") func learning() throws {
    func run(_ weight: Float, seed: UInt64) throws -> (words: Double, maps: Double) {
      var world = try Self.world()
      defer { world.remove() }
      (world.options.epochs, world.options.seed, world.options.regionDropout) = (20, seed, 0)
      (world.options.mirrorWeight, world.options.mirrorMapWeight) = (weight, weight)
      let trainer = try world.trainer("w.safetensors")
      try trainer.run()
      (world.options.mirrorWeight, world.options.mirrorMapWeight) = (1, 1)
      let batch = BatchMaker(photos: world.photos.photos, options: world.options).batch(step: 500)
      func added(_ own: Regularization) -> Double {
        guard case .pixels(let pixels) = batch.input else { return .nan }
        let features = trainer.network.encoder!.forward(pixels).features
        func loss(_ own: Regularization) -> Double {
          trainer.network.decoder.forwardBackward(
            features: FeatureMap(regions: features).sequence, columns: 4, sentences: batch.sentences,
            regularization: own
          ).loss
        }
        return loss(own) - loss(Regularization())
      }
      return (added(Regularization(mirrorWeight: 1)), added(Regularization(mirrorMapWeight: 1)))
    }
    // Summed over runs: photos are few, and of a single run either may be small by luck, which the last bits of products
    // decide.
    func total(_ weight: Float) throws -> (words: Double, maps: Double) {
      try (1...4).map { try run(weight, seed: $0) }.reduce((0, 0)) { ($0.0 + $1.words, $0.1 + $1.maps) }
    }
    let (without, with) = try (total(1e-12), total(1))
    #expect(with.words < without.words / 2, "from \(without.words) to \(with.words)")
    #expect(with.maps < without.maps, "from \(without.maps) to \(with.maps)")
  }

  @Test("what cannot be is refused by name") func options() throws {
    func complaint(_ change: (inout TrainingOptions) -> Void) -> String? {
      var options = TrainingOptions()
      (options.mirrorWeight, options.regionDropout) = (0.5, 0.15)
      change(&options)
      do { try options.validate() } catch { return error.description }
      return nil
    }
    func isRefused(_ says: String, _ change: (inout TrainingOptions) -> Void) {
      let complaint = complaint(change)
      #expect(complaint?.hasPrefix(says) == true, "\(complaint ?? "nothing") instead of \(says)")
    }
    #expect(complaint { _ in } == nil)
    isRefused("mirror weight: -1.0, expected at least 0") { $0.mirrorWeight = -1 }
    isRefused("mirror map weight: inf, expected at least 0") { $0.mirrorMapWeight = .infinity }
    isRefused("region dropout: 1.0, expected from 0 to below 1") { $0.regionDropout = 1 }
    isRefused("batch: 2, expected at least 3 where mirror images are learnt") { $0.batch = 2 }
    isRefused("loss: notebook, expected words where mirror images are learnt") { $0.loss = .notebook }
    isRefused("cross-entropy weight: 0, expected above 0 where mirror images are learnt") {
      ($0.selfCritical, $0.labelSmoothing) = (SelfCriticalOptions(), 0)
    }
    #expect(complaint { ($0.mirrorWeight, $0.loss) = (0, .notebook) } == nil)
    let world = try World()
    defer { world.remove() }
    let frozen = try Self.trainer(world, frozen: true, "w.safetensors").options.frozenEncoder
    isRefused("views: 1, expected the whole photo and its mirror image") { ($0.frozenEncoder, $0.views) = (frozen, 1) }
    isRefused("flips: none, expected where mirror images") { ($0.frozenEncoder, $0.flips) = (frozen, false) }
    #expect(complaint { $0.flips = false } == nil)
    let stored = try JSONEncoder().encode(TrainingOptions())
    for key in ["regionDropout", "mirrorWeight", "mirrorMapWeight", "averageDecay"] {
      #expect(!String(decoding: stored, as: UTF8.self).contains(key))
    }
  }
}
