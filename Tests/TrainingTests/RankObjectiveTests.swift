import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training

@Suite("Ranks that share each batch train with every objective as one process does") struct RankObjectiveTests {
  /// The world of `TrainerTests`, whose photos are shared five a step.
  private static func world(_ change: (inout TrainingOptions) -> Void = { _ in }) throws -> TrainerTests.World {
    var world = try TrainerTests.World()
    world.options.batch = 5
    world.options.epochs = 25
    world.options.learningRate = 1e-4
    (world.options.dropout, world.options.gridDropout, world.options.mapEntropy) = (0.2, 0.1, 0.01)
    change(&world.options)
    return world
  }

  /// A run that validates on nothing, which takes time.
  private static func trainer(
    _ world: TrainerTests.World, _ output: String, loneSentences: [String] = [], teacher: DistillationData? = nil,
    files: RunFiles? = nil, resumes: Bool = false
  ) throws -> Trainer {
    let none = PhotoSet(annotations: [], folders: [], vocabulary: world.vocabulary)
    if resumes {
      return try Trainer(
        resuming: world.path(output), dataset: { _, _ in (world.photos, none) }, provenance: [:], files: files)
    }
    return try Trainer(
      options: world.options, vocabulary: world.vocabulary, training: world.photos, validation: none,
      loneSentences: loneSentences, teacher: teacher, output: world.path(output), provenance: [:], files: files)
  }

  @Test("encoder and decoder from captions, of ranks without photos among them") func endToEnd() async throws {
    let world = try Self.world()
    defer { world.remove() }
    try await RankedRun.expectParity(of: [3, 7]) { output, _ in try Self.trainer(world, output) }
    try expectSameRun(world.path("ranks-3.safetensors"), world.path("again-3.safetensors"))
  }

  @Test("a photo that cannot be read is left out by all") func unreadable() async throws {
    let world = try Self.world { $0.epochs = 4 }
    defer { world.remove() }
    let photo = URL(fileURLWithPath: world.path("3.png").string)
    let bytes = try Data(contentsOf: photo)
    try bytes.prefix(bytes.count / 2).write(to: photo)
    try await RankedRun.expectParity(of: [3], steps: 8) { output, _ in try Self.trainer(world, output) }
  }

  @Test("a run goes on with another number of ranks, and one rank keeps its frames") func resuming() async throws {
    let world = try Self.world { $0.epochs = 5 }
    defer { world.remove() }
    let files = RunFiles(images: [FilePath(world.folder.path)], checkpointSeconds: 300, keepEvery: 5)
    func run(_ output: String, ranks: Int, stop: Int? = nil, resumes: Bool = false) async throws -> [RankedRun] {
      try await RankedRun.runs(ranks: ranks, stop: stop) { _ in
        try Self.trainer(world, output, files: files, resumes: resumes)
      }
    }
    let alone = try await run("alone.safetensors", ranks: 1)[0]
    let first = try await run("parts.safetensors", ranks: 2, stop: 3)
    let second = try await run("parts.safetensors", ranks: 3, resumes: true)
    let parts = first[0].losses + second[2].losses
    #expect(parts.count == 10 && alone.losses.count == 10)
    for (own, other) in zip(parts, alone.losses) { #expect(abs(own - other) <= 1e-5) }
    let frames = try #require(Trainer.frames(world.path("parts.safetensors")).names)
    #expect(frames.map(\.string).sorted() == ["step-000005.safetensors", "step-000010.safetensors"])
  }

  @Test("a reward beside human captions and dropout") func selfCritical() async throws {
    let world = try Self.world {
      var own = SelfCriticalOptions()
      (own.samples, own.crossEntropyWeight) = (3, 0.5)
      $0.selfCritical = own
      $0.labelSmoothing = 0
    }
    defer { world.remove() }
    try await RankedRun.expectParity(of: [2]) { output, _ in try Self.trainer(world, output) }
  }

  @Test("sentences of no photo") func loneSentences() async throws {
    let world = try Self.world {
      $0.sentencesPerStep = 10
      $0.epochs = 5
    }
    defer { world.remove() }
    let sentences = ["a red square", "the picture is green", "a blue square is a square", "red"]
    try await RankedRun.expectParity(of: [2, 3], steps: 10) { output, _ in
      try Self.trainer(world, output, loneSentences: sentences)
    }
  }

  @Test("a teacher beside captions") func functionMatching() async throws {
    let world = try Self.world {
      ($0.shape, $0.inputSize) = (SmallTeacher.student, SmallTeacher.side)
      var own = FunctionMatchingOptions()
      own.views = 3
      $0.functionMatching = own
    }
    defer { world.remove() }
    try SmallTeacher.write(world.path("imported.safetensors"), to: world.path("lite.safetensors"))
    try await RankedRun.expectParity(of: [2]) { output, _ in
      let teacher = DistillationData(
        teacher: try ImageClassifier(path: world.path("lite.safetensors")), files: world.photos.photos.map(\.path))
      return try Self.trainer(world, output, teacher: teacher)
    }
  }

  @Test("a teacher alone, that looks meanwhile or has looked") func teacherAlone() async throws {
    let world = try DistillationTests.World()
    defer { world.remove() }
    try SmallTeacher.write(world.path("imported.safetensors"), to: world.path("lite.safetensors"))
    var live = DistillationOptions.liveTeacher
    (live.shape, live.inputSize) = (SmallTeacher.student, SmallTeacher.side)
    (live.batch, live.visits, live.warmup, live.colorJitter) = (5, 250, 2, 0.1)
    // This teacher is so sure of itself that longer steps go astray.
    live.learningRate = 1e-4
    try await RankedRun.expectParity(of: [2]) { [live] output, _ in
      let data = DistillationData(
        teacher: try ImageClassifier(path: world.path("lite.safetensors")), files: world.names.map { world.path($0) })
      return try Distiller(options: live, data: data, output: world.path(output), provenance: [:])
    }
    let teacher = try world.writeTeacher()
    var kept = world.options
    (kept.batch, kept.visits, kept.colorJitter, kept.learningRate) = (5, 100, 0.1, 1e-3)
    try await RankedRun.expectParity(of: [3], steps: 20) { [kept] output, _ in
      let data = DistillationData(views: try TeacherFile(path: teacher), folders: [FilePath(world.folder.path)])
      return try Distiller(options: kept, data: data, output: world.path("kept-" + output), provenance: [:])
    }
  }

  @Test("a view that cannot be read ends a run of several ranks in one line") func unreadableView() async throws {
    let world = try DistillationTests.World()
    defer { world.remove() }
    try SmallTeacher.write(world.path("imported.safetensors"), to: world.path("lite.safetensors"))
    var options = DistillationOptions.liveTeacher
    (options.shape, options.inputSize, options.batch, options.visits) = (SmallTeacher.student, SmallTeacher.side, 4, 24)
    let photos = world.names.map { world.path($0) }
    for path in photos {
      let file = URL(fileURLWithPath: path.string)
      try Data(contentsOf: file).prefix(60).write(to: file)
    }
    let data = DistillationData(teacher: try ImageClassifier(path: world.path("lite.safetensors")), files: photos)
    var (training, _) = data.makers(options, center: Tensor([data.components]))
    training.ranks = RankShare(MeetingRank(0, RankMeeting(count: 2)), batch: 4)
    #expect(!training.photos.isEmpty)
    let error = #expect(throws: CaptioningError.self) { try training.batch(step: 0).get() }
    #expect(error?.description.contains("a run of several ranks leaves no view out") == true)
  }
}
