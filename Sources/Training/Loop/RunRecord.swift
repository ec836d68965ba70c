import Captioning
import SystemPackage

/// What a checkpoint says of its run, the network left aside.
public struct RunRecord: Sendable {
  /// What the run learns, and how.
  public enum Options: Sendable {
    case captions(TrainingOptions)
    case teacher(DistillationOptions)

    /// Of the encoder that is trained.
    public var shape: CompactShape {
      switch self {
      case .captions(let options): options.shape
      case .teacher(let options): options.shape
      }
    }
  }

  /// The checkpoint.
  public let path: FilePath
  public let options: Options
  /// Nil where an earlier version wrote the checkpoint.
  public let files: RunFiles?
  /// Names of the weights the run started from, as `StartingWeights` has them.
  let startedFrom: [String]

  /// - Parameter output: the weights file of the run.
  /// - Throws: where there is no checkpoint beside it, or none of `gaze train`.
  public init(output: FilePath) throws {
    path = Trainer.checkpointPath(output)
    if let state = try CheckpointFile(key: Checkpoint.key, path: path).state(Checkpoint.self) {
      (options, files) = (.captions(state.options), state.files)
      startedFrom = ["encoder_file", "started_from"].compactMap { state.lineage?[$0] }
    } else if let state = try CheckpointFile(key: Distiller.State.key, path: path).state(Distiller.State.self) {
      (options, files) = (.teacher(state.options), state.files)
      startedFrom = [state.startedFrom].compactMap { $0 }
    } else {
      throw CaptioningError.training("\(path): not a checkpoint of gaze train")
    }
  }

  /// Whether the run started from these weights, whatever their file is called now; from none, with nil.
  public func began(from start: StartingWeights?) -> Bool {
    guard let start else { return startedFrom.isEmpty }
    return startedFrom.contains { $0.hasSuffix(" \(start.sha256.prefix(12))") }
  }
}
