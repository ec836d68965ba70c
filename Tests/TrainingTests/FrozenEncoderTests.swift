import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("Training builds on weights that are there: frozen with cached grids, or further end to end")
struct FrozenEncoderTests {
  private typealias World = TrainerTests.World

  /// The world with an encoder of random weights in `encoder.safetensors`.
  private static func world(seed: UInt64 = 5) throws -> World {
    let world = try World()
    try writeEncoder(world, "encoder.safetensors", seed: seed)
    return world
  }

  private static func writeEncoder(_ world: World, _ name: String, seed: UInt64) throws {
    var weights = RandomWeights(seed: seed)
    let encoder = try CompactEncoder(world.options.shape, weights: &weights)
    let description = ModelDescription(encoder: world.options.encoderDescription, provenance: ["teacher": "none"])
    try writeSafetensors(
      exported(encoder.parameters, encoder.statistics), metadata: description.metadata, to: world.path(name))
  }

  /// A run from `file`, its grids in `cache`.
  private static func trainer(
    _ world: World, _ output: String, from file: String = "encoder.safetensors", freezes: Bool, wholly: Bool = false,
    photos: PhotoSet? = nil, change: (inout TrainingOptions) throws -> Void = { _ in }
  ) throws -> Trainer {
    let weights = try StartingWeights(path: world.path(file))
    let start = StartingPoint(encoder: weights, decoder: wholly ? weights : nil)
    var options = world.options
    try options.adopt(start, freezesEncoder: freezes)
    try change(&options)
    return try Trainer(
      options: options, vocabulary: world.vocabulary, start: start, training: photos ?? world.photos,
      validation: photos ?? world.photos, output: world.path(output), cacheFolder: world.path("cache"), provenance: [:])
  }

  private static func resumed(_ world: World, _ output: String) throws -> Trainer {
    try Trainer(
      resuming: world.path(output), dataset: { _, _ in (world.photos, world.photos) }, cacheFolder: world.path("cache"),
      provenance: [:])
  }

