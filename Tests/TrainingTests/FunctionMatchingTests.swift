import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("A captioner learns from captions and from a teacher at once")
struct FunctionMatchingTests {
  /// The captioned squares of `TrainerTests`, the teacher of `SmallTeacher` and three views a step for it.
  private struct World {
    var captions: TrainerTests.World

    init() throws {
      captions = try TrainerTests.World()
      (captions.options.shape, captions.options.inputSize) = (SmallTeacher.student, SmallTeacher.side)
      var own = FunctionMatchingOptions()
      own.views = 3
      captions.options.functionMatching = own
      try SmallTeacher.write(path("imported.safetensors"), to: path("lite.safetensors"))
    }

    func path(_ name: String) -> FilePath { captions.path(name) }
    func remove() { captions.remove() }

    /// - Parameter photos: how many the teacher has.
    func teacher(_ name: String = "lite.safetensors", photos: Int = 12) throws -> DistillationData {
      DistillationData(
        teacher: try ImageClassifier(path: path(name)), files: captions.photos.photos.prefix(photos).map(\.path))
    }

    func trainer(_ output: String) throws -> Trainer { try trainer(output, teacher: teacher()) }

    func trainer(_ output: String, teacher: DistillationData?) throws -> Trainer {
      try Trainer(
        options: captions.options, vocabulary: captions.vocabulary, training: captions.photos,
        validation: captions.photos, teacher: teacher, output: path(output), provenance: ["teacher": "lite"])
    }

    func resumed(_ output: String) throws -> Trainer { try resumed(output, teacher: teacher()) }

    func resumed(_ output: String, teacher: DistillationData?) throws -> Trainer {
      try Trainer(
        resuming: path(output), dataset: { _, _ in (captions.photos, captions.photos) }, teacher: teacher,
        provenance: ["teacher": "lite"])
    }

    /// Three photos with their captions and two views more, all noise, and what a teacher says of the five.
    func noise() -> TrainingBatch {
      var batch = BatchMaker(photos: captions.photos.photos, options: captions.options).make([0, 1, 2])
      batch.input = .pixels(SmallTeacher.noise("pixels", [5, 64, 64, 3], deviation: 0.5))
      batch.targets = SmallTeacher.targets(views: 5)
      return batch
    }
  }

  /// The world without what makes a step's gradient other than that of the two losses.
  private static func plainWorld() throws -> World {
    var world = try World()
    (world.captions.options.dropout, world.captions.options.gridDropout) = (0, 0)
    (world.captions.options.labelSmoothing, world.captions.options.mapEntropy) = (0, 0)
    world.captions.options.functionMatching?.weight = 0.7
    world.captions.options.functionMatching?.divergenceWeight = 1.5
    return world
  }

