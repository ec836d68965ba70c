import Foundation
import Tensors
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
  /// Paths of the photos in training order: a run on other data is another run.
  var photosDigest: String

  private static let key = "gaze_checkpoint"

  /// Writes the state, the parameters with their moments, and the running averages. The file that was there stays
  /// until the new one is complete.
  func save(_ network: TrainableCaptioner, to path: String) throws {
    let tensors =
      network.parameters.flatMap {
        [
          NamedTensor($0.name, $0.value), NamedTensor("\($0.name)#first_moment", $0.firstMoment),
          NamedTensor("\($0.name)#second_moment", $0.secondMoment),
        ]
      } + network.statistics.map { NamedTensor($0.name, $0.tensor) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let state = String(decoding: try encoder.encode(self), as: UTF8.self)
    try writeSafetensors(tensors, metadata: [Self.key: state], to: path)
  }

  /// The state a file holds, with the network it belongs to.
  static func load(_ path: String) throws -> (Checkpoint, TrainableCaptioner) {
    let file = try SafetensorsFile(path: path)
    guard let json = file.metadata[key],
      let state = try? JSONDecoder().decode(Checkpoint.self, from: Data(json.utf8))
    else { throw CaptioningError.training("\(path): not a checkpoint of gaze train") }
    try state.options.validate()
    var weights = FileWeights(file: file)
    let network = try TrainableCaptioner(
      options: state.options, vocabulary: try Vocabulary(words: state.vocabulary), weights: &weights)
    for parameter in network.parameters {
      for (suffix, moment) in [("first", parameter.firstMoment), ("second", parameter.secondMoment)] {
        let stored = try file.tensor("\(parameter.name)#\(suffix)_moment", shape: moment.shape)
        moment.pointer.update(from: stored.pointer, count: moment.count)
      }
    }
    return (state, network)
  }
}
