import ArgumentParser
import Captioning
import Files
import Foundation
import SystemPackage
import Tensors
import Training

/// `gaze train`: a thin face of `Trainer` and `Distiller`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a captioner on photos with captions, or distil an encoder from a larger network.",
    discussion: """
      The network learns end to end from COCO captions JSON and folders of photos. With --teacher, or with \
      --teacher-weights and no --annotations, only a compact encoder is trained, to give the features and logits \
      that a larger network gives; photos need no captions then. With --teacher-weights and --annotations the whole \
      network learns both: a step has captioned photos and more views, and the teacher looks at all of them. A \
      checkpoint beside OUTPUT is written every few minutes and on Ctrl-C. --resume goes on from it, with the same \
      result as an uninterrupted run. The checkpoint is kept at the end, so that more epochs can follow.

      Examples:
        gaze train --annotations captions_train.json --images photos \\
          --validation captions_val.json --output mine.safetensors --epochs 20
        gaze train --resume mine.safetensors.checkpoint
      In three phases:
        gaze train --teacher views.safetensors --images photos --output encoder.safetensors
        gaze train --encoder encoder.safetensors --freeze-encoder --annotations captions_train.json \\
          --images photos --validation captions_val.json --output decoder.safetensors
        gaze train --start decoder.safetensors --learning-rate 6e-4 --encoder-learning-rate 3e-4 \\
          --annotations captions_train.json --images photos --validation captions_val.json --output mine.safetensors
      An encoder distilled from EfficientNet-Lite2 (function matching):
        gaze import efficientnet-lite2.pth --output lite2.safetensors
        gaze train --teacher-weights lite2.safetensors --images photos --encoder compact-large \\
          --visits 5000000 --output encoder.safetensors
      Captions end to end while the encoder keeps matching the teacher:
        gaze train --teacher-weights lite2.safetensors --start decoder.safetensors --learning-rate 1e-3 \\
          --encoder-learning-rate 5e-4 --annotations captions_train.json --images photos \\
          --validation captions_val.json --output mine.safetensors
      With sentences that have no photo:
        gaze train --encoder encoder.safetensors --freeze-encoder --annotations captions_train.json \\
          --sentences sentences.txt.gz --images photos --output decoder.safetensors
      Then towards higher CIDEr, the encoder at .15 of the decoder's rate (or --freeze-encoder):
        gaze train --start mine.safetensors --objective self-critical --learning-rate 1.5e-4 \\
          --encoder-learning-rate 2.25e-5 --reward-cross-entropy 0.2 --annotations captions_train.json \\
          --images photos --validation captions_val.json --output better.safetensors
      A new decoder in the notebook's own form:
        gaze train --initial-state zeros --query state --no-language-gru --no-normalize-cells --map-entropy 0 \\
          --annotations captions_train.json --images photos --output plain.safetensors
      """)

  @Argument(
    help: ArgumentHelp("With --resume: the checkpoint, or the weights file it lies beside.", valueName: "checkpoint"))
  var checkpoint: FilePath?
  @Option(help: "A folder with the photos; may be repeated.") var images: [FilePath] = []
  @Option(help: "The weights file to write.") var output: FilePath?
  @Flag(
    help:
      "Go on from a checkpoint, which holds all settings. --epochs or --visits may set a new total; --log, --plot, --checkpoint-seconds, --keep-every, --data-note, --threads and folders that have moved may be given; any other flag must have the value that the run began with."
  )
  var resume = false
  @OptionGroup var overwriting: OverwriteFlag
  @OptionGroup(title: "Learning captions") var captioning: CaptionTrainingFlags
  @OptionGroup(title: "Learning from a reward") var reward: RewardFlags
  @OptionGroup(title: "Learning from a teacher") var distillation: DistillationFlags
  @OptionGroup(title: "Every kind of training") var course: TrainingCourseFlags

  func validate() throws {
    if resume { return try checkResuming() }
    if let checkpoint { throw ValidationError("\(checkpoint): expected with --resume") }
    if output == nil { throw ValidationError("--output: the weights file to write is needed") }
    if images.isEmpty { throw ValidationError("--images: at least one folder of photos is needed") }
    if distillation.teacher != nil && distillation.teacherWeights != nil {
      throw ValidationError("--teacher-weights: --teacher brings what its teacher saw; leave out one of the two")
    }
    guard let teacherFlag = distillation.teacherFlag else {
      if let flag = distillation.given.first {
        throw ValidationError("\(flag): expected with --teacher or --teacher-weights")
      }
      try reward.check()
      return try captioning.check(reward.objective ?? .crossEntropy)
    }
    if distillation.teacher == nil && !captioning.annotations.isEmpty { return try checkTeacherBesideCaptions() }
    if let flag = distillation.givenBesideCaptions.first {
      throw ValidationError("\(flag): expected with --teacher-weights and --annotations")
    }
    let unused = captioning.given + (reward.objective == nil ? [] : ["--objective"])
    if let flag = unused.first ?? reward.settings.first(where: \.isGiven)?.flag {
      throw ValidationError(
        "\(flag): \(teacherFlag) without --annotations trains a compact encoder alone; leave out one of the two")
    }
  }

  private func checkTeacherBesideCaptions() throws {
    if let flag = distillation.givenAlone.first {
      throw ValidationError("\(flag): expected without --annotations, where an encoder learns from a teacher alone")
    }
    if captioning.freezeEncoder {
      throw ValidationError("--freeze-encoder: --teacher-weights teaches the encoder; leave out one of the two")
    }
    if reward.objective == .selfCritical {
      throw ValidationError("--teacher-weights: a reward is learnt without a teacher; leave it out")
    }
    try reward.check()
    try captioning.check(.crossEntropy)
  }

  func run() throws {
    let ranks = try TrainingRanks.join()
    let record = try resume ? RunRecord(output: resumedOutput) : nil
    if let record { try check(against: record) } else { try checkFiles() }
    let output = record == nil ? output! : resumedOutput
    let files = try files(record)
    ThreadPool.configure(threads: course.threads)
    let interrupt = InterruptFlag()
    let run: any TrainingRun =
      if files.annotations.isEmpty {
        try makeDistiller(output, files)
      } else {
        try makeTrainer(output, files, ranks)
      }
    run.ranks = ranks
    // Not before the run can begin.
    if !resume, overwriting.overwrite, captioning.keepEvery != nil, ranks.rank == 0 { try Trainer.removeFrames(output) }
    let display = ranks.rank > 0 ? nil : try TrainingDisplay(log: files.log, plot: files.plot)
    display?.opening(run)
    let finished = try run.run(shouldStop: { interrupt.isRaised }) { display?.show($0) }
    display?.closing(run, finished: finished)
    TrainingRanks.leave(ranks)
    if !finished { throw ExitCode(130) }
  }

  /// Neither weights nor the checkpoint of a run to be gone on with are replaced unasked.
  private func checkFiles() throws {
    try overwriting.check("--plot", course.plot)
    guard !overwriting.overwrite, let output else { return }
    let frames = Trainer.frames(output)
    if captioning.keepEvery != nil, frames.names?.isEmpty == false {
      throw CommandFailure(
        "--keep-every: \(frames) has the weights of another run; --overwrite removes them")
    }
    let checkpoint = Trainer.checkpointPath(output)
    guard OverwriteFlag.isFile(checkpoint) else { return try overwriting.check("--output", output) }
    throw CommandFailure(
      "--output: \(checkpoint) is there already; gaze train --resume \(checkpoint) goes on with its run, --overwrite "
        + "begins anew")
  }

  /// What the run reads and writes: what was given, else what its checkpoint says.
  private func files(_ record: RunRecord?) throws -> RunFiles {
    let before = record?.files
    func given(_ paths: [FilePath], or known: [FilePath]?) -> [FilePath] { paths.isEmpty ? known ?? [] : paths }
    let files = RunFiles(
      images: given(images, or: before?.images), annotations: given(captioning.annotations, or: before?.annotations),
      validation: given(captioning.validation, or: before?.validation),
      sentences: captioning.sentences ?? before?.sentences,
      teacher: distillation.teacher ?? before?.teacher,
      teacherWeights: distillation.teacherWeights ?? before?.teacherWeights, cache: captioning.cache ?? before?.cache,
      log: course.log ?? before?.log, plot: course.plot ?? before?.plot, dataNote: course.dataNote ?? before?.dataNote,
      checkpointSeconds: course.checkpointSeconds ?? before?.checkpointSeconds
        ?? TrainingCourseFlags.usualCheckpointSeconds,
      keepEvery: captioning.keepEvery ?? before?.keepEvery)
    if let record { try checkKnown(files, record) }
    return files
  }

  func provenance(_ files: RunFiles) -> [String: String] {
    var facts = ["trained_by": "gaze train \(GazeCommand.configuration.version)"]
    if let note = files.dataNote { facts["data"] = note }
    return facts
  }

  private func makeTrainer(_ output: FilePath, _ files: RunFiles, _ ranks: any RankGroup) throws -> Trainer {
    let training = try files.annotations.map { try CocoAnnotations(path: $0) }
    let sentences = try files.sentences.map { try SentenceFile(path: $0).sentences } ?? []
    let validating = try files.validation.map { try CocoAnnotations(path: $0) }
    func dataset(_ vocabulary: Vocabulary, _ options: TrainingOptions) -> (training: PhotoSet, validation: PhotoSet) {
      // Rank 0 alone validates.
      func set(_ annotations: [CocoAnnotations], sharedBy batch: Int = 1) -> PhotoSet {
        PhotoSet(
          annotations: annotations, folders: files.images, vocabulary: vocabulary,
          captionsPerPhoto: options.captionsPerPhoto, ranks: ranks, batch: batch)
      }
      return (set(training, sharedBy: options.photosPerStep), set(validating))
    }
    let found = try files.teacherWeights.map { try openTeacher($0, files, besides: validating) }
    let (teacher, facts) = (found?.data, provenance(files).merging(found?.facts ?? [:]) { own, _ in own })
    let interval = Duration.seconds(files.checkpointSeconds)
    if resume {
      return try Trainer(
        resuming: output, epochs: captioning.epochs, dataset: dataset, loneSentences: sentences, teacher: teacher,
        cacheFolder: files.cache, provenance: facts, files: files, checkpointInterval: interval)
    }
    let start = try captioning.startingPoint()
    let options = try captioning.options(course, reward, distillation, start)
    let vocabulary = try captioning.vocabulary(training, sentences, start, options)
    let sets = dataset(vocabulary, options)
    return try Trainer(
      options: options, vocabulary: vocabulary, start: start, training: sets.training, validation: sets.validation,
      loneSentences: sentences, teacher: teacher, output: output, cacheFolder: files.cache, provenance: facts,
      files: files, checkpointInterval: interval)
  }
}
