import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("An encoder learns what a teacher makes of views that are new in every step")
struct LiveTeacherTests {
  /// The photos of `DistillationTests` and the network of `Fixtures/lite`, which here sees 64×64 pixels, 2×2 regions.
  private struct World {
    let colors: DistillationTests.World
    var options = DistillationOptions.liveTeacher

    init() throws {
      colors = try DistillationTests.World()
      options.shape = SmallTeacher.student
      (options.inputSize, options.batch, options.visits, options.warmup) = (SmallTeacher.side, 4, 24, 2)
      options.learningRate = 1e-2
      try SmallTeacher.write(path("imported.safetensors"), to: path("lite.safetensors"))
    }

    func path(_ name: String) -> FilePath { colors.path(name) }
    func remove() { colors.remove() }

    var photos: [FilePath] { colors.names.map { path($0) } }

    func data(_ teacher: String = "lite.safetensors") throws -> DistillationData {
      DistillationData(teacher: try ImageClassifier(path: path(teacher)), files: photos)
    }

    func distiller(_ output: String) throws -> Distiller {
      try Distiller(options: options, data: data(), output: path(output), provenance: ["teacher": "lite"])
    }

    func resumed(_ output: String) throws -> Distiller {
      try Distiller(resuming: path(output), data: data(), provenance: ["teacher": "lite"])
    }
  }

  @Test("the losses are KL, half the grid's and half the pooled error, and gradients equal difference quotients")
  func gradients() throws {
    let world = try World()
    defer { world.remove() }
    let distiller = try world.distiller("w.safetensors")
    let batch = ViewBatch(
      pixels: SmallTeacher.noise("pixels", [4, 64, 64, 3], deviation: 0.5), targets: SmallTeacher.targets(views: 4),
      failures: [])
    let losses = distiller.forwardBackward(batch)
    func output() -> DistillationHeads.Output {
      distiller.heads.forward(distiller.encoder.forward(batch.pixels).features)
    }
    let expected = SmallTeacher.losses(output(), batch.targets)
    for (found, expected) in [
      (losses.divergence, expected.divergence), (losses.grid, expected.grid), (losses.pooled, expected.pooled),
    ] {
      #expect(abs(found - expected) <= 1e-5 * expected, "\(found), expected \(expected)")
    }
    func loss() -> Double {
      let losses = SmallTeacher.losses(output(), batch.targets)
      return losses.divergence + 0.5 * losses.grid + 0.5 * losses.pooled
    }
    // One in four, of every kind and depth: a loss takes its time.
    for p in stride(from: 0, to: distiller.parameters.count, by: 4).map({ distiller.parameters[$0] })
      + distiller.heads.parameters
    {
      try expectGradient(p.gradient, of: p.value, name: p.name, tolerance: 5e-2, step: 4e-4, loss: loss)
    }
  }

