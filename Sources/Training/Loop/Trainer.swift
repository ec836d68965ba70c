import Captioning
import Files
import Foundation
import SystemPackage
import Tensors

/// Runs a training from its beginning or from a checkpoint. Used from one thread.
public final class Trainer {
  public let training: PhotoSet
  public let validation: PhotoSet
  /// Sentences of no photo, from `<start>` to `<end>`, that are learnt beside the captions.
  let loneSentences: [[Int]]
  /// Where the network goes; checkpoints lie beside it, as `PATH.checkpoint`.
  public let output: FilePath
  public let vocabulary: Vocabulary
  public var options: TrainingOptions { state.options }

  let network: TrainableCaptioner
  /// What is validated and exported in the network's place; nil where that is the network itself.
  let average: WeightAverage?
  var state: Checkpoint
  var adam: Adam
  let provenance: [String: String]
  let checkpointInterval: Duration
  let cacheFolder: FilePath
  /// Where the encoder learns from a teacher too.
  let matching: FunctionMatching?
  /// Where the run learns from a reward.
  let selfCritical: SelfCriticalObjective?
  /// What a frozen encoder makes of the photos, once `run` has seen to it.
  var cachedFeatures: CachedFeatures?
  /// The files it is in.
  var cachePaths: [FilePath] = []
  public var ranks: any RankGroup = SingleRank()
  /// Which photos are this process's own, where there are others.
  var rankShare: RankShare? { ranks.count == 1 ? nil : RankShare(ranks, batch: options.photosPerStep) }

  /// What the name of a run's state has after that of its output.
  public static let checkpointSuffix = ".checkpoint"

  /// Where a run that writes `output` keeps its state.
  public static func checkpointPath(_ output: FilePath) -> FilePath { output.addingToName(checkpointSuffix) }

  /// A new run.
  /// - Parameters:
  ///   - options: of the run; they must be valid.
  ///   - vocabulary: the decoder's words.
  ///   - start: what `options` were told of by `adopt`; a decoder's words must be `vocabulary`.
  ///   - training: photos to learn from; at least a batch.
  ///   - validation: photos to choose the best epoch by; it may be empty.
  ///   - loneSentences: as written, of no photo; `options.sentencesPerStep` of them are learnt at each step.
  ///   - teacher: what the encoder learns from beside the captions, where `options.functionMatching` says so.
  ///   - output: where the network goes.
  ///   - cacheFolder: where the feature maps of a frozen encoder are kept; nil means beside the output.
  ///   - provenance: written into the weights with the run's own figures.
  ///   - files: kept in the checkpoints.
  ///   - checkpointInterval: at most this much work is ever lost.
  public convenience init(
    options: TrainingOptions, vocabulary: Vocabulary, start: StartingPoint = StartingPoint(), training: PhotoSet,
    validation: PhotoSet, loneSentences: [String] = [], teacher: DistillationData? = nil, output: FilePath,
    cacheFolder: FilePath? = nil,
    provenance: [String: String], files: RunFiles? = nil, checkpointInterval: Duration = .seconds(300)
  ) throws {
    try options.validate()
    guard training.photos.count >= options.batch else {
      throw CaptioningError.training(
        "\(training.photos.count) photos with captions are fewer than a batch of \(options.batch)")
    }
    guard options.selection == .loss || !validation.photos.isEmpty else {
      throw CaptioningError.badOption("selection by cider: there are no validation photos")
    }
    if let decoder = start.decoder, decoder.description.vocabulary != vocabulary.words {
      throw CaptioningError.training("\(decoder.file.path): holds no decoder of this run's \(vocabulary.count) words")
    }
    try Self.check(loneSentences, options)
    try Self.check(teacher, options)
    var weights = StartingWeightSource(start: start, random: RandomWeights(seed: options.seed))
    let network = try TrainableCaptioner(options: options, vocabulary: vocabulary, weights: &weights)
    let state = Checkpoint(
      step: 0, options: options, vocabulary: vocabulary.words,
      lineage: start.lineage.isEmpty ? nil : start.lineage, photosDigest: Self.digest(training, loneSentences),
      validationDigest: Self.digest(validation, []), teacherDigest: teacher?.digest, files: files)
    var random = RandomWeights(seed: options.seed)
    let matching = try teacher.map { try FunctionMatching($0, options, weights: &random) }
    self.init(
      network, WeightAverage(network, decay: options.averageDecay), matching, state, training, validation,
      loneSentences, output, cacheFolder, provenance, checkpointInterval)
  }

