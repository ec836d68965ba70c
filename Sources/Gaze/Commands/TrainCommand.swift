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
    abstract: "Train a captioner on photos with captions, or an encoder on what a larger network saw.",
    discussion: """
      The network learns end to end from COCO captions JSON and folders of photos. With --teacher, a compact encoder \
      alone learns what another network saw in photos, which need no captions. A checkpoint beside OUTPUT is written \
      every few minutes and on Ctrl-C; --resume goes on from it and gives what an uninterrupted run gives.

      Examples:
        gaze train --annotations captions_train.json --images photos \\
          --validation captions_val.json --output mine.safetensors --epochs 20
      In three phases:
        gaze train --teacher views.safetensors --images photos --output encoder.safetensors
        gaze train --encoder encoder.safetensors --freeze-encoder --annotations captions_train.json \\
          --images photos --validation captions_val.json --output decoder.safetensors
        gaze train --start decoder.safetensors --learning-rate 6e-4 --encoder-learning-rate 3e-4 \\
          --annotations captions_train.json --images photos --validation captions_val.json --output mine.safetensors
      With more language than the photos' own:
        gaze train --encoder encoder.safetensors --freeze-encoder --annotations captions_train.json \\
          --sentences sentences.txt.gz --images photos --output decoder.safetensors
      Then towards higher CIDEr:
        gaze train --start mine.safetensors --freeze-encoder --objective self-critical \\
          --annotations captions_train.json --images photos --validation captions_val.json --output better.safetensors
      A new decoder in the notebook's own form:
        gaze train --initial-state zeros --query state --no-language-gru --no-normalize-cells --map-entropy 0 \\
          --annotations captions_train.json --images photos --output plain.safetensors
      """)

  @Option(help: "A folder with the photos; may be repeated.") var images: [FilePath] = []
  @Option(help: "The weights file to write.") var output: FilePath
  @Flag(
    help: "Go on from OUTPUT.checkpoint with the options it was started with; only --epochs or --visits may change.")
  var resume = false
  @OptionGroup(title: "Learning captions") var captioning: CaptionTrainingFlags
  @OptionGroup(title: "Learning from a reward") var reward: RewardFlags
  @OptionGroup(title: "Learning from a teacher") var distillation: DistillationFlags
  @OptionGroup(title: "Both") var course: TrainingCourseFlags

  func validate() throws {
    if images.isEmpty { throw ValidationError("--images: at least one folder of photos is needed") }
    if distillation.teacher == nil { return try captioning.check(reward.objective) }
    try captioning.checkUnused(reward.objective)
  }

  func run() throws {
    ThreadPool.configure(threads: course.threads)
    let interrupt = InterruptFlag()
    let finished: Bool
    let display: TrainingDisplay
    if let teacher = distillation.teacher {
      let distiller = try makeDistiller(TeacherFile(path: teacher))
      display = try TrainingDisplay(log: course.log, plot: course.plot)
      display.opening(distiller)
      finished = try distiller.run(shouldStop: { interrupt.isRaised }) { display.show($0) }
    } else {
      let trainer = try makeTrainer()
      display = try TrainingDisplay(log: course.log, plot: course.plot)
      display.opening(trainer)
      finished = try trainer.run(shouldStop: { interrupt.isRaised }) { display.show($0) }
    }
    display.closing(finished: finished, output: output)
    if !finished { throw ExitCode(130) }
  }

  private var provenance: [String: String] {
    var facts = ["trained_by": "gaze train \(GazeCommand.configuration.version)"]
    if let note = course.dataNote { facts["data"] = note }
    return facts
  }

  private func makeDistiller(_ teacher: TeacherFile) throws -> Distiller {
    var facts = provenance
    facts["teacher"] = FileName.name(teacher.path)
    if resume {
      return try Distiller(
        resuming: output, visits: distillation.visits, teacher: teacher, folders: images, provenance: facts,
        checkpointInterval: course.checkpointInterval)
    }
    let start = try captioning.startingPoint().encoder
    var options = distillation.options(course)
    if let start { try options.adopt(start) }
    return try Distiller(
      options: options, start: start, teacher: teacher, folders: images, output: output, provenance: facts,
      checkpointInterval: course.checkpointInterval)
  }

  private func makeTrainer() throws -> Trainer {
    let training = try captioning.annotations.map { try CocoAnnotations(path: $0) }
    let sentences = try captioning.sentences.map { try SentenceFile(path: $0).sentences } ?? []
    let validating = try captioning.validation.map { try CocoAnnotations(path: $0) }
    func dataset(_ vocabulary: Vocabulary, _ options: TrainingOptions) -> (training: PhotoSet, validation: PhotoSet) {
      func set(_ files: [CocoAnnotations]) -> PhotoSet {
        PhotoSet(
          annotations: files, folders: images, vocabulary: vocabulary, captionsPerPhoto: options.captionsPerPhoto)
      }
      return (set(training), set(validating))
    }
    if resume {
      return try Trainer(
        resuming: output, epochs: captioning.epochs, dataset: dataset, loneSentences: sentences,
        cacheFolder: captioning.cache, provenance: provenance, checkpointInterval: course.checkpointInterval)
    }
    let start = try captioning.startingPoint()
    let options = try captioning.options(course, reward, start)
    let vocabulary = try captioning.vocabulary(training, sentences, start)
    let sets = dataset(vocabulary, options)
    return try Trainer(
      options: options, vocabulary: vocabulary, start: start, training: sets.training, validation: sets.validation,
      loneSentences: sentences, output: output, cacheFolder: captioning.cache, provenance: provenance,
      checkpointInterval: course.checkpointInterval)
  }
}
