import Captioning
import SystemPackage

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

  private enum CodingKeys: String, CodingKey {
    case step, options, vocabulary, bestLoss, bestEpoch, bestCIDEr, photosDigest
    case lineage = "heritage"
  }

  private static func file(_ path: FilePath) -> CheckpointFile { CheckpointFile(key: "gaze_checkpoint", path: path) }

  func save(_ network: TrainableCaptioner, to path: FilePath) throws {
    try Self.file(path).save(self, parameters: network.parameters, statistics: network.statistics)
  }

  /// The state a file holds, with the network it belongs to.
  static func load(_ path: FilePath) throws -> (Checkpoint, TrainableCaptioner) {
    let (state, file) = try Self.file(path).open(Checkpoint.self, description: "gaze train")
    try state.options.validate()
    var weights = FileWeights(file: file)
    let network = try TrainableCaptioner(
      options: state.options, vocabulary: try Vocabulary(words: state.vocabulary), weights: &weights)
    try Self.file(path).readMoments(of: network.parameters, from: file)
    return (state, network)
  }
}
