import Captioning
import Foundation
import SystemPackage
import Tensors
import WeightFiles

/// A run's state on disk: what the run is and where it stands as JSON in the metadata, its parameters with their moments,
/// and running averages, all as float32. The file that was there stays until the new one is complete.
struct CheckpointFile {
  /// The metadata key of the state; each kind of run has its own.
  let key: String
  let path: FilePath

  /// Of the format, in the metadata's `format_version`; files of before it was written there are of the first. A later
  /// one is refused.
  private static let version = 1

  func save(
    _ state: some Encodable, parameters: [Parameter], statistics: [(name: String, tensor: Tensor)]
  ) throws {
    let tensors =
      parameters.flatMap {
        [
          NamedTensor($0.name, $0.value), NamedTensor("\($0.name)#first_moment", $0.firstMoment),
          NamedTensor("\($0.name)#second_moment", $0.secondMoment),
        ]
      } + statistics.map { NamedTensor($0.name, $0.tensor) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json = String(decoding: try encoder.encode(state), as: UTF8.self)
    try writeSafetensors(tensors, metadata: [key: json, "format_version": "\(Self.version)"], to: path)
  }

  /// - Throws: when the file is broken or of another kind of run.
  func open<State: Decodable>(_ kind: State.Type, description: String) throws -> (state: State, file: SafetensorsFile) {
    let file = try SafetensorsFile(path: path)
    if let version = file.metadata["format_version"], Int(version) ?? .max > Self.version {
      throw CaptioningError.training("\(path): a checkpoint of format \(version), expected at most \(Self.version)")
    }
    guard let state = state(State.self, in: file) else {
      throw CaptioningError.training("\(path): not a checkpoint of \(description)")
    }
    return (state, file)
  }

  /// What the run is and where it stands; nil where the file is of another kind of run.
  func state<State: Decodable>(_ kind: State.Type) throws -> State? { state(kind, in: try SafetensorsFile(path: path)) }

  private func state<State: Decodable>(_ kind: State.Type, in file: SafetensorsFile) -> State? {
    file.metadata[key].flatMap { try? JSONDecoder().decode(kind, from: Data($0.utf8)) }
  }

  /// Reads the moments of parameters whose values were read from the same file.
  func readMoments(of parameters: [Parameter], from file: SafetensorsFile) throws {
    for parameter in parameters {
      for (suffix, moment) in [("first", parameter.firstMoment), ("second", parameter.secondMoment)] {
        let stored = try file.tensor("\(parameter.name)#\(suffix)_moment", shape: moment.shape)
        moment.pointer.update(from: stored.pointer, count: moment.count)
      }
    }
  }
}
