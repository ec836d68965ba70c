import Foundation
import Tensors
import WeightFiles

/// What a training run tells while it goes on.
public enum TrainingEvent: Sendable {
  public struct Step: Sendable {
    /// Steps taken, of how many.
    public let step: Int
    public let total: Int
    /// From 1.
    public let epoch: Int
    /// Mean loss over the words with label smoothing, and −log p without; natural logarithm.
    public let loss: Double
    public let crossEntropy: Double
    public let learningRate: Float
    public let gradientNorm: Float
    /// Photos and words worked on, and seconds taken.
    public let photos: Int
    public let words: Int
    public let seconds: Double
  }
  case step(Step)
  /// After an epoch: mean −log p(word) on the validation set, and whether it is the lowest so far.
  case validated(epoch: Int, loss: Double, isBest: Bool)
  case saved(path: String)
  case unreadable(String)
}

/// Runs a training from its beginning or from a checkpoint. Used from one thread.
public final class Trainer {
  public let training: PhotoSet
  public let validation: PhotoSet
  /// Where the network goes; checkpoints lie beside it, as `PATH.checkpoint`.
  public let output: String
  public let vocabulary: Vocabulary
  public var options: TrainingOptions { state.options }

  let network: TrainableCaptioner
  private(set) var state: Checkpoint
  private var adam: Adam
  private let provenance: [String: String]
  private let checkpointInterval: Duration

  /// Where a run that writes `output` keeps its state.
  public static func checkpointPath(_ output: String) -> String { output + ".checkpoint" }

  /// A new run.
  /// - Parameters:
  ///   - provenance: written into the weights with the run's own figures.
  ///   - checkpointInterval: at most this much work is ever lost.
  public convenience init(
    options: TrainingOptions, vocabulary: Vocabulary, training: PhotoSet, validation: PhotoSet, output: String,
    provenance: [String: String], checkpointInterval: Duration = .seconds(300)
  ) throws {
    try options.validate()
    guard training.photos.count >= options.batch else {
      throw CaptioningError.training("\(training.photos.count) photos with captions are fewer than a batch of \(options.batch)")
    }
    var weights = RandomWeights(seed: options.seed)
    let network = try TrainableCaptioner(options: options, vocabulary: vocabulary, weights: &weights)
    let state = Checkpoint(
      step: 0, options: options, vocabulary: vocabulary.words, photosDigest: Self.digest(training))
    self.init(network, state, training, validation, output, provenance, checkpointInterval)
  }

  /// The run that a checkpoint beside `output` holds, on the same photos.
  /// - Parameter epochs: a new planned end; the learning rate goes on along the cosine that leads there.
  public convenience init(
    resuming output: String, epochs: Int? = nil,
    dataset: (Vocabulary, TrainingOptions) -> (training: PhotoSet, validation: PhotoSet),
    provenance: [String: String], checkpointInterval: Duration = .seconds(300)
  ) throws {
    let path = Self.checkpointPath(output)
    var (state, network) = try Checkpoint.load(path)
    if let epochs { state.options.epochs = epochs }
    try state.options.validate()
    let (training, validation) = dataset(network.vocabulary, state.options)
    guard Self.digest(training) == state.photosDigest else {
      throw CaptioningError.training("\(path) belongs to a run on other photos than the \(training.photos.count) given")
    }
    self.init(network, state, training, validation, output, provenance, checkpointInterval)
  }

  private init(
    _ network: TrainableCaptioner, _ state: Checkpoint, _ training: PhotoSet, _ validation: PhotoSet, _ output: String,
    _ provenance: [String: String], _ checkpointInterval: Duration
  ) {
    self.network = network
    self.state = state
    self.training = training
    self.validation = validation
    self.output = output
    self.provenance = provenance
    self.checkpointInterval = checkpointInterval
    vocabulary = network.vocabulary
    adam = Adam(weightDecay: state.options.weightDecay)
    adam.step = state.step
  }