  private static func bytes(_ world: World, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: world.path(name).string))
  }

  @Test("a frozen encoder that its checkpoint describes otherwise than its file does is refused") func other() throws {
    let world = try Self.world()
    defer { world.remove() }
    let frozen = FrozenEncoder(try StartingWeights(path: world.path("encoder.safetensors")))
    _ = try frozen.open()
    let json = String(decoding: try JSONEncoder().encode(frozen), as: UTF8.self)
    let height = "\"height\":\(frozen.description.height)"
    #expect(json.contains(height))
    let damaged = json.replacingOccurrences(of: height, with: "\"height\":\(Int.max)")
    let other = try JSONDecoder().decode(FrozenEncoder.self, from: Data(damaged.utf8))
    let error = #expect(throws: CaptioningError.self) { try other.open() }
    #expect(error?.description.hasSuffix("encoder.safetensors: not the encoder that the checkpoint describes") == true)
  }

  @Test("cached grids equal direct encoding to float16") func cachedFeatures() throws {
    let world = try Self.world()
    defer { world.remove() }
    let trainer = try Self.trainer(world, "w.safetensors", freezes: true)
    var told: [[Int]] = []
    try trainer.run(report: { if case .encoded(let views, let total) = $0 { told.append([views, total]) } })
    #expect(told == [[8, 24], [16, 24], [24, 24]])
    let encoder = try ImageEncoder(weightsAt: world.path("encoder.safetensors"))
    let cached = Tensor([4, 4, 5])
    for photo in world.photos.photos {
      for (view, mirrored) in [(0, false), (1, true)] {
        let direct = try encoder.encode(ImageDecoder.decode(path: photo.path), mirrored: mirrored).regions.values
        #expect(trainer.cachedFeatures!.copy(photo.path, view: view, into: cached.pointer))
        // Half of the last of eleven bits.
        for (a, b) in zip(cached.values, direct) { #expect(abs(a - b) <= abs(b) * 0x1p-11 + 1e-6) }
      }
      #expect(!trainer.cachedFeatures!.copy(photo.path, view: 2, into: cached.pointer))
    }
    #expect(!trainer.cachedFeatures!.copy(world.path("absent.png"), into: cached.pointer))
  }

  @Test("the decoder learns over a frozen encoder, whose tensors the weights that come out hold as they were")
  func frozen() throws {
    let world = try Self.world()
    defer { world.remove() }
    var losses: [Double] = []
    try Self.trainer(world, "w.safetensors", freezes: true) {
      ($0.epochs, $0.dropout, $0.gridDropout) = (60, 0, 0)
    }.run(report: { if case .validated(let result) = $0 { losses.append(result.loss) } })
    #expect(losses.last! < losses.first! / 2, "from \(losses.first!) to \(losses.last!)")
    let (source, output) = try (
      SafetensorsFile(path: world.path("encoder.safetensors")), SafetensorsFile(path: world.path("w.safetensors"))
    )
    for name in source.names {
      #expect(try Array(source.bytes(name)) == Array(output.bytes(name)), "\(name) changed")
      #expect(source.info(name)?.dtype == output.info(name)?.dtype)
    }
    let captioner = try Captioner(weightsAt: world.path("w.safetensors"))
    let photo = try captioner.encode(ImageDecoder.decode(path: world.photos.photos[0].path))
    #expect(try !captioner.captions(for: photo, settings: DecodingSettings(mode: .greedy))[0].words.isEmpty)
  }

  @Test("resuming over a frozen encoder gives bit for bit what never stopping gives, wherever it stopped")
  func resuming() throws {
    let world = try Self.world()
    defer { world.remove() }
    #expect(try Self.trainer(world, "whole.safetensors", freezes: true).run())
    try FileManager.default.removeItem(atPath: world.path("cache").string)
    // Once before the second batch of grids, once after four steps.
    var asked = 0
    let stopped = try Self.trainer(world, "parts.safetensors", freezes: true).run(shouldStop: {
      asked += 1
      return asked == 2
    })
    var steps = 0
    var encoded = 0
    let again = try Self.resumed(world, "parts.safetensors").run(shouldStop: { steps == 4 }) {
      if case .step = $0 { steps += 1 }
      if case .encoded(_, let total) = $0 { encoded = total }
    }
    #expect(!stopped && !again && encoded == 16)
    #expect(try Self.resumed(world, "parts.safetensors").run())
    for suffix in ["", ".checkpoint"] {
      #expect(try Self.bytes(world, "whole.safetensors" + suffix) == Self.bytes(world, "parts.safetensors" + suffix))
    }
    try Self.writeEncoder(world, "encoder.safetensors", seed: 6)
    #expect(throws: CaptioningError.self) { try Self.resumed(world, "parts.safetensors") }
  }

  @Test("an encoder is shown larger photos, trained or not, gives as many regions, and its file says so")
  func inputSize() throws {
    let world = try Self.world()
    defer { world.remove() }
    let small = try ModelDescription(SafetensorsFile(path: world.path("encoder.safetensors"))).encoder
    for freezes in [true, false] {
      let change: (inout TrainingOptions) throws -> Void = {
        $0.epochs = 1
        try $0.show(inputSize: 24)
      }
      try Self.trainer(world, "w.safetensors", freezes: freezes, change: change).run()
      #expect(try Self.resumed(world, "w.safetensors").options.encoderDescription.height == 24)
      let captioner = try Captioner(weightsAt: world.path("w.safetensors"))
      let large = captioner.description.encoder
      #expect((large.height, large.width, large.rows, large.columns) == (24, 24, 4, 4) && large.compact?.gridSide == 4)
      let photo = try captioner.encode(ImageDecoder.decode(path: world.photos.photos[0].path))
      #expect(photo.features.sequence.shape == [1, 16, 5])
      // And back to what it was.
      var options = world.options
      try options.adopt(
        StartingPoint(encoder: StartingWeights(path: world.path("w.safetensors"))), freezesEncoder: freezes)
      try options.show(inputSize: 16)
      #expect(options.encoderDescription == small)
    }
  }

  @Test(
    "an encoder is shown no photos of sizes it cannot take",
    arguments: [
      (12, "input size: 12, expected at least 16 for 4×4 regions"), (18, "input size: 18, expected a multiple of 4"),
      (0, "input size: 0, expected a multiple of 4"), (Int.max, "expected a multiple of 4, at most 2048"),
    ]) func wrongInputSizes(size: Int, says: String) throws
  {
    let world = try Self.world()
    defer { world.remove() }
    let start = StartingPoint(encoder: try StartingWeights(path: world.path("encoder.safetensors")))
    for freezes in [true, false] {
      var options = world.options
      try options.adopt(start, freezesEncoder: freezes)
      let before = options
      let error = #expect(throws: CaptioningError.self) { try options.show(inputSize: size) }
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
      #expect(options == before)
    }
  }

  @Test("a cache is used by the encoder it was made with, for photos as they were") func cacheKeys() throws {
    let world = try Self.world()
    defer { world.remove() }
    try Self.writeEncoder(world, "other.safetensors", seed: 6)
    func encoded(_ file: String) throws -> Int {
      var count = 0
      try Self.trainer(world, "w.safetensors", from: file, freezes: true) { $0.epochs = 1 }.run(report: {
        if case .encoded(_, let total) = $0 { count = total }
      })
      return count
    }
    #expect(try encoded("encoder.safetensors") == 24)
    #expect(try encoded("encoder.safetensors") == 0)
    #expect(try encoded("other.safetensors") == 24)
    let picture = try PNGEncoder.encode(PixelImage(width: 3, height: 2, pixels: [UInt8](repeating: 9, count: 18)))
    try Data(picture).write(to: URL(fileURLWithPath: world.path("3.png").string))
    #expect(try encoded("encoder.safetensors") == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: world.path("cache").string).count == 4)
  }

  @Test("weights files that hold the same encoder share a cache, whatever decoder lies beside it")
  func sharedCache() throws {
    let world = try Self.world()
    defer { world.remove() }
    func encoded(_ output: String, from file: String, wholly: Bool, seed: UInt64) throws -> Int {
      var count = 0
      try Self.trainer(world, output, from: file, freezes: true, wholly: wholly) {
        ($0.epochs, $0.seed, $0.views) = (1, seed, 3)
      }.run(report: { if case .encoded(_, let total) = $0 { count = total } })
      return count
    }
    #expect(try encoded("first.safetensors", from: "encoder.safetensors", wholly: false, seed: 1) == 36)
    #expect(try encoded("second.safetensors", from: "first.safetensors", wholly: true, seed: 2) == 0)
    #expect(try encoded("third.safetensors", from: "second.safetensors", wholly: false, seed: 3) == 0)
    let (first, second) = try (
      SafetensorsFile(path: world.path("first.safetensors")), SafetensorsFile(path: world.path("second.safetensors"))
    )
    #expect(first.sha256() != second.sha256())
    let description = world.options.encoderDescription
    #expect(try first.encoderDigest(description) == second.encoderDigest(description))
    var other = description
    other.scaling = .unit
    #expect(try first.encoderDigest(description) != first.encoderDigest(other))
  }

  @Test("captioners whose files hold the same encoder share it, and what it made of a photo; others do not")
  func sharedEncoder() throws {
    let world = try Self.world()
    defer { world.remove() }
    func trained(_ output: String, freezes: Bool, seed: UInt64) throws -> FilePath {
      try Self.trainer(world, output, from: "encoder.safetensors", freezes: freezes, wholly: false) {
        ($0.epochs, $0.seed) = (1, seed)
      }.run()
      return world.path(output)
    }
    let first = try Captioner(weightsAt: trained("first.safetensors", freezes: true, seed: 1))
    let path = try trained("second.safetensors", freezes: true, seed: 2)
    let second = try Captioner(weightsAt: path, sharingEncodersOf: [first])
    let alone = try Captioner(weightsAt: path)
    #expect(second.sharesEncoder(with: first) && !alone.sharesEncoder(with: first))
    let photo = try ImageDecoder.decode(path: world.photos.photos[0].path)
    let seen = try first.encode(photo)
    let told = try second.recited("red square", for: second.image(of: seen.features))
    #expect(told == (try alone.recited("red square", for: alone.encode(photo))))
    #expect(told != (try first.recited("red square", for: seen)))
    let other = try Captioner(
      weightsAt: trained("other.safetensors", freezes: false, seed: 3), sharingEncodersOf: [first, second])
    #expect(!other.sharesEncoder(with: first) && !other.sharesEncoder(with: second))
  }

  @Test("a cache that was cut anywhere is taken up where it is whole; another's index is begun anew")
  func damagedCache() throws {
    let world = try Self.world()
    defer { world.remove() }
    let description = world.options.encoderDescription
    func cache() throws -> FeatureCache {
      try FeatureCache(
        folder: world.path("cache"), encoder: String(repeating: "ab", count: 32), description: description)
    }
    let paths = world.photos.photos.prefix(3).map(\.path)
    let keys = paths.map { FeatureCache.Key(photo: PhotoState(path: $0)!, view: .whole) }
    let features = Tensor([3, 4, 4, 5], (0..<240).map { Float($0) / 64 })
    try { try cache().append(features, of: keys) }()
    let data = URL(fileURLWithPath: world.path("cache/grids-abababababababab.f16").string)
    let index = URL(fileURLWithPath: world.path("cache/grids-abababababababab.index").string)
    try Data(contentsOf: data).dropLast(7).write(to: data)
    try (Data(contentsOf: index) + Data("{\"half".utf8)).write(to: index)
    do {
      let cut = try cache()
      #expect(keys.map(cut.contains) == [true, true, false])
      #expect(throws: CaptioningError.self, "another run has it open") { try cache() }
      try cut.append(Tensor([1, 4, 4, 5], repeating: 2), of: [keys[2]])
    }
    let target = Tensor([4, 4, 5])
    let reader = try cache().reader(of: paths.map { .init(path: $0, views: [.whole]) })
    #expect(reader.copy(paths[2], into: target.pointer) && target.values.allSatisfy { $0 == 2 })
    #expect(reader.copy(paths[1], into: target.pointer) && target.values == Array(features.values[80..<160]))
    try Data("{\"format\":\"something else\"}\n".utf8).write(to: index)
    #expect(try !cache().contains(keys[0]))
  }

  @Test("a run from whole weights begins where they are, the encoder at a rate of its own") func endToEnd() throws {
    let world = try Self.world()
    defer { world.remove() }
    try Self.trainer(world, "first.safetensors", freezes: true) { $0.epochs = 10 }.run()
    func trainer(_ output: String, encoderRate: Float? = nil) throws -> Trainer {
      try Self.trainer(world, output, from: "first.safetensors", freezes: false, wholly: true) {
        $0.encoderLearningRate = encoderRate
      }
    }
    #expect(
      try ModelDescription(SafetensorsFile(path: world.path("first.safetensors"))).provenance["encoder_teacher"]
        == "none")
    let second = try trainer("second.safetensors", encoderRate: 1e-12)
    let first = try Captioner(weightsAt: world.path("first.safetensors")).description
    // The file holds float16.
    let loss = try #require(first.provenance["validation_loss"].flatMap(Double.init))
    #expect(abs(loss - (try second.validate().loss)) < 2e-3)
    #expect(try second.run())
    let (before, after) = try (
      SafetensorsFile(path: world.path("first.safetensors")), SafetensorsFile(path: world.path("second.safetensors"))
    )
    let lineage = try ModelDescription(after).provenance
    #expect(lineage["encoder_teacher"] == "none" && lineage["started_from"]?.hasPrefix("first.safetensors ") == true)
    // Weight decay and the rate are both next to nothing for the encoder, the decoder moves.
    #expect(try before.tensor("encoder/head/kernel").values == after.tensor("encoder/head/kernel").values)
    #expect(
      try before.tensor("decoder/word_logits/kernel").values != after.tensor("decoder/word_logits/kernel").values)
    try trainer("third.safetensors").run()
    let moved = try SafetensorsFile(path: world.path("third.safetensors"))
    #expect(try before.tensor("encoder/head/kernel").values != moved.tensor("encoder/head/kernel").values)
  }

  @Test("an InceptionResNetV2 stays as it is, whatever was asked") func inception() throws {
    let world = try World()
    defer { world.remove() }
    let side = InceptionResNetV2.smallestSide
    let regions = InceptionResNetV2.regions(side)
    let description = EncoderDescription(
      architecture: .inceptionResNetV2, height: side, width: side, scaling: .unit, rows: regions, columns: regions,
      channels: InceptionResNetV2.gridChannels)
    try writeSafetensors([], metadata: ModelDescription(encoder: description).metadata, to: world.path("i.safetensors"))
    var options = world.options
    try options.adopt(
      StartingPoint(encoder: StartingWeights(path: world.path("i.safetensors"))), freezesEncoder: false)
    #expect(options.frozenEncoder?.description == description && options.encoderDescription == description)
    options.encoderLearningRate = 1e-3
    #expect(throws: CaptioningError.self) { try options.validate() }
    #expect(throws: CaptioningError.self) { try options.adopt(StartingPoint(), freezesEncoder: true) }
    let error = #expect(throws: CaptioningError.self) { try options.show(inputSize: 320) }
    #expect(error?.description == "input size: only a compact encoder of square pixels takes another")
  }
}
