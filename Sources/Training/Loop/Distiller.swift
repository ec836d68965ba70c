import Captioning
import Files
import Foundation
import SystemPackage
import Tensors
import WeightFiles

/// Trains a compact encoder to see what a larger network, the teacher, sees. Used from one thread.
public final class Distiller {
  public let data: DistillationData
  /// Photos to learn from and to validate on; names of the teacher's that no folder holds, or that are no images.
  public var trainingPhotos: Int { training.photos.count }
  public var validationPhotos: Int { validation.photos.count }
  public var missing: [String] { data.missing }
  /// Where the encoder goes; the checkpoint lies beside it, as `PATH.checkpoint`.
  public let output: FilePath
  public var options: DistillationOptions { state.options }
  public var stepsTaken: Int { state.step }
  public var totalSteps: Int { options.steps }
  /// Steps in which every photo is seen once.
  public var stepsPerEpoch: Int { training.stepsPerEpoch }

  let encoder: CompactEncoder
  let heads: DistillationHeads
  /// Once `prepare` has seen to it, they subtract `center`.
  private(set) var training: any ViewMaking
  private(set) var validation: any ViewMaking
  /// What is subtracted from the teacher's features, `[K]`; nil until `prepare`.
  private(set) var center: Tensor?
  var state: State
  var adam: Adam
  let provenance: [String: String]
  let checkpointInterval: Duration
  public var ranks: any RankGroup = SingleRank()

  /// Where a run stands.
  struct State: Codable, Equatable {
    var step: Int
    var options: DistillationOptions
    /// Validation KL of the best weights so far, and the epoch (from 1) they were seen after.
    var bestDivergence: Double?
    var bestEpoch: Int?
    /// The teacher's sizes and the photos in training order: a run on other data is another run.
    var dataDigest: String
    /// The file whose encoder the run started from.
    var startedFrom: String?
    /// Nil where an earlier version began the run, or it was not begun by a command.
    var files: RunFiles?

    /// In a checkpoint's metadata.
    static let key = "gaze_distillation_checkpoint"
  }

  /// - Parameters:
  ///   - options: of the run; they must be valid.
  ///   - start: weights whose encoder the run starts from, whose sizes `options` have adopted; nil for random ones.
  ///   - data: what is learnt from.
  ///   - output: where the encoder goes.
  ///   - provenance: written into the weights with the run's own figures.
  ///   - files: kept in the checkpoints.
  ///   - checkpointInterval: at most this much work is ever lost.
  public convenience init(
    options: DistillationOptions, start: StartingWeights? = nil, data: DistillationData, output: FilePath,
    provenance: [String: String], files: RunFiles? = nil, checkpointInterval: Duration = .seconds(300)
  ) throws {
    try options.validate()
    try data.check(options)
    let state = State(
      step: 0, options: options, dataDigest: data.digest, startedFrom: start?.name, files: files)
    var weights = StartingWeightSource(start: StartingPoint(encoder: start), random: RandomWeights(seed: options.seed))
    try self.init(state, data, center: nil, output, provenance, checkpointInterval, weights: &weights)
  }

  /// The run that a checkpoint beside `output` holds, on the same data.
  /// - Parameters:
  ///   - output: where the encoder goes; the checkpoint lies beside it.
  ///   - visits: a new planned end; the learning rate goes on along the cosine that leads there.
  ///   - data: those the run began with.
  ///   - provenance: written into the weights with the run's own figures.
  ///   - files: kept in the checkpoints in place of those the run began with; nil keeps them.
  ///   - checkpointInterval: at most this much work is ever lost.
  public convenience init(
    resuming output: FilePath, visits: Int? = nil, data: DistillationData, provenance: [String: String],
    files: RunFiles? = nil, checkpointInterval: Duration = .seconds(300)
  ) throws {
    let checkpoint = Self.checkpoint(output)
    var (state, file) = try checkpoint.open(State.self, description: "gaze train --teacher")
    guard state.step >= 0 else {
      throw CaptioningError.training("\(checkpoint.path): \(state.step) steps, expected at least 0")
    }
    do { try state.options.validate() } catch { throw CaptioningError.training("\(checkpoint.path): \(error)") }
    if let visits { state.options.visits = visits }
    state.files = files ?? state.files
    try state.options.validate()
    guard data.digest == state.dataDigest, data.viewsOfAPhoto == nil || !state.options.hasLiveTeacher else {
      throw CaptioningError.training("\(checkpoint.path) belongs to a run on another teacher or other photos")
    }
    try data.check(state.options)
    let center = try FunctionMatching.center(in: file, components: data.components)
    var weights = FileWeights(file: file)
    try self.init(state, data, center: center, output, provenance, checkpointInterval, weights: &weights)
    try checkpoint.readMoments(of: parameters, from: file)
    try expectEndAhead()
  }

  private init(
    _ state: State, _ data: DistillationData, center: Tensor?, _ output: FilePath, _ provenance: [String: String],
    _ checkpointInterval: Duration, weights: inout some WeightSource
  ) throws {
    let options = state.options
    (training, validation) = data.makers(options, center: center ?? Tensor([data.components]))
    guard training.photos.count >= options.batch else {
      throw CaptioningError.training(
        "\(training.photos.count) of the teacher's photos to learn from are fewer than a batch of \(options.batch)")
    }
    encoder = try CompactEncoder(options.shape, weights: &weights)
    heads = try DistillationHeads(
      channels: options.shape.gridChannels, components: data.components, classes: data.classes, weights: &weights)
    self.state = state
    self.data = data
    self.center = center
    self.output = output
    self.provenance = provenance
    self.checkpointInterval = checkpointInterval
    adam = Adam(beta2: options.beta2, weightDecay: options.weightDecay)
    adam.step = state.step
  }

  static func checkpoint(_ output: FilePath) -> CheckpointFile {
    CheckpointFile(key: State.key, path: Trainer.checkpointPath(output))
  }

  /// Trains until the planned visits are made.
  ///
  /// - Parameters:
  ///   - shouldStop: asked after every step; when true the run saves its checkpoint and returns.
  ///   - report: called from this thread.
  /// - Returns: whether the run reached its end.
  @discardableResult
  public func run(shouldStop: () -> Bool = { false }, report: (TrainingEvent) -> Void = { _ in }) throws -> Bool {
    guard try prepare(shouldStop: shouldStop, report: report) else {
      try save()
      return false
    }
    return try goOn(shouldStop: { ranks.any(shouldStop()) }, report: report)
  }

  /// Takes the mean of the teacher's features where there is none yet.
  /// - Returns: whether it is there, false when `shouldStop` turned true before.
  func prepare(shouldStop: () -> Bool = { false }, report: (TrainingEvent) -> Void = { _ in }) throws -> Bool {
    if center != nil { return true }
    guard let mean = try data.center(options, ranks: ranks, shouldStop: shouldStop, report: report) else {
      return false
    }
    center = mean
    (training, validation) = data.makers(options, center: mean)
    return true
  }
}
