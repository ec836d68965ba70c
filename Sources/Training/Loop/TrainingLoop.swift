import Captioning
import SystemPackage

/// A run of steps that can be stopped after any of them and taken up again. Used from one thread.
protocol TrainingLoop: AnyObject {
  associatedtype Batch: Sendable
  var stepsTaken: Int { get }
  var totalSteps: Int { get }
  var stepsPerEpoch: Int { get }
  var checkpointPath: FilePath { get }
  /// At most this much work is ever lost.
  var checkpointInterval: Duration { get }
  /// What makes the batch of a step, counted from the start of the run; called from another thread.
  var batchMaking: @Sendable (Int) -> Batch { get }
  /// What plans the end, and the least it may be: "epochs: 2, expected at least 3". Told where the end lies behind.
  var endBehind: String { get }
  /// One step, under way since `began`.
  func take(_ batch: Batch, since began: ContinuousClock.Instant, report: (TrainingEvent) -> Void) throws
  /// What follows every step.
  func keepFrame() throws
  /// What follows the last step of an epoch, and of the run.
  func finishEpoch(_ report: (TrainingEvent) -> Void) throws
  /// Writes the checkpoint.
  func save() throws
}

extension TrainingLoop {
  /// For runs whose weights on the way are of no use.
  func keepFrame() throws {}

  /// - Throws: where the planned end lies before what is done already.
  func expectEndAhead() throws {
    if stepsTaken > totalSteps {
      throw CaptioningError.badOption("\(endBehind), for \(stepsTaken) steps are done")
    }
  }

  /// Goes to the end, or until asked to stop; the checkpoint then says where.
  /// - Returns: whether the run reached its end.
  func goOn(shouldStop: () -> Bool, report: (TrainingEvent) -> Void) throws -> Bool {
    try expectEndAhead()
    let batches = Prefetcher(first: stepsTaken, last: totalSteps, make: batchMaking)
    defer { batches.stop() }
    let clock = ContinuousClock()
    var lastSave = clock.now
    while stepsTaken < totalSteps {
      let began = clock.now
      try take(batches.next(stepsTaken), since: began, report: report)
      try keepFrame()
      let epochEnds = stepsTaken % stepsPerEpoch == 0 || stepsTaken == totalSteps
      if epochEnds { try finishEpoch(report) }
      let stops = shouldStop()
      if epochEnds || stops || clock.now - lastSave >= checkpointInterval {
        try save()
        lastSave = clock.now
        report(.saved(path: checkpointPath))
      }
      if stops { return stepsTaken == totalSteps }
    }
    return true
  }

  /// - Throws: when the loss of the step just taken is no number; the last checkpoint is kept.
  func expectFinite(_ loss: Double, learningRate: Float) throws {
    guard !loss.isFinite else { return }
    throw CaptioningError.training(
      "the loss of step \(stepsTaken) is \(loss): the learning rate \(learningRate) may be too high; "
        + "the last checkpoint is kept")
  }
}