  @Test("what the teacher says is of the very pixels the student sees, its features less their mean over the photos")
  func targets() throws {
    let world = try World()
    defer { world.remove() }
    let distiller = try world.distiller("w.safetensors")
    var told: [[Int]] = []
    #expect(
      try distiller.prepare(report: {
        if case .teacherMean(let photos, let total) = $0 { told.append([photos, total]) }
      }))
    #expect(told == [[8, 12], [12, 12]])
    let center = try #require(distiller.center)
    let teacher = try ImageClassifier(path: world.path("lite.safetensors"))
    let batch = try distiller.training.batch(step: 1).get()
    let levels = batch.pixels.values.map { ($0 + 1) * 127.5 }
    let (regions, logits) = try teacher(Tensor(batch.pixels.shape, levels.map { ($0 - 127) / 128 }))
    let expected = regions.values.enumerated().map { $1 - center.pointer[$0 % 160] }
    #expect(batch.targets.grid.shape == [4, 4, 160] && batch.targets.logits.shape == [4, 7])
    #expect(zip(batch.targets.grid.values, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(zip(batch.targets.logits.values, logits.values).allSatisfy { abs($0 - $1) < 1e-4 })
    // The mean of the whole views of the twelve photos that are learnt from.
    let whole = try distiller.training.wholeViews(distiller.training.photos)
    #expect(whole.pixels.shape[0] == 12)
    var sums = [Double](repeating: 0, count: 160)
    for (index, value) in whole.targets.grid.values.enumerated() { sums[index % 160] += Double(value) }
    #expect(sums.allSatisfy { abs($0) / 48 < 1e-5 })
    #expect(center.values.contains { $0 > 0.1 })
  }

  @Test("a step's views are the same whenever they are made, and other steps' are others") func newViews() throws {
    let world = try World()
    defer { world.remove() }
    let training = try world.distiller("w.safetensors").training
    func pixels(_ step: Int) throws -> [Float] { try training.batch(step: step).get().pixels.values }
    let first = try pixels(0)
    #expect(try first == pixels(0))
    // A whole epoch later the photos come again, otherwise.
    #expect(training.stepsPerEpoch == 3)
    for step in [1, 3] { #expect(try first != pixels(step)) }
    #expect(first.allSatisfy { (-1...1).contains($0) })
  }

  @Test("half of the views are mixed with another, by any share") func mixing() throws {
    let world = try World()
    defer { world.remove() }
    let maker = try #require(try world.distiller("w.safetensors").training as? LiveViewMaker)
    // Views of two numbers, of which every pair tells who was mixed and how much.
    let views = Tensor([64, 1, 1, 2], (0..<64).flatMap { [Float($0), Float($0 * $0)] })
    var (mixed, shares) = (0, [Float]())
    for step in 0..<40 {
      let result = maker.mix(views, step: step).values
      #expect(result == maker.mix(views, step: step).values)
      // What is mixed with itself, or hardly, stays what it was.
      for index in 0..<64 where abs(result[2 * index] - Float(index)) > 0.02 {
        mixed += 1
        // λ i + (1 − λ) j and λ i² + (1 − λ) j²: j is the whole number that fits.
        let (sum, squares) = (result[2 * index] - Float(index), result[2 * index + 1] - Float(index * index))
        let partner = squares / sum - Float(index)
        #expect(abs(partner - partner.rounded()) < 0.05 && (-0.5...63.5).contains(partner))
        shares.append(1 - sum / (partner.rounded() - Float(index)))
      }
    }
    #expect((0.45...0.53).contains(Double(mixed) / (64 * 40)), "\(mixed)")
    #expect(shares.allSatisfy { (-0.01...1.01).contains($0) })
    let mean = shares.reduce(0, +) / Float(shares.count)
    #expect((0.45...0.55).contains(mean) && shares.min()! < 0.05 && shares.max()! > 0.95)
  }

  @Test("brightness, then contrast around the mean, then saturation around grey, cut to the range") func colors() {
    var pixels: [Float] = [0.2, -0.4, 0.6, -1, 0, 1]
    ColorChange(brightness: 1.2, contrast: 0.8, saturation: 1.5).apply(to: &pixels, pixels: 2)
    let bright = [0.6, 0.3, 0.8, 0, 0.5, 1].map { $0 * 1.2 }
    let mean = bright.reduce(0, +) / 6
    let contrast = bright.map { ($0 - mean) * 0.8 + mean }
    let expected = (0..<6).map { index in
      let color = contrast[index / 3 * 3..<index / 3 * 3 + 3]
      let grey = color.reduce(0, +) / 3
      return min(max((contrast[index] - grey) * 1.5 + grey, 0), 1) * 2 - 1
    }
    #expect(expected.contains(1))
    #expect(zip(pixels, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(pixels), expected \(expected)")
    var same: [Float] = [0.5, -0.25, 1]
    ColorChange(brightness: 1, contrast: 1, saturation: 1).apply(to: &same, pixels: 1)
    #expect(zip(same, [0.5, -0.25, 1] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test("what the teacher sees is learnt, and what comes out is an encoder that runs alone") func learns() throws {
    var world = try World()
    defer { world.remove() }
    (world.options.visits, world.options.colorJitter) = (480, 0.1)
    var results: [DistillationLosses] = []
    let distiller = try world.distiller("encoder.safetensors")
    #expect(distiller.trainingPhotos == 12 && distiller.validationPhotos == 4)
    #expect(
      try distiller.run(report: { if case .distillationValidated(_, let losses, _) = $0 { results.append(losses) } }))
    let (first, last) = (results[0], results.min { $0.divergence < $1.divergence }!)
    #expect(last.divergence < first.divergence / 2, "KL from \(first.divergence) to \(last.divergence)")
    #expect(last.grid < first.grid && last.pooled < first.pooled, "from \(first) to \(last)")
    let encoder = try ImageEncoder(weightsAt: world.path("encoder.safetensors"))
    #expect(encoder.description == world.options.encoderDescription)
  }

  @Test("resuming gives bit for bit what never stopping gives") func resuming() throws {
    let world = try World()
    defer { world.remove() }
    try expectResumingIsNeverStopping(begin: { try world.distiller($0) }, resume: { try world.resumed($0) })
  }

  @Test("photos are told apart by their names, in whatever order they come") func order() throws {
    let world = try World()
    defer { world.remove() }
    let teacher = try ImageClassifier(path: world.path("lite.safetensors"))
    try Data("no image".utf8).write(to: URL(fileURLWithPath: world.path("not.png").string))
    let straight = DistillationData(teacher: teacher, files: world.photos + [world.path("not.png")])
    let turned = DistillationData(teacher: teacher, files: world.photos.reversed())
    #expect(straight.photos == turned.photos && straight.digest == turned.digest && straight.photos.count == 16)
    #expect(straight.missing.count == 1 && straight.missing[0].hasSuffix("not.png") && turned.missing.isEmpty)
    let fewer = DistillationData(teacher: teacher, files: Array(world.photos.dropLast()))
    #expect(fewer.digest != straight.digest)
    #expect(fewer.photos.map(\.path) == straight.photos.map(\.path).filter { $0 != world.photos.last })
  }

  @Test("a teacher of another size, none at all, and another than the run began with are refused") func refused() throws
  {
    let world = try World()
    defer { world.remove() }
    func complaint(_ body: () throws -> Void) throws -> String {
      "\(try #require(throws: (any Error).self, performing: body))"
    }
    // As imported it sees 256×256.
    let large = try world.data("imported.safetensors")
    #expect(
      try complaint {
        _ = try Distiller(options: world.options, data: large, output: world.path("w.safetensors"), provenance: [:])
      }.contains("imported.safetensors: the teacher sees 256×256 pixels, expected the encoder's 64×64"))
    let distiller = try world.distiller("w.safetensors")
    #expect(try !distiller.run(shouldStop: { true }))
    #expect(
      try complaint { _ = try Distiller(resuming: world.path("w.safetensors"), data: large, provenance: [:]) }
        .contains("belongs to a run on another teacher or other photos"))
    let views = DistillationData(
      views: try TeacherFile(path: world.colors.writeTeacher()), folders: [FilePath(world.colors.folder.path)])
    #expect(
      try complaint { _ = try Distiller(resuming: world.path("w.safetensors"), data: views, provenance: [:]) }
        .contains("belongs to a run on another teacher or other photos"))
    var tiny = world.options
    (tiny.shape, tiny.inputSize) = (.tiny, 16)
    var random = RandomWeights(seed: 1)
    let encoder = try CompactEncoder(.tiny, weights: &random)
    try writeSafetensors(
      exported(encoder.parameters, encoder.statistics),
      metadata: ModelDescription(encoder: tiny.encoderDescription).metadata, to: world.path("compact.safetensors"))
    #expect(
      try complaint { _ = try ImageClassifier(path: world.path("compact.safetensors")) }
        .contains("compact.safetensors: not a gaze weights file: it names no classes"))
  }
}
