import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("Distillation teaches an encoder what another network saw")
struct DistillationTests {
  /// Sixteen pictures of one of four colours, two views each, and a teacher that knows the colour.
  struct World {
    static let colors: [[UInt8]] = [[220, 30, 30], [30, 200, 40], [40, 40, 210], [210, 200, 30]]
    let folder: URL
    var options = DistillationOptions()
    var names: [String] { (0..<16).map { "\($0).png" } }

    init() throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for index in 0..<16 {
        var pixels: [UInt8] = []
        for p in 0..<24 * 24 { pixels += Self.colors[index % 4].map { $0 &+ UInt8((p * (index + 3)) % 17) } }
        let png = try PNGEncoder.encode(PixelImage(width: 24, height: 24, pixels: pixels))
        try Data(png).write(to: folder.appendingPathComponent("\(index).png"))
      }
      options.shape = CompactShape.tiny
      options.inputSize = 16
      options.batch = 4
      options.visits = 24
      options.warmup = 2
      options.learningRate = 1e-2
    }

    func path(_ name: String) -> FilePath { FilePath(folder.path).appending(name) }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Tensors of a teacher with 3×3 cells of two numbers and four classes.
    func tensors() -> [String: NamedTensor] {
      let boxes = Tensor([16, 2, 4], (0..<16).flatMap { _ in [0, 0, 1, 1, 0.1, 0.9, 0.8, 0.2] as [Float] })
      let grid = Tensor([16, 2, 9, 2])
      let logits = Tensor([16, 2, 4])
      for row in 0..<32 {
        let color = row / 2 % 4
        for cell in 0..<9 {
          grid.pointer[(row * 9 + cell) * 2] = color < 2 ? 1 : -1
          grid.pointer[(row * 9 + cell) * 2 + 1] = color % 2 == 0 ? 1 : -1
        }
        logits.pointer[row * 4 + color] = 4
      }
      return [
        "boxes": NamedTensor("boxes", boxes), "grid": NamedTensor("grid", grid, dtype: .float16),
        "logits": NamedTensor("logits", logits, dtype: .float16),
      ]
    }

    func writeTeacher(
      _ name: String = "teacher.safetensors", photos: String? = nil,
      change: (inout [String: NamedTensor]) -> Void = { _ in }
    ) throws -> FilePath {
      var tensors = tensors()
      change(&tensors)
      let list = photos ?? "[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]"
      try writeSafetensors(Array(tensors.values), metadata: ["photos": list], to: path(name))
      return path(name)
    }

    func distiller(_ output: String, start: StartingWeights? = nil) throws -> Distiller {
      try Distiller(
        options: options, start: start,
        data: DistillationData(views: TeacherFile(path: writeTeacher()), folders: [FilePath(folder.path)]),
        output: path(output), provenance: ["teacher": "colours"])
    }

