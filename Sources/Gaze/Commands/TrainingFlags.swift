import ArgumentParser
import Captioning
import SystemPackage
import Tensors
import Training

/// How `gaze train` goes about it, whatever it learns.
struct TrainingCourseFlags: ParsableArguments {
  @Option(
    help: "Photos in each step (default: \(TrainingOptions().batch); with --teacher \(DistillationOptions().batch)).")
  var batch: Int?
  @Option(
    help:
      "Peak learning rate, reached by warm-up and followed by a cosine down to 0 (default: \(TrainingOptions().learningRate); self-critical \(SelfCriticalOptions.trainingDefaults.learningRate); with --teacher \(DistillationOptions().learningRate))."
  ) var learningRate: Float?
  @Option(
    help:
      "Warm-up steps (default: \(TrainingOptions().warmup); self-critical \(SelfCriticalOptions.trainingDefaults.warmup); with --teacher \(DistillationOptions().warmup))."
  )
  var warmup: Int?
  @Option(help: "Decoupled weight decay (AdamW) of kernels (default: \(TrainingOptions().weightDecay)).")
  var weightDecay: Float?
  @Option(help: "Clip the gradient's norm to this (default: \(TrainingOptions().clip)).") var clip: Float?
  @Option(
    help:
      "Largest random change of brightness, contrast and saturation (default: \(TrainingOptions().colorJitter); with --teacher \(DistillationOptions().colorJitter), with --teacher-weights \(DistillationOptions.liveTeacher.colorJitter))."
  ) var colorJitter: Float?
  @Option(
    help: "Seed of initial weights, order of photos, augmentation and dropout (default: \(TrainingOptions().seed)).")
  var seed: UInt64?
  @Option(help: "Threads to use.") var threads = ThreadPool.availableProcessors
  @Option(help: "Seconds between checkpoints (default: \(Self.usualCheckpointSeconds)).") var checkpointSeconds: Int?
  @Option(help: "Append a JSON object for each step and each epoch to this file.") var log: FilePath?
  @Option(help: "Draw the losses to this PNG after each epoch.") var plot: FilePath?
  @Option(help: "A note on the data and its terms, stored in the weights file.") var dataNote: String?

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