  /// A step's gradients, which are zero again afterwards.
  private static func gradients(_ trainer: Trainer, _ step: () -> Void) -> [String: [Float]] {
    let parameters = trainer.network.parameters + trainer.matching!.heads.parameters
    for p in parameters { p.gradient.fill(0) }
    step()
    defer { for p in parameters { p.gradient.fill(0) } }
    return Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.gradient.values) })
  }

  @Test("a step's gradients are the captions' and the weighed teacher's, each taken alone, added up") func sum() throws
  {
    let world = try Self.plainWorld()
    defer { world.remove() }
    let trainer = try world.trainer("w.safetensors")
    let (network, heads, options) = (trainer.network, trainer.matching!.heads, world.captions.options)
    let batch = world.noise()
    guard case .pixels(let pixels) = batch.input else { return }
    var result: TrainableCaptioner.StepResult?
    func step(teachesEncoder: Bool) -> [String: [Float]] {
      Self.gradients(trainer) {
        result = network.forwardBackward(
          batch, options: options, seed: 1, matching: trainer.matching, teachesEncoder: teachesEncoder
        ) { _ in batch.sentences }
      }
    }
    let both = step(teachesEncoder: true)
    let captions = Self.gradients(trainer) {
      let (features, tape) = network.encoder!.forward(pixels)
      let own = network.decoder.forwardBackward(
        features: features.first(3).reshaped([3, 4, 7]), sentences: batch.sentences, wantsFeatures: true)
      let all = Tensor(features.shape)
      all.pointer.update(from: own.dFeatures!.pointer, count: own.dFeatures!.count)
      network.encoder!.backward(tape, dFeatures: all)
    }
    var losses: DistillationLosses?
    let teacher = Self.gradients(trainer) {
      let (features, tape) = network.encoder!.forward(pixels)
      let output = heads.forward(features)
      losses = SmallTeacher.losses(output, batch.targets!)
      // Unweighed: 1.5 KL + 0.5 grid + 0.5 pooled.
      let gradients = heads.compare(output, batch.targets!, divergenceWeight: 1.5, gridWeight: 0.5).gradients
      network.encoder!.backward(tape, dFeatures: heads.backward(output, gradients).reshaped(features.shape))
    }
    for (name, found) in both {
      let expected = zip(captions[name]!, teacher[name]!).map { $0 + 0.7 * $1 }
      let largest = expected.map(abs).max()!
      #expect(largest > 0, "\(name) learns nothing")
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-4 * largest }, "\(name)")
    }
    let distillation = try #require(result?.distillation)
    let pairs: [(Double, Double)] = [
      (distillation.divergence, losses!.divergence), (distillation.grid, losses!.grid),
      (distillation.pooled, losses!.pooled),
    ]
    for (found, expected) in pairs { #expect(abs(found - expected) <= 1e-5 * expected) }
    // While the layers that are compared warm up, the encoder has the captions' alone.
    for (name, found) in step(teachesEncoder: false) {
      let expected = name.hasPrefix("heads/") ? both[name]! : captions[name]!
      let largest = expected.map(abs).max()!
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-4 * largest }, "\(name)")
    }
  }

  @Test("gradients equal difference quotients of the naive sum of the losses") func gradients() throws {
    let world = try Self.plainWorld()
    defer { world.remove() }
    let trainer = try world.trainer("w.safetensors")
    let network = trainer.network
    let batch = world.noise()
    guard case .pixels(let pixels) = batch.input else { return }
    _ = network.forwardBackward(batch, options: world.captions.options, seed: 1, matching: trainer.matching) { _ in
      batch.sentences
    }
    func loss() -> Double {
      let features = network.encoder!.forward(pixels).features
      let words = network.decoder.evaluate(
        features: features.first(3).reshaped([3, 4, 7]), sentences: batch.sentences)
      let teacher = SmallTeacher.losses(trainer.matching!.heads.forward(features), batch.targets!)
      return words.sum / Double(words.words)
        + 0.7 * (1.5 * teacher.divergence + 0.5 * teacher.grid + 0.5 * teacher.pooled)
    }
    // Of every kind and depth: a loss takes its time.
    let some = network.parameters.enumerated().filter { $0.offset % 5 == 0 }.map(\.element)
    for p in some + trainer.matching!.heads.parameters {
      try expectGradient(p.gradient, of: p.value, name: p.name, tolerance: 5e-2, step: 4e-4, loss: loss)
    }
  }

  @Test("a batch has the captioned photos first, then views new in every step, and what the teacher says of all")
  func batches() throws {
    let world = try World()
    defer { world.remove() }
    let trainer = try world.trainer("w.safetensors")
    #expect(try trainer.matching!.prepare(ranks: SingleRank(), shouldStop: { false }, report: { _ in }))
    let make = trainer.batchMaking
    func pixels(_ batch: TrainingBatch) -> Tensor {
      guard case .pixels(let pixels) = batch.input else { return Tensor([0]) }
      return pixels
    }
    let (batch, again, next) = (make(2), make(2), make(3))
    let alone = BatchMaker(photos: world.captions.photos.photos, options: world.captions.options).batch(step: 2)
    #expect(pixels(batch).shape == [7, 64, 64, 3] && batch.photos == 4 && batch.failures.isEmpty)
    #expect(pixels(batch).first(4).values == pixels(alone).values)
    #expect(batch.sentences.targets == alone.sentences.targets)
    #expect(pixels(batch).values == pixels(again).values)
    #expect(pixels(batch).part(4, 3).values != pixels(next).part(4, 3).values)
    let teacher = try ImageClassifier(path: world.path("lite.safetensors"))
    let (regions, logits) = try teacher(symmetric: pixels(batch))
    let center = trainer.matching!.center!.values
    let expected = regions.values.enumerated().map { $1 - center[$0 % 160] }
    let targets = try #require(batch.targets)
    #expect(targets.grid.shape == [7, 4, 160] && targets.logits.shape == [7, 7])
    #expect(zip(targets.grid.values, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(zip(targets.logits.values, logits.values).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test("a photo for the teacher that cannot be read is told of and left out") func unreadable() throws {
    var world = try World()
    defer { world.remove() }
    world.captions.options.functionMatching?.views = 12
    let broken = world.captions.photos.photos[3].path
    let whole = try Data(contentsOf: URL(fileURLWithPath: broken.string))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: broken.string))
    let trainer = try world.trainer("w.safetensors")
    var complaints: [String] = []
    let stopped = try !trainer.run(shouldStop: { trainer.stepsTaken == 2 }) {
      if case .unreadable(let what) = $0 { complaints.append(what) }
    }
    // Each of the two steps shows it to the teacher, and some to the decoder.
    #expect(stopped && complaints.count >= 2 && complaints.allSatisfy { $0.contains("3.png") })
  }

  @Test("both losses fall, the mean of the teacher's features is told of, and the weights that come out caption")
  func learns() throws {
    var world = try World()
    defer { world.remove() }
    (world.captions.options.epochs, world.captions.options.learningRate) = (40, 1e-2)
    (world.captions.options.dropout, world.captions.options.gridDropout) = (0, 0)
    (world.captions.options.colorJitter, world.captions.options.cropArea) = (0.1, 0.9)
    var (words, divergence, mean) = ([Double](), [Double](), [[Int]]())
    let trainer = try world.trainer("w.safetensors")
    #expect(trainer.totalSteps == 120)
    try trainer.run(report: {
      switch $0 {
      case .teacherMean(let photos, let total): mean.append([photos, total])
      case .step(let step):
        words.append(step.crossEntropy)
        divergence.append(step.distillation?.divergence ?? .nan)
      default: break
      }
    })
    #expect(mean == [[8, 12], [12, 12]])
    func ends(_ values: [Double]) -> (first: Double, last: Double) {
      (values.prefix(6).reduce(0, +) / 6, values.suffix(6).reduce(0, +) / 6)
    }
    let (said, seen) = (ends(words), ends(divergence))
    #expect(said.last < said.first / 2, "captions' loss from \(said.first) to \(said.last)")
    #expect(seen.last < seen.first / 2, "KL from \(seen.first) to \(seen.last)")
    let file = try SafetensorsFile(path: world.path("w.safetensors"))
    #expect(!file.names.contains { $0.hasPrefix("heads/") || $0.hasPrefix("teacher/") })
    let provenance = try ModelDescription(file).provenance
    #expect(provenance["teacher"] == "lite" && provenance["teacher_photos"] == "12")
    let captioner = try Captioner(weightsAt: world.path("w.safetensors"))
    let photo = try captioner.encode(ImageDecoder.decode(path: world.path("0.png")))
    #expect(try !captioner.captions(for: photo, settings: DecodingSettings(mode: .greedy))[0].words.isEmpty)
  }

  @Test("resuming gives bit for bit what never stopping gives") func resuming() throws {
    let world = try World()
    defer { world.remove() }
    try expectResumingIsNeverStopping(begin: { try world.trainer($0) }, resume: { try world.resumed($0) })
  }

  @Test("a run that was stopped before the teacher's mean was there goes on from the beginning") func stoppedEarly()
    throws
  {
    let world = try World()
    defer { world.remove() }
    try world.trainer("whole.safetensors").run()
    let first = try world.trainer("parts.safetensors")
    var seen = 0
    #expect(
      try !first.run(shouldStop: { seen == 8 }) {
        if case .teacherMean(let photos, _) = $0 { seen = photos }
      })
    #expect(seen == 8 && first.stepsTaken == 0 && first.matching?.center == nil)
    let second = try world.resumed("parts.safetensors")
    #expect(second.matching?.center == nil)
    try second.run()
    try expectSameRun(world.path("whole.safetensors"), world.path("parts.safetensors"))
  }

  @Test("what does not go together is refused, and so is a run taken up with another teacher") func refused() throws {
    var world = try World()
    defer { world.remove() }
    func complaint(_ body: () throws -> Void) throws -> String {
      "\(try #require(throws: (any Error).self, performing: body))"
    }
    func refusal(_ output: String, _ teacher: DistillationData?) throws -> String {
      try complaint { _ = try world.trainer(output, teacher: teacher) }
    }
    #expect(try refusal("w.safetensors", nil).contains("a teacher: the run learns from one, and none is given"))
    #expect(
      try refusal("w.safetensors", world.teacher("imported.safetensors"))
        .contains("the teacher sees 256×256 pixels, expected the encoder's 64×64"))
    #expect(
      try refusal("w.safetensors", world.teacher(photos: 2)).contains("2 photos for the teacher are fewer than the 3"))
    let first = try world.trainer("w.safetensors")
    #expect(try !first.run(shouldStop: { first.stepsTaken == 1 }))
    func resumingRefusal(_ teacher: DistillationData?) throws -> String {
      try complaint { _ = try world.resumed("w.safetensors", teacher: teacher) }
    }
    #expect(try resumingRefusal(nil).contains("a teacher: the run learns from one, and none is given"))
    #expect(try resumingRefusal(world.teacher(photos: 11)).contains("another teacher or other photos for it"))
    #expect(try resumingRefusal(world.teacher("imported.safetensors")).contains("another teacher"))
    world.captions.options.selfCritical = SelfCriticalOptions()
    (world.captions.options.labelSmoothing, world.captions.options.epochs) = (0, 1)
    #expect(try complaint { try world.captions.options.validate() }.contains("expected none where a reward"))
    world.captions.options.selfCritical = nil
    world.captions.options.functionMatching?.views = 1
    #expect(try complaint { try world.captions.options.validate() }.contains("teacher's views: 1, expected 2…65536"))
    world.captions.options.functionMatching = nil
    #expect(
      try refusal("w.safetensors", world.teacher()).contains("a teacher: the run learns from none"))
    try first.network.export(
      options: first.options, provenance: [:], to: world.path("start.safetensors"))
    world.captions.options.functionMatching = FunctionMatchingOptions()
    try world.captions.options.adopt(
      StartingPoint(encoder: StartingWeights(path: world.path("start.safetensors"))), freezesEncoder: true)
    #expect(
      try complaint { try world.captions.options.validate() }.contains("the encoder is frozen and learns nothing"))
  }
}
