import SystemPackage

/// A run of any kind as who began it sees it. Used from one thread.
public protocol TrainingRun: AnyObject {
  /// The processes that train together; set before `run`. Their number may be another when a run is resumed.
  var ranks: any RankGroup { get set }
  /// Where the weights go.
  var output: FilePath { get }
  /// Which weights are in the output; nil where none are yet.
  var kept: KeptWeights? { get }
  /// What the run keeps beside its output, as far as it is there, its checkpoint first.
  var filesLeft: [FilePath] { get }
  /// Trains to the planned end.
  ///
  /// - Parameters:
  ///   - shouldStop: asked after every step; when true the run saves its checkpoint and returns.
  ///   - report: called from this thread.
  /// - Returns: whether the run reached its end.
  func run(shouldStop: () -> Bool, report: (TrainingEvent) -> Void) throws -> Bool
}

/// After which epoch the weights of a run were kept.
public struct KeptWeights: Sendable, Equatable {
  /// From 1, of how many.
  public let epoch: Int
  public let of: Int
  /// What they are best at: "the best by validation loss".
  public let why: String
}
