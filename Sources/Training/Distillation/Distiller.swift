import Captioning
import Files
import Foundation
import Raster
import SystemPackage
import Tensors
import WeightFiles

/// Trains a compact encoder to see what a larger network, the teacher, saw. Used from one thread.
public final class Distiller {
  public let teacher: TeacherFile
  /// Photos to learn from and to validate on; names of the teacher's that no folder holds, or that are no images.
  public var trainingPhotos: Int { training.photos.count }
  public var validationPhotos: Int { validation.photos.count }
  public let missing: [String]
  /// Where the encoder goes; the checkpoint lies beside it, as `PATH.checkpoint`.
  public let output: FilePath
  public var options: DistillationOptions { state.options }
  public var stepsTaken: Int { state.step }
  public var totalSteps: Int { options.steps }
  /// Steps in which every photo is seen once.
  public var stepsPerEpoch: Int { training.stepsPerEpoch }

  let encoder: CompactEncoder
  let heads: DistillationHeads
  let training: ViewMaker
  let validation: ViewMaker
  var state: State
  var adam: Adam
  let provenance: [String: String]
  let checkpointInterval: Duration

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
  ///   - start: weights whose encoder the run starts from, whose sizes `options` have adopted; nil for random ones.
  ///   - folders: where the teacher's photos are; the first folder that has a file wins.
  ///   - provenance: written into the weights with the run's own figures.
  ///   - files: kept in the checkpoints.
  ///   - checkpointInterval: at most this much work is ever lost.
  public convenience init(
    options: DistillationOptions, start: StartingWeights? = nil, teacher: TeacherFile, folders: [FilePath],
    output: FilePath, provenance: [String: String], files: RunFiles? = nil, checkpointInterval: Duration = .seconds(300)
  ) throws {
    try options.validate()
    let photos = Self.find(teacher, folders)
    let state = State(
      step: 0, options: options, dataDigest: Self.digest(teacher, photos.found), startedFrom: start?.name,
      files: files)
    var weights = StartingWeightSource(start: StartingPoint(encoder: start), random: RandomWeights(seed: options.seed))
    try self.init(state, teacher, photos, output, provenance, checkpointInterval, weights: &weights)
  }

  /// The run that a checkpoint beside `output` holds, on the same teacher and photos.
  /// - Parameters:
  ///   - visits: a new planned end; the learning rate goes on along the cosine that leads there.
  ///   - files: kept in the checkpoints in place of those the run began with; nil keeps them.
  public convenience init(
    resuming output: FilePath, visits: Int? = nil, teacher: TeacherFile, folders: [FilePath],
    provenance: [String: String], files: RunFiles? = nil, checkpointInterval: Duration = .seconds(300)
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
    let photos = Self.find(teacher, folders)
    guard Self.digest(teacher, photos.found) == state.dataDigest else {
      throw CaptioningError.training("\(checkpoint.path) belongs to a run on another teacher or other photos")
    }
    var weights = FileWeights(file: file)
    try self.init(state, teacher, photos, output, provenance, checkpointInterval, weights: &weights)
    try checkpoint.readMoments(of: parameters, from: file)
    try expectEndAhead()
  }

  private init(
    _ state: State, _ teacher: TeacherFile, _ photos: (found: [TeacherPhoto], missing: [String]), _ output: FilePath,
    _ provenance: [String: String], _ checkpointInterval: Duration, weights: inout some WeightSource
  ) throws {
    let options = state.options
    let heldOut = min(options.heldOut, photos.found.count / 4)
    training = ViewMaker(teacher: teacher, photos: photos.found.dropLast(heldOut), options: options)
    validation = ViewMaker(teacher: teacher, photos: photos.found.suffix(heldOut), options: options)
    guard training.photos.count >= options.batch else {
      throw CaptioningError.training(
        "\(training.photos.count) of the teacher's photos to learn from are fewer than a batch of \(options.batch)")
    }
    encoder = try CompactEncoder(options.shape, weights: &weights)
    heads = try DistillationHeads(
      channels: options.shape.gridChannels, components: teacher.components, classes: teacher.classes, weights: &weights)
    self.state = state
    self.teacher = teacher
    missing = photos.missing
    self.output = output
    self.provenance = provenance
    self.checkpointInterval = checkpointInterval
    adam = Adam(beta2: options.beta2, weightDecay: options.weightDecay)
    adam.step = state.step
  }

  private static func find(_ teacher: TeacherFile, _ folders: [FilePath]) -> (found: [TeacherPhoto], missing: [String])
  {
    var result: (found: [TeacherPhoto], missing: [String]) = ([], [])
    for (index, name) in teacher.photos.enumerated() {
      let candidates = folders.map { $0.appending(FileName.path(name).components) }
      if let path = candidates.first(where: { (try? ImageDecoder.size(path: $0)) != nil }) {
        result.found.append(.init(index: index, path: path))
      } else {
        result.missing.append(name)
      }
    }
    return result
  }

  private static func digest(_ teacher: TeacherFile, _ photos: [TeacherPhoto]) -> String {
    let sizes = "\(teacher.views) \(teacher.side) \(teacher.components) \(teacher.classes)"
    let text = ([sizes] + photos.map { "\($0.index) \(teacher.photos[$0.index])" }).joined(separator: "\n")
    return Array(text.utf8).withUnsafeBytes { Digest.sha256($0) }
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
    try goOn(shouldStop: shouldStop, report: report)
  }
}
