import Captioning
import SystemPackage
import WeightFiles

/// Where a run stands: everything that a step depends on, so that going on gives what never stopping would have given.
struct Checkpoint: Codable, Equatable {
  /// Steps taken.
  var step: Int
  var options: TrainingOptions
  var vocabulary: [String]
  /// Validation loss of the best weights so far, and the epoch (from 1) they were seen after.
  var bestLoss: Double?
  var bestEpoch: Int?
  /// CIDEr of the best weights, where captions are scored.
  var bestCIDEr: Double?
  /// What the weights owe to those the run started from; nil where it started from none.
  var lineage: [String: String]?
  /// Paths of the photos in training order: a run on other data is another run.
  var photosDigest: String
  /// The same of the photos it validates on; nil where an earlier version began the run.
  var validationDigest: String?
  /// The teacher and the photos it looks at; nil where there is none.
  var teacherDigest: String?
  /// Nil where an earlier version began the run, or it was not begun by a command.
  var files: RunFiles?

  /// In a checkpoint's metadata.
  static let key = "gaze_checkpoint"

  private enum CodingKeys: String, CodingKey {
    case step, options, vocabulary, bestLoss, bestEpoch, bestCIDEr, photosDigest, validationDigest, teacherDigest, files
    case lineage = "heritage"
  }

  private static func file(_ path: FilePath) -> CheckpointFile { CheckpointFile(key: key, path: path) }

  /// - Parameters:
  ///   - matching: the run's teacher, if it has one.
  ///   - average: of the network, if the run keeps one.
  func save(
    _ network: TrainableCaptioner, _ matching: FunctionMatching?, _ average: WeightAverage?, to path: FilePath
  ) throws {
    try Self.file(path).save(
      self, parameters: network.parameters + (matching?.heads.parameters ?? []),
      statistics: network.statistics + FunctionMatching.named(center: matching?.center) + (average?.named ?? []))
  }

  /// The run's teacher as a file has it, whose run is `self`.
  func matching(_ data: DistillationData, from path: FilePath) throws -> FunctionMatching {
    let file = try SafetensorsFile(path: path)
    var weights = FileWeights(file: file)
    let center = try FunctionMatching.center(in: file, components: data.components)
    let matching = try FunctionMatching(data, options, center: center, weights: &weights)
    try Self.file(path).readMoments(of: matching.heads.parameters, from: file)
    return matching
  }

  /// The state a file holds, with the network it belongs to and its average, if the run keeps one.
  static func load(_ path: FilePath) throws -> (Checkpoint, TrainableCaptioner, WeightAverage?) {
    let (state, file) = try Self.file(path).open(Checkpoint.self, description: "gaze train")
    guard state.step >= 0 else { throw CaptioningError.training("\(path): \(state.step) steps, expected at least 0") }
    do { try state.options.validate() } catch { throw CaptioningError.training("\(path): \(error)") }
    var weights = FileWeights(file: file)
    let network = try TrainableCaptioner(
      options: state.options, vocabulary: try Vocabulary(words: state.vocabulary), weights: &weights)
    try Self.file(path).readMoments(of: network.parameters, from: file)
    let average = WeightAverage(network, decay: state.options.averageDecay)
    try average?.read(file)
    return (state, network, average)
  }
}