    func resumed(_ output: String) throws -> Distiller {
      try Distiller(
        resuming: path(output),
        data: DistillationData(
          views: TeacherFile(path: path("teacher.safetensors")), folders: [FilePath(folder.path)]),
        provenance: ["teacher": "colours"])
    }
  }

  @Test("a small teacher is learnt, and what comes out is an encoder that runs alone") func learns() throws {
    var world = try World()
    defer { world.remove() }
    world.options.visits = 900
    var results: [DistillationLosses] = []
    let distiller = try world.distiller("encoder.safetensors")
    #expect(distiller.trainingPhotos == 12 && distiller.validationPhotos == 4 && distiller.stepsPerEpoch == 3)
    #expect(
      try distiller.run(report: { if case .distillationValidated(_, let losses, _) = $0 { results.append(losses) } }))
    #expect(results.count == 75)
    let (first, last) = (results[0], results.min { $0.divergence < $1.divergence }!)
    #expect(last.divergence < 0.2, "KL from \(first.divergence) to \(last.divergence)")
    #expect(last.grid < first.grid / 2 && last.pooled < first.pooled / 2, "from \(first) to \(last)")
    let encoder = try ImageEncoder(weightsAt: world.path("encoder.safetensors"))
    #expect(encoder.description == world.options.encoderDescription)
    let features = try encoder.encode(try ImageDecoder.decode(path: world.path("0.png")))
    #expect(features.regions.shape == [1, 4, 4, 5])
    let kept = try ModelDescription(SafetensorsFile(path: world.path("encoder.safetensors")))
    #expect(kept.decoder == nil && kept.provenance["teacher"] == "colours")
  }

  @Test("resuming gives bit for bit what never stopping gives") func resuming() throws {
    let world = try World()
    defer { world.remove() }
    try expectResumingIsNeverStopping(begin: { try world.distiller($0) }, resume: { try world.resumed($0) })
    try FileManager.default.removeItem(atPath: world.path("3.png").string)
    #expect(throws: CaptioningError.self) { try world.resumed("parts.safetensors") }
  }

  @Test("a run may start from an encoder, and says so after it was resumed too") func starting() throws {
    var world = try World()
    defer { world.remove() }
    #expect(try world.distiller("first.safetensors").run())
    let start = try StartingWeights(path: world.path("first.safetensors"))
    world.options.shape = .standard
    world.options.inputSize = 256
    try world.options.adopt(start)
    #expect(world.options.shape == CompactShape.tiny && world.options.inputSize == 16)
    var other = world.options.encoderDescription
    other.scaling = .unit
    try writeSafetensors([], metadata: ModelDescription(encoder: other).metadata, to: world.path("other.safetensors"))
    let refused = try StartingWeights(path: world.path("other.safetensors"))
    #expect(throws: CaptioningError.self) { try world.options.adopt(refused) }
    let second = try world.distiller("second.safetensors", start: start)
    for (parameter, tensor) in zip(second.encoder.parameters, try start.encoderTensors(second.encoder)) {
      #expect(parameter.value.values == tensor.values, "\(parameter.name)")
    }
    #expect(try !second.run(shouldStop: { true }))
    #expect(try world.resumed("second.safetensors").run())
    let kept = try ModelDescription(SafetensorsFile(path: world.path("second.safetensors")))
    #expect(kept.provenance["started_from"]?.hasPrefix("first.safetensors ") == true)
  }

  @Test("the gradients of the heads equal difference quotients") func gradients() throws {
    var weights = RandomWeights(seed: 3)
    let heads = try DistillationHeads(channels: 5, components: 3, classes: 4, weights: &weights)
    let grid = RandomWeights(seed: 4).kernel("grid", [2, 2, 3, 5], gain: 60)
    let targets = TeacherTargets(
      grid: RandomWeights(seed: 5).kernel("targets", [2, 6, 3], gain: 12),
      logits: RandomWeights(seed: 6).kernel("logits", [2, 4], gain: 4))
    func loss() -> Double {
      let losses = heads.compare(heads.forward(grid), targets, divergenceWeight: 0.7).losses
      return losses.grid + 0.5 * losses.pooled + 0.7 * losses.divergence
    }
    let output = heads.forward(grid)
    let dGrid = heads.backward(output, heads.compare(output, targets, divergenceWeight: 0.7).gradients)
    for p in heads.parameters { try expectGradient(p.gradient, of: p.value, name: p.name, step: 1e-3, loss: loss) }
    try expectGradient(dGrid, of: grid, name: "grid", step: 1e-3, loss: loss)
  }

  @Test("the divergence is zero between equals and known between two classes") func divergence() {
    let same = Tensor([1, 3], [5, 1, -2])
    #expect(abs(SoftmaxDivergence.forwardBackward(student: same.copy(), teacher: same, scale: 1)) < 1e-6)
    // p = (1/2, 1/2), q = (3/4, 1/4): ½ ln(2/3) + ½ ln 2.
    let student = Tensor([1, 2], [Float(1.0986123), 0])
    let value = SoftmaxDivergence.forwardBackward(student: student, teacher: Tensor([1, 2]), scale: 2)
    #expect(abs(value - 0.1438410) < 1e-6)
    #expect(zip(student.values, [0.5, -0.5] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test("a grid is resampled as a picture is, and not at all to its own size") func resampling() {
    let source: [Float] = (0..<49).map { Float(($0 * 37) % 101) }
    var same = [Float](repeating: 0, count: 49)
    RegionResampling(from: (7, 7), to: (7, 7)).apply(source, channels: 1, into: &same)
    #expect(same == source)
    let image = PixelImage(width: 7, height: 7, pixels: source.flatMap { [UInt8($0), UInt8($0), UInt8($0)] })
    let expected = stride(from: 0, to: 8 * 8 * 3, by: 3).map { image.resizedBilinear(height: 8, width: 8)[$0] }
    var larger = [Float](repeating: 0, count: 64)
    RegionResampling(from: (7, 7), to: (8, 8)).apply(source, channels: 1, into: &larger)
    #expect(zip(larger, expected).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test("views are what the boxes say, each photo once an epoch, all its views in turn") func views() throws {
    let world = try World()
    defer { world.remove() }
    let distiller = try world.distiller("w.safetensors")
    let views = try #require(distiller.training as? ViewMaker)
    let box = views.teacher.box(.init(photo: 3, view: 1))
    #expect(box.box == FractionalBox(y0: 0.1, x0: 0.2, y1: 0.8, x1: 0.9) && box.mirrored)
    #expect(!views.teacher.box(.init(photo: 3, view: 0)).mirrored)
    let epochs = (0..<2).map { epoch in
      (0..<3).flatMap { views.samples(step: epoch * 3 + $0).map(\.sample) }
    }
    #expect(epochs.allSatisfy { Set($0.map(\.photo)) == Set(0..<12) })
    #expect(Set((epochs[0] + epochs[1]).map { $0.photo * 2 + $0.view }).count == 24)
    let targets = try views.teacher.targets([.init(photo: 6, view: 1)], rows: 4, columns: 4)
    #expect(targets.logits.values == [0, 0, 4, 0] && targets.grid.shape == [1, 16, 2])
    #expect(targets.grid.values == (0..<16).flatMap { _ in [-1, 1] as [Float] })
  }

  @Test("a broken teacher file is refused by the name of what is broken") func broken() throws {
    let world = try World()
    defer { world.remove() }
    func complaint(photos: String? = nil, change: (inout [String: NamedTensor]) -> Void = { _ in }) throws -> String {
      let path = try world.writeTeacher("broken.safetensors", photos: photos, change: change)
      do {
        _ = try TeacherFile(path: path)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(try complaint() == "none")
    #expect(try complaint { $0["boxes"] = nil }.contains("there is no tensor \"boxes\""))
    #expect(try complaint { $0["logits"] = NamedTensor("logits", Tensor([16, 4])) }.contains("\"logits\""))
    #expect(
      try complaint { $0["grid"] = NamedTensor("grid", Tensor([16, 2, 8, 2]), dtype: .float16) }.contains("\"grid\""))
    #expect(try complaint { $0["boxes"]!.tensor.pointer[10] = -0.5 }.contains("\"boxes\", photo 1, view 0"))
    #expect(try complaint { $0["boxes"]!.tensor.pointer[3] = .nan }.contains("\"boxes\", photo 0, view 0"))
    #expect(try complaint(photos: "[\"a.png\"]").contains("expected shape"))
    #expect(try complaint(photos: "photos").contains("metadata \"photos\""))
    try writeSafetensors(Array(world.tensors().values), to: world.path("bare.safetensors"))
    #expect(throws: WeightFileError.self) { try TeacherFile(path: world.path("bare.safetensors")) }
    try Data("no".utf8).write(to: URL(fileURLWithPath: world.path("cut.safetensors").string))
    #expect(throws: WeightFileError.self) { try TeacherFile(path: world.path("cut.safetensors")) }
  }

  @Test("a photo that cannot be read is told and left out") func unreadable() throws {
    let world = try World()
    defer { world.remove() }
    let whole = try Data(contentsOf: URL(fileURLWithPath: world.path("3.png").string))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: world.path("3.png").string))
    try FileManager.default.removeItem(atPath: world.path("5.png").string)
    let distiller = try world.distiller("w.safetensors")
    #expect(distiller.missing == ["5.png"])
    var complaints: [String] = []
    #expect(try distiller.run(report: { if case .unreadable(let what) = $0 { complaints.append(what) } }))
    #expect(!complaints.isEmpty && complaints.allSatisfy { $0.contains("3.png") })
  }
}

extension StartingWeights {
  /// What the file holds of an encoder's parameters, in their order.
  fileprivate func encoderTensors(_ encoder: CompactEncoder) throws -> [Tensor] {
    try encoder.parameters.map { try file.tensor($0.name, shape: $0.value.shape) }
  }
}
