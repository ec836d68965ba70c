import ArgumentParser
import Captioning
import SystemPackage
import Tensors
import Training

/// How `gaze train` goes about it, whatever it learns.
struct TrainingCourseFlags: ParsableArguments {
  @Option(help: "Photos a step (default: \(TrainingOptions().batch); with --teacher \(DistillationOptions().batch)).")
  var batch: Int?
  @Option(
    help:
      "Highest learning rate; warmed up to, then a cosine to 0 (default: \(TrainingOptions().learningRate); self-critical \(SelfCriticalOptions.trainingDefaults.learningRate); with --teacher \(DistillationOptions().learningRate))."
  ) var learningRate: Float?
  @Option(
    help:
      "Steps of warm-up (default: \(TrainingOptions().warmup); self-critical \(SelfCriticalOptions.trainingDefaults.warmup); with --teacher \(DistillationOptions().warmup))."
  )
  var warmup: Int?
  @Option(help: "Decoupled weight decay of the kernels (default: \(TrainingOptions().weightDecay)).")
  var weightDecay: Float?
  @Option(help: "Largest norm of the gradient (default: \(TrainingOptions().clip)).") var clip: Float?
  @Option(
    help:
      "Largest change of brightness, contrast and colour (default: \(TrainingOptions().colorJitter); with --teacher \(DistillationOptions().colorJitter), with --teacher-weights \(DistillationOptions.liveTeacher.colorJitter))."
  ) var colorJitter: Float?
  @Option(help: "Seed of weights, order, augmentation and dropout (default: \(TrainingOptions().seed)).")
  var seed: UInt64?
  @Option(help: "Threads to use.") var threads = ThreadPool.availableProcessors
  @Option(help: "Seconds between checkpoints (default: \(Self.usualCheckpointSeconds)).") var checkpointSeconds: Int?
  @Option(help: "Append one JSON object a step and an epoch to this file.") var log: FilePath?
  @Option(help: "Draw the losses as a PNG, after each epoch.") var plot: FilePath?
  @Option(help: "A note on the data and its terms, kept in the weights.") var dataNote: String?

  static let usualCheckpointSeconds = 300

  /// What was not given stays as the kind of training has it.
  func settings<Options: TrainingLoopOptions & Equatable>(of options: Options.Type) -> [OptionSetting<Options>] {
    [
      OptionSetting("--batch", batch, \.batch), OptionSetting("--learning-rate", learningRate, \.learningRate),
      OptionSetting("--warmup", warmup, \.warmup), OptionSetting("--weight-decay", weightDecay, \.weightDecay),
      OptionSetting("--clip", clip, \.clip), OptionSetting("--color-jitter", colorJitter, \.colorJitter),
      OptionSetting("--seed", seed, \.seed),
    ]
  }

  func validate() throws {
    try FlagCheck.checkThreads(threads)
    if let checkpointSeconds, checkpointSeconds < 1 {
      throw ValidationError("--checkpoint-seconds: \(checkpointSeconds), expected at least 1")
    }
  }
}
