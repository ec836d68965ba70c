import Captioning
import Files
import Foundation
import Raster
import SystemPackage
import Tensors
import TestSupport
import Training
import WeightFiles

/// Training runs that are over in milliseconds, for what they leave on disk.
enum TinyRun {
  /// A folder of its own with two photos, removed when it is let go of.
  final class Folder {
    private let path: FilePath

    init() throws {
      path = FilePath(NSTemporaryDirectory()).appending("gaze-fuzz-\(getpid())-\(UInt32.random(in: 0 ... .max))")
      try path.makeFolder()
      let png = try PNGEncoder.encode(PixelImage(width: 2, height: 2, pixels: [UInt8](repeating: 90, count: 12)))
      for name in ["1.png", "2.png"] { try write(png, as: name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    func path(_ name: String) -> FilePath { path.appending(name) }

    func bytes(_ name: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name).string)))
    }

    func write(_ bytes: [UInt8], as name: String) throws {
      try OutputFile.write(bytes, toFile: path(name))
    }
  }

  static let captions = """
    {"images":[{"id":1,"file_name":"1.png"},{"id":2,"file_name":"2.png"}],"annotations":[\
    {"id":1,"image_id":1,"caption":"a dog runs"},{"id":2,"image_id":2,"caption":"a cat sleeps"}]}
    """

  private static var options: TrainingOptions {
    var options = TrainingOptions()
    options.shape = CompactShape(
      stemKernel: 4, stemStride: 4, stemChannels: 2, blocks: [.init(channels: 2, stride: 2)], gridChannels: 2,
      gridSide: 3)
    options.inputSize = 32
    options.decoder.width = 2
    (options.batch, options.epochs) = (2, 3)
    return options
  }

  /// Writes the weights of such a network.
  static func writeNetwork(to path: FilePath) throws {
    var random = RandomWeights(seed: 1)
    try TrainableCaptioner(
      options: options, vocabulary: .build(captions: ["a dog and a cat run"], maximumSize: 12), weights: &random
    ).export(options: options, provenance: ["note": "made for fuzzing"], to: path)
  }

  /// Takes one step of a run on the folder's photos, and leaves a checkpoint beside `output`.
  /// - Parameter resumes: go on from the checkpoint there.
  static func train(in folder: Folder, output: FilePath, resumes: Bool) throws {
    let annotations = try CocoAnnotations(path: folder.path("captions.json"))
    func photos(_ vocabulary: Vocabulary, _ options: TrainingOptions) -> PhotoSet {
      PhotoSet(
        annotations: [annotations], folders: [folder.path(".")], vocabulary: vocabulary,
        captionsPerPhoto: options.captionsPerPhoto)
    }
    let none = PhotoSet(annotations: [], folders: [], vocabulary: .build(captions: ["a"], maximumSize: 5))
    let trainer: Trainer
    if resumes {
      trainer = try Trainer(resuming: output, dataset: { (photos($0, $1), none) }, provenance: [:])
    } else {
      let vocabulary = Vocabulary.build(captions: annotations.photos.flatMap(\.captions), maximumSize: 20)
      trainer = try Trainer(
        options: options, vocabulary: vocabulary, training: photos(vocabulary, options), validation: none,
        output: output, provenance: [:])
    }
    try trainer.run(shouldStop: { true })
  }

  private static var distillationOptions: DistillationOptions {
    var options = DistillationOptions()
    (options.shape, options.inputSize) = (Self.options.shape, Self.options.inputSize)
    (options.batch, options.visits) = (2, 6)
    return options
  }

  /// What a teacher saw in the folder's photos.
  static func writeTeacher(to path: FilePath) throws {
    let boxes = Tensor([2, 1, 4], [0, 0, 1, 1, 0, 0.9, 1, 0.1])
    try writeSafetensors(
      [
        NamedTensor("boxes", boxes), NamedTensor("grid", Tensor([2, 1, 4, 2]), dtype: .float16),
        NamedTensor("logits", Tensor([2, 1, 3]), dtype: .float16),
      ], metadata: ["photos": #"["1.png","2.png"]"#], to: path)
  }

  /// Takes one step of a run that learns from a teacher, and leaves a checkpoint beside `output`.
  /// - Parameter resumes: go on from the checkpoint there.
  static func distil(in folder: Folder, teacher: FilePath, output: FilePath, resumes: Bool) throws {
    let data = DistillationData(views: try TeacherFile(path: teacher), folders: [folder.path(".")])
    let distiller =
      resumes
      ? try Distiller(resuming: output, data: data, provenance: [:])
      : try Distiller(options: distillationOptions, data: data, output: output, provenance: [:])
    try distiller.run(shouldStop: { true })
  }
}
