import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite struct TrainerTests {
  /// Twelve small pictures of one colour each, captioned with its name: enough to learn from.
  struct World {
    let folder: URL
    let vocabulary: Vocabulary
    let photos: PhotoSet
    var options = TrainingOptions()

    init() throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let colors: [(String, [UInt8])] = [("red", [220, 30, 30]), ("green", [30, 200, 40]), ("blue", [40, 40, 210])]
      var images: [[String: Any]] = []
      var annotations: [[String: Any]] = []
      for index in 0..<12 {
        let (name, color) = colors[index % 3]
        var pixels: [UInt8] = []
        for p in 0..<20 * 20 { pixels += color.map { $0 &+ UInt8((p * (index + 3)) % 17) } }
        let png = try PNGEncoder.encode(PixelImage(width: 20, height: 20, pixels: pixels))
        try Data(png).write(to: folder.appendingPathComponent("\(index).png"))
        images.append(["id": index, "file_name": "\(index).png"])
        annotations.append(["id": 2 * index, "image_id": index, "caption": "a \(name) square"])
        annotations.append(["id": 2 * index + 1, "image_id": index, "caption": "the picture is \(name)"])
      }
      images.append(["id": 99, "file_name": "absent.png"])
      annotations.append(["id": 99, "image_id": 99, "caption": "not there"])
      let json = folder.appendingPathComponent("captions.json")
      try JSONSerialization.data(withJSONObject: ["images": images, "annotations": annotations]).write(to: json)
      let coco = try CocoAnnotations(path: FilePath(json.path))
      vocabulary = Vocabulary.build(captions: coco.photos.flatMap(\.captions), maximumSize: 100, minimumCount: 2)
      photos = PhotoSet(annotations: [coco], folders: [FilePath(folder.path)], vocabulary: vocabulary)
      options.shape = CompactShape.tiny
      options.inputSize = 16
      options.decoder.width = 16
      options.batch = 4
      options.captionsPerPhoto = 2
      options.epochs = 2
      options.warmup = 2
      options.learningRate = 5e-3
    }

    func path(_ name: String) -> FilePath { FilePath(folder.path).appending(name) }

    func trainer(_ output: String) throws -> Trainer {
      try Trainer(
        options: options, vocabulary: vocabulary, training: photos, validation: photos, output: path(output),
        provenance: ["data": "squares"])
    }

    /// Writes an encoder of random weights that stays as it is, `encoder.safetensors`.
    func writeEncoder() throws {
      var weights = RandomWeights(seed: 5)
      let encoder = try CompactEncoder(options.shape, weights: &weights)
      let description = ModelDescription(encoder: options.encoderDescription, provenance: [:])
      try writeSafetensors(
        exported(encoder.parameters, encoder.statistics), metadata: description.metadata,
        to: path("encoder.safetensors"))
    }

    /// A small decoder of random weights over features of six channels.
    func decoder() throws -> AttentionDecoder {
      var weights = RandomWeights(seed: 3)
      return try AttentionDecoder(
        DecoderDescription(width: 8, initialState: .zeros), vocabularySize: vocabulary.count, featureChannels: 6,
        weights: &weights)
    }

    func resumed(_ output: String) throws -> Trainer {
      try Trainer(resuming: path(output), dataset: { _, _ in (photos, photos) }, provenance: ["data": "squares"])
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
  }

  @Test func weightsAreKeptEverySoManySteps() throws {
    let world = try World()
    defer { world.remove() }
    let files = RunFiles(images: [FilePath(world.folder.path)], checkpointSeconds: 300, keepEvery: 2)
    func trainer(_ output: String) throws -> Trainer {
      try Trainer(
        options: world.options, vocabulary: world.vocabulary, training: world.photos, validation: world.photos,
        output: world.path(output), provenance: ["data": "squares"], files: files)
    }
    try trainer("film.safetensors").run()
    let frames = Trainer.frames(world.path("film.safetensors"))
    // Twelve photos by four, twice.
    let names = try #require(frames.names).map(\.string).sorted()
    #expect(names == ["step-000002.safetensors", "step-000004.safetensors", "step-000006.safetensors"])
    // The last one is the network as the run left it; all are whole weights files that differ.
    let digests = try names.map { try SafetensorsFile(path: frames.appending($0)).sha256() }
    #expect(Set(digests).count == 3)
    let captioners = try names.map { try Captioner(weightsAt: frames.appending($0)) }
    #expect(captioners.map { $0.description.provenance["step"] } == ["2 of 6", "4 of 6", "6 of 6"])
    // Taken up after a stop, the run goes on keeping them.
    var steps = 0
    _ = try trainer("parts.safetensors").run(shouldStop: {
      steps += 1; return steps == 3
    })
    try world.resumed("parts.safetensors").run()
    let parts = Trainer.frames(world.path("parts.safetensors"))
    defer {
      // A shorter run in its place leaves none of its frames behind, and what is nobody's frame stays.
      try? Data("mine".utf8).write(to: URL(fileURLWithPath: parts.appending("notes.txt").string))
      #expect(throws: Never.self) { try Trainer.removeFrames(world.path("parts.safetensors")) }
      #expect(parts.names?.map(\.string) == ["notes.txt"])
    }
    #expect(try names.map { try SafetensorsFile(path: parts.appending($0)).sha256() } == digests)
  }

  @Test func annotatedPhotosThatAreNotThereAreCounted() throws {
    let world = try World()
    defer { world.remove() }
    #expect(world.photos.photos.count == 12)
    #expect(world.photos.captionCount == 24)
    #expect(world.photos.missing == ["absent.png"])
  }

  @Test(arguments: TrainingOptions.Loss.allCases, TrainingOptions.Selection.allCases)
  func resumingGivesBitForBitWhatNeverStoppingGives(
    loss: TrainingOptions.Loss, selection: TrainingOptions.Selection
  ) throws {
    var world = try World()
    defer { world.remove() }
    world.options.loss = loss
    world.options.selection = selection
    try expectResumingIsNeverStopping(begin: { try world.trainer($0) }, resume: { try world.resumed($0) })
  }

  @Test func aSmallWorldIsLearntAndTheWeightsThatComeOutCaptionIt() throws {
    var world = try World()
    defer { world.remove() }
    world.options.epochs = 60
    // With it the last dozen epochs are all right: with three seeds, with AVX2 and AVX-512 kernels of OpenBLAS.
    world.options.learningRate = 8e-3
    world.options.dropout = 0
    world.options.gridDropout = 0
    world.options.cropArea = 1
    world.options.colorJitter = 0
    var validation: [TrainingEvent.Validation] = []
    try world.trainer("small.safetensors").run(report: {
      if case .validated(let result) = $0 { validation.append(result) }
    })
    #expect(validation.count == 60)
    #expect(validation.last!.loss < 0.5 && validation.last!.loss < validation.first!.loss / 3)
    #expect(validation.last!.cider! > validation.first!.cider! && validation.last!.bleu4! > 0.8)
    #expect(Set(validation.map { $0.samples.map(\.path) }).count == 1 && validation[0].samples.count == 3)
    let captioner = try Captioner(weightsAt: world.path("small.safetensors"))
    #expect(captioner.weights.name == "small")
    #expect(captioner.description.provenance["data"] == "squares")
    var right = 0
    for (index, photo) in world.photos.photos.enumerated() {
      let encoded = try captioner.encode(try ImageDecoder.decode(path: photo.path))
      #expect(encoded.features.regions.shape == [1, 4, 4, 5])
      let caption = try captioner.captions(for: encoded, settings: DecodingSettings(mode: .greedy))[0]
      if caption.text.contains(["red", "green", "blue"][index % 3]) { right += 1 }
    }
    #expect(right >= 10)
  }

  @Test func anUnreadablePhotoIsReportedAndLeftOut() throws {
    let world = try World()
    defer { world.remove() }
    let whole = try Data(contentsOf: URL(fileURLWithPath: world.path("3.png").string))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: world.path("3.png").string))
    var complaints: [String] = []
    #expect(
      try world.trainer("w.safetensors").run(report: { if case .unreadable(let what) = $0 { complaints.append(what) } })
    )
    #expect(!complaints.isEmpty && complaints.allSatisfy { $0.contains("3.png") })
  }

  @Test func aRunOnOtherPhotosOrABrokenCheckpointIsRefused() throws {
    let world = try World()
    defer { world.remove() }
    try world.trainer("w.safetensors").run(shouldStop: { true })
    let fewer = PhotoSet(annotations: [], folders: [], vocabulary: world.vocabulary)
    #expect(throws: CaptioningError.self) {
      try Trainer(resuming: world.path("w.safetensors"), dataset: { _, _ in (fewer, fewer) }, provenance: [:])
    }
    let checkpoint = URL(fileURLWithPath: world.path("w.safetensors.checkpoint").string)
    try Data(contentsOf: checkpoint).dropLast(100).write(to: checkpoint)
    #expect(throws: WeightFileError.self) { try world.resumed("w.safetensors") }
  }

  @Test func theNotebooksLossCountsPaddingOfRealSentencesOnly() {
    var options = TrainingOptions()
    #expect(options.batch([[2, 5, 3], []]).targets == [5, 3])
    options.loss = .notebook
    let batch = options.batch([[2, 5, 3], [], [2] + [Int](repeating: 7, count: 80) + [3]])
    #expect(batch.positions == SequenceRows(lengths: [64, 0, 64]) && batch.targets.count == 128)
    #expect(Array(batch.targets[..<64]) == [5, 3] + [Int32](repeating: 0, count: 62))
    #expect(Array(batch.targets[64...]) == [Int32](repeating: 7, count: 63) + [0])
    #expect(batch.inputs == [2, 5, 3] + [Int32](repeating: 0, count: 61) + [2] + [Int32](repeating: 7, count: 63))
  }

  @Test func theWeightsThatAreKeptAreBestAtWhatWasAskedFor() throws {
    var world = try World()
    defer { world.remove() }
    world.options.epochs = 6
    world.options.selection = .cider
    world.options.scoredPhotos = 5
    var results: [TrainingEvent.Validation] = []
    try world.trainer("w.safetensors").run(report: { if case .validated(let result) = $0 { results.append(result) } })
    let ciders = results.map { $0.cider! }
    #expect(results.allSatisfy { $0.scores.map(\.count) == [5] })
    for (index, result) in results.enumerated() {
      #expect(result.isBest == (index == 0 || ciders[index] > ciders[..<index].max()!))
    }
    let kept = try ModelDescription(SafetensorsFile(path: world.path("w.safetensors")))
    #expect(kept.provenance["validation_cider"] == String(format: "%.4f", ciders.max()!))
  }

  @Test("photos of several validation files are scored apart, so many of each, and CIDEr is the mean of the files'")
  func severalValidationFiles() throws {
    var world = try World()
    defer { world.remove() }
    func write(_ name: String, _ photos: Range<Int>) throws -> CocoAnnotations {
      let captions = photos.map { #"{"image_id": \#($0), "caption": "a \#(["red", "green"][$0 % 2]) square"}"# }
      let images = photos.map { #"{"id": \#($0), "file_name": "\#($0).png"}"# }
      let lists = (images.joined(separator: ","), captions.joined(separator: ","))
      let json = #"{"images": [\#(lists.0)], "annotations": [\#(lists.1)]}"#
      try Data(json.utf8).write(to: URL(fileURLWithPath: world.path(name).string))
      return try CocoAnnotations(path: world.path(name))
    }
    let validation = PhotoSet(
      annotations: [try write("one.json", 0..<7), try write("two.json", 7..<9)], folders: [FilePath(world.folder.path)],
      vocabulary: world.vocabulary)
    #expect(validation.files == [0..<7, 7..<9])
    (world.options.epochs, world.options.scoredPhotos, world.options.selection) = (4, 4, .cider)
    var results: [TrainingEvent.Validation] = []
    let trainer = try Trainer(
      options: world.options, vocabulary: world.vocabulary, training: world.photos, validation: validation,
      output: world.path("w.safetensors"), provenance: [:])
    try trainer.run(report: { if case .validated(let result) = $0 { results.append(result) } })
    #expect(results.count == 4 && results.allSatisfy { $0.scores.map(\.count) == [4, 2] })
    for result in results {
      #expect(result.cider == (result.scores[0].cider + result.scores[1].cider) / 2)
      #expect(result.bleu4 == (result.scores[0].bleu[3] + result.scores[1].bleu[3]) / 2)
    }
    let last = try trainer.validate().captions
    #expect(last.map { $0.entries.map(\.id) } == [(0..<4).map { .number($0) }, [.number(7), .number(8)]])
    #expect(last.compactMap(\.scores?.cider) == results[3].scores.map(\.cider))
    let kept = try ModelDescription(SafetensorsFile(path: world.path("w.safetensors")))
    #expect(kept.provenance["validation_cider"] == String(format: "%.4f", results.compactMap(\.cider).max()!))
  }

  @Test func optionsOfAnOlderCheckpointHaveDefaultsForWhatItDidNotKnow() throws {
    let old = try JSONDecoder().decode(TrainingOptions.self, from: Data(#"{"epochs": 3, "dropout": 0.25}"#.utf8))
    var expected = TrainingOptions()
    expected.epochs = 3
    expected.dropout = 0.25
    // Frozen encoders were shown the whole photo alone, and the decoder had the notebook's form.
    expected.views = 1
    expected.decoder = DecoderDescription(width: 256, initialState: .pooledGrid)
    expected.mapEntropy = 0
    // Batches were of photos from anywhere.
    expected.stratifiedOrder = false
    #expect(old == expected)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: JSONEncoder().encode(expected)) == expected)
  }

  @Test("options are written under the keys, and read from the checkpoints, of every version so far")
  func optionsOfStoredCheckpoints() throws {
    // As written before options were declared in one place.
    let stored = #"""
      {"batch":4,"captionsPerPhoto":2,"clip":5,"colorJitter":0.2,"cropArea":0.6,"dropout":0.3,"encoderLearningRate":0.001,\
      "epochs":2,"flips":true,"gridDropout":0.15,"initialState":"zeros","inputSize":16,"labelSmoothing":0.1,\
      "languageGRU":true,"learningRate":0.005,"loss":"seed","mapEntropy":0.01,"minCount":5,"normalizesCells":true,\
      "query":"projected","scoredPhotos":200,"scoringBeam":1,"seed":1,"selection":"loss",\
      "selfCritical":{"bleuWeight":0,"ciderWeight":1,"crossEntropyWeight":0,"samples":5,"temperature":1},\
      "shape":{"blocks":[{"channels":4,"stride":1},{"channels":6,"stride":2}],"gridChannels":5,"stemChannels":4,\
      "stemKernel":5,"stemStride":2},"views":2,"vocabularySize":20000,"warmup":2,"weightDecay":0.02,"width":16}
      """#.replacingOccurrences(of: "\\\n", with: "")
    var options = TrainingOptions()
    (options.shape, options.inputSize, options.decoder.width, options.batch) = (.tiny, 16, 16, 4)
    (options.captionsPerPhoto, options.epochs, options.warmup, options.learningRate) = (2, 2, 2, 5e-3)
    (options.encoderLearningRate, options.loss, options.selfCritical) = (0.001, .notebook, SelfCriticalOptions())
    options.stratifiedOrder = false
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: Data(stored.utf8)) == options)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    #expect(String(decoding: try encoder.encode(options), as: UTF8.self) == stored)
    let distillation = String(decoding: try encoder.encode(DistillationOptions()), as: UTF8.self)
    #expect(
      distillation.hasPrefix(
        #"{"batch":64,"beta2":0.99,"clip":5,"colorJitter":0,"divergenceWeight":0.3,"heldOut":256,"#))
    #expect(TrainingOptions.Loss(name: "seed") == .notebook && TrainingOptions.Loss(name: "notebook") == .notebook)
    #expect(TrainingOptions.Loss(name: "words") == .words && TrainingOptions.Loss(name: "x") == nil)
  }

  @Test func impossibleOptionsAreNamed() {
    var options = TrainingOptions()
    options.inputSize = 250
    #expect(throws: CaptioningError.badOption("input size: 250, expected a multiple of 32, at most 2048")) {
      try options.validate()
    }
    // What a damaged checkpoint may say: a stride of 0 divides, and sizes multiply.
    for change in [
      { $0.shape.stemStride = 0 }, { $0.shape.blocks = Array(repeating: .init(channels: 1, stride: 2), count: 64) },
      { $0.inputSize = 1 << 40 }, { $0.decoder.width = .max }, { $0.weightDecay = .nan }, { $0.vocabularySize = 3 },
    ] as [(inout TrainingOptions) -> Void] {
      options = TrainingOptions()
      change(&options)
      #expect(throws: CaptioningError.self) { try options.validate() }
    }
    options = TrainingOptions()
    options.batch = 1
    #expect(throws: CaptioningError.self) { try options.validate() }
  }

  @Test func theLearningRateWarmsUpThenFallsToZero() {
    var options = TrainingOptions()
    options.warmup = 10
    options.learningRate = 1
    #expect(options.learningRate(step: 0, total: 110) == 0.1)
    #expect(options.learningRate(step: 9, total: 110) == 1)
    #expect(abs(options.learningRate(step: 60, total: 110) - 0.5) < 1e-6)
    #expect(options.learningRate(step: 109, total: 110) < 0.001)
  }
}