  private static func digest(_ photos: PhotoSet) -> String {
    let names = photos.photos.map { URL(fileURLWithPath: $0.path).lastPathComponent + "\t" + $0.captions.joined(separator: "\t") }
    return Array(names.joined(separator: "\n").utf8).withUnsafeBytes { Digest.sha256($0) }
  }

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
    let maker = BatchMaker(photos: training.photos, options: options)
    let loader = BatchLoader(maker, first: state.step, last: totalSteps)
    defer { loader.stop() }
    let clock = ContinuousClock()
    var lastSave = clock.now
    while state.step < totalSteps {
      let began = clock.now
      let batch = loader.next(state.step)
      batch.failures.forEach { report(.unreadable($0)) }
      let step = take(batch, began: began, clock: clock)
      guard step.loss.isFinite else {
        throw CaptioningError.training(
          "the loss of step \(state.step) is \(step.loss): the learning rate \(options.learningRate) may be too high; "
            + "the last checkpoint is kept")
      }
      report(.step(step))
      let epochEnds = state.step % stepsPerEpoch == 0
      if epochEnds { try finishEpoch(report) }
      let stops = shouldStop()
      if epochEnds || stops || clock.now - lastSave >= checkpointInterval {
        try state.save(network, to: Self.checkpointPath(output))
        lastSave = clock.now
        report(.saved(path: Self.checkpointPath(output)))
      }
      if stops { return state.step == totalSteps }
    }
    return true
  }

  private func take(_ batch: TrainingBatch, began: ContinuousClock.Instant, clock: ContinuousClock) -> TrainingEvent.Step {
    // The seed of what dropout leaves out differs at every step and is known from the step alone.
    let result = network.forwardBackward(
      batch, options: options, seed: options.seed &* 1_000_003 &+ UInt64(state.step))
    let norm = gradientNorm(network.parameters)
    let rate = options.learningRate(step: state.step, total: totalSteps)
    adam.advance()
    adam.update(network.parameters, learningRate: rate, gradientScale: min(1, options.clip / max(norm, 1e-12)))
    state.step += 1
    let seconds = (clock.now - began) / .seconds(1)
    return TrainingEvent.Step(
      step: state.step, total: totalSteps, epoch: (state.step - 1) / stepsPerEpoch + 1, loss: result.loss,
      crossEntropy: result.crossEntropy, learningRate: rate, gradientNorm: norm, photos: batch.pixels.shape[0],
      words: result.words, seconds: seconds)
  }

  /// Validates, and exports the network when it is the best so far (or when there is nothing to validate on).
  private func finishEpoch(_ report: (TrainingEvent) -> Void) throws {
    let epoch = state.step / stepsPerEpoch
    let loss = try validation.photos.isEmpty ? nil : validationLoss()
    let isBest = loss.map { $0 < state.bestLoss ?? .infinity } ?? true
    if isBest {
      (state.bestLoss, state.bestEpoch) = (loss, epoch)
      var facts = provenance
      facts["epoch"] = "\(epoch) of \(options.epochs)"
      facts["training_photos"] = "\(training.photos.count)"
      facts["training_captions"] = "\(training.captionCount)"
      if let loss { facts["validation_loss"] = String(format: "%.4f", loss) }
      try network.export(options: options, provenance: facts, to: output)
    }
    if let loss { report(.validated(epoch: epoch, loss: loss, isBest: isBest)) }
  }

  /// Mean −log p(word) over the validation captions, by the network as inference runs it.
  func validationLoss() throws -> Double {
    let maker = BatchMaker(photos: validation.photos, options: options)
    let encoder = network.encoder.folded(height: options.inputSize, width: options.inputSize)
    var (total, words) = (0.0, 0)
    for first in stride(from: 0, to: validation.photos.count, by: 32) {
      let photos = Array(validation.photos[first..<min(first + 32, validation.photos.count)])
      let batch = maker.make(photos)
      guard !batch.sentences.rows.isEmpty else { continue }
      let grid = try encoder.encode(batch.pixels) { false }
      let result = network.decoder.evaluate(grid: network.cells(grid), sentences: batch.sentences)
      total += result.sum
      words += result.words
    }
    return total / Double(max(1, words))
  }
}