  /// The run that a checkpoint beside `output` holds, on the same photos and sentences.
  /// - Parameters:
  ///   - output: where the network goes; the checkpoint lies beside it.
  ///   - epochs: a new planned end; the learning rate goes on along the cosine that leads there.
  ///   - dataset: the photos, whose sentences are tokens of the run's vocabulary.
  ///   - loneSentences: those the run began with.
  ///   - teacher: the one the run began with, of the same photos.
  ///   - cacheFolder: where the feature maps of a frozen encoder are kept; nil means beside the output.
  ///   - provenance: written into the weights with the run's own figures.
  ///   - files: kept in the checkpoints in place of those the run began with; nil keeps them.
  ///   - checkpointInterval: at most this much work is ever lost.
  public convenience init(
    resuming output: FilePath, epochs: Int? = nil,
    dataset: (Vocabulary, TrainingOptions) -> (training: PhotoSet, validation: PhotoSet), loneSentences: [String] = [],
    teacher: DistillationData? = nil, cacheFolder: FilePath? = nil, provenance: [String: String],
    files: RunFiles? = nil, checkpointInterval: Duration = .seconds(300)
  ) throws {
    let path = Self.checkpointPath(output)
    var (state, network, average) = try Checkpoint.load(path)
    if let epochs { state.options.epochs = epochs }
    state.files = files ?? state.files
    try state.options.validate()
    let (training, validation) = dataset(network.vocabulary, state.options)
    try Self.check(loneSentences, state.options)
    try Self.check(teacher, state.options)
    guard Self.digest(training, loneSentences) == state.photosDigest else {
      let sentences = loneSentences.isEmpty ? "" : " and \(loneSentences.count) sentences"
      throw CaptioningError.training(
        "\(path) belongs to a run on other photos than the \(training.photos.count)\(sentences) given")
    }
    let validationDigest = Self.digest(validation, [])
    guard (state.validationDigest ?? validationDigest) == validationDigest else {
      throw CaptioningError.training(
        "\(path) belongs to a run that validates on other photos than the \(validation.photos.count) given")
    }
    guard teacher?.digest == state.teacherDigest else {
      throw CaptioningError.training("\(path) belongs to a run on another teacher or other photos for it")
    }
    let matching = try teacher.map { [state] in try state.matching($0, from: path) }
    self.init(
      network, average, matching, state, training, validation, loneSentences, output, cacheFolder, provenance,
      checkpointInterval)
    try expectEndAhead()
  }

  private init(
    _ network: TrainableCaptioner, _ average: WeightAverage?, _ matching: FunctionMatching?, _ state: Checkpoint,
    _ training: PhotoSet, _ validation: PhotoSet, _ loneSentences: [String], _ output: FilePath,
    _ cacheFolder: FilePath?, _ provenance: [String: String], _ checkpointInterval: Duration
  ) {
    (self.network, self.average) = (network, average)
    self.matching = matching
    self.state = state
    self.training = training
    self.validation = validation
    self.output = output
    self.cacheFolder = cacheFolder ?? output.removingLastComponent()
    self.provenance = provenance
    self.checkpointInterval = checkpointInterval
    vocabulary = network.vocabulary
    self.loneSentences = loneSentences.map { PhotoSet.sentence($0, network.vocabulary) }
    selfCritical = SelfCriticalObjective(
      photos: training.photos, options: state.options, vocabulary: network.vocabulary)
    adam = Adam(weightDecay: state.options.weightDecay)
    adam.step = state.step
  }

  /// Nil where the run learns from captions alone.
  public var teacher: DistillationData? { matching?.data }
  public var stepsPerEpoch: Int { BatchMaker(photos: training.photos, options: options).stepsPerEpoch }
  public var totalSteps: Int { stepsPerEpoch * options.epochs }
  /// Steps taken before this call.
  public var stepsTaken: Int { state.step }

  /// Trains to the end of the last epoch.
  ///
  /// - Parameters:
  ///   - shouldStop: asked after every step; when true the run saves its checkpoint and returns.
  ///   - report: called from this thread.
  /// - Returns: whether the run reached its end.
  @discardableResult
  public func run(shouldStop: () -> Bool = { false }, report: (TrainingEvent) -> Void = { _ in }) throws -> Bool {
    if let frozen = options.frozenEncoder, try !encodePhotos(frozen, shouldStop, report) {
      try save()
      return false
    }
    if let matching, try !matching.prepare(ranks: ranks, shouldStop: shouldStop, report: report) {
      try save()
      return false
    }
    return try goOn(shouldStop: { ranks.any(shouldStop()) }, report: report)
  }
}

extension Trainer: TrainingRun {
  public var kept: KeptWeights? {
    state.bestEpoch.map { epoch in
      let best: (name: String, value: Double?) =
        options.selection == .loss ? ("validation loss", state.bestLoss) : ("CIDEr", state.bestCIDEr)
      let why = best.value.map { "the best by \(best.name), \(Figures.score($0))" } ?? "the last one done"
      return KeptWeights(epoch: epoch, of: options.epochs, why: why)
    }
  }

  public var filesLeft: [FilePath] {
    ([checkpointPath] + cachePaths).filter(\.exists)
  }
}

extension Trainer: TrainingLoop {
  var checkpointPath: FilePath { Self.checkpointPath(output) }

  var batchMaking: @Sendable (Int) -> TrainingBatch {
    let maker = BatchMaker(
      photos: training.photos, options: options, cache: cachedFeatures, loneSentences: loneSentences, ranks: rankShare)
    let views = matching?.viewMaker(rankShare)
    return { step in
      var batch = maker.batch(step: step)
      views?.join(&batch, step: step)
      return batch
    }
  }

  var endBehind: String {
    "epochs: \(options.epochs), expected at least \((stepsTaken + stepsPerEpoch - 1) / stepsPerEpoch)"
  }

  func save() throws {
    if ranks.rank == 0 { try state.save(network, matching, average, to: checkpointPath) }
  }
}
