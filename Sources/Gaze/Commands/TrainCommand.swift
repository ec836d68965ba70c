import ArgumentParser
import Captioning
import Foundation
import Tensors

/// `gaze train`: a thin face of `Trainer`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a captioner on photos with captions.",
    discussion: """
      The network learns end to end from COCO captions JSON and folders of photos. A checkpoint beside OUTPUT is \
      written every few minutes and on Ctrl-C; --resume goes on from it and gives what an uninterrupted run gives.

      Example:
        gaze train --annotations captions_train.json --images photos \\
          --validation captions_val.json --output mine.safetensors --epochs 20
      """)

  @Option(help: "COCO captions JSON to learn from; may be repeated.") var annotations: [String] = []
  @Option(help: "A folder with the photos; may be repeated.") var images: [String] = []
  @Option(help: "COCO captions JSON to validate on after each epoch.") var validation: [String] = []
  @Option(help: "The weights file to write.") var output: String
  @Flag(help: "Go on from OUTPUT.checkpoint with the options it was started with; only --epochs may change.") var resume = false

  @Option(help: "The network from pixels to the grid, trained with the rest: compact.") var encoder = "compact"
  @Option(help: "Passes over the photos (default: \(TrainingOptions().epochs)); with --resume, a new planned end.") var epochs: Int?
  @Option(help: "Photos a step.") var batch = TrainingOptions().batch
  @Option(help: "Captions to learn from: all of a photo, up to --captions-per-photo, or only its first.") var captions = CaptionChoice.all
  @Option(help: "Captions of each photo used at a step.") var captionsPerPhoto = TrainingOptions().captionsPerPhoto
  @Option(help: "The mean over words, or over 64 positions, padding included, as in the seed notebook.") var loss = TrainingOptions.Loss.words
  @Option(help: "Highest learning rate; warmed up to, then a cosine to 0.") var learningRate = TrainingOptions().learningRate
  @Option(help: "Steps of warm-up.") var warmup = TrainingOptions().warmup
  @Option(help: "Decoupled weight decay of the kernels.") var weightDecay = TrainingOptions().weightDecay
  @Option(help: "Largest norm of the gradient.") var clip = TrainingOptions().clip
  @Option(help: "Share of decoder activations left out.") var dropout = TrainingOptions().dropout
  @Option(help: "Share of the encoder's grid left out.") var gridDropout = TrainingOptions().gridDropout
  @Option(help: "Share of each target spread over all words.") var labelSmoothing = TrainingOptions().labelSmoothing
  @Option(help: "Smallest share of a photo's area a random crop keeps.") var cropArea = TrainingOptions().cropArea
  @Option(help: "Largest change of brightness, contrast and colour.") var colorJitter = TrainingOptions().colorJitter
  @Flag(inversion: .prefixedNo, help: "Mirror half of the photos.") var flips = true
  @Option(help: "Width of the decoder.") var width = TrainingOptions().width
  @Option(help: "Words kept at most.") var vocabularySize = TrainingOptions().vocabularySize
  @Option(help: "Times a word must occur to be kept.") var minCount = TrainingOptions().minCount
  @Option(help: "Validation photos captioned and scored after each epoch, at most.") var scorePhotos = TrainingOptions().scoredPhotos
  @Option(help: "What the weights that are kept are best at.") var select = TrainingOptions.Selection.loss
  @Option(help: "Seed of weights, order, augmentation and dropout.") var seed = TrainingOptions().seed
  @Option(help: "Threads to use.") var threads = ThreadPool.availableProcessors
  @Option(help: "Seconds between checkpoints.") var checkpointSeconds = 300
  @Option(help: "Append one JSON object a step and an epoch to this file.") var log: String?
  @Option(help: "A note on the data and its terms, kept in the weights.") var dataNote: String?

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads: \(threads), expected at least 1") }
    if checkpointSeconds < 1 { throw ValidationError("--checkpoint-seconds: \(checkpointSeconds), expected at least 1") }
    if encoder != "compact" { throw ValidationError("--encoder: \(encoder), expected compact") }
    if annotations.isEmpty { throw ValidationError("--annotations: at least one COCO captions file is needed") }
    if images.isEmpty { throw ValidationError("--images: at least one folder of photos is needed") }
  }

  func run() throws {
    ThreadPool.configure(threads: threads)
    let trainer = try makeTrainer()
    let display = TrainingDisplay(log: log, startStep: trainer.stepsTaken)
    display.opening(trainer)
    let interrupt = InterruptFlag()
    let finished = try trainer.run(shouldStop: { interrupt.isRaised }) { display.show($0) }
    display.closing(finished: finished, output: output)
    if !finished { throw ExitCode(130) }
  }

  private func makeTrainer() throws -> Trainer {
    let training = try annotations.map { try CocoAnnotations(path: $0) }
    let validating = try validation.map { try CocoAnnotations(path: $0) }
    func dataset(_ vocabulary: Vocabulary, _ options: TrainingOptions) -> (training: PhotoSet, validation: PhotoSet) {
      func set(_ files: [CocoAnnotations]) -> PhotoSet {
        PhotoSet(annotations: files, folders: images, vocabulary: vocabulary, captionsPerPhoto: options.captionsPerPhoto)
      }
      return (set(training), set(validating))
    }
    var provenance = ["trained_by": "gaze train \(GazeCommand.configuration.version)"]
    if let dataNote { provenance["data"] = dataNote }
    let interval = Duration.seconds(checkpointSeconds)
    if resume {
      return try Trainer(resuming: output, epochs: epochs, dataset: dataset, provenance: provenance,
        checkpointInterval: interval)
    }
    let vocabulary = Vocabulary.build(
      captions: training.flatMap(\.photos).flatMap { captions == .first ? Array($0.captions.prefix(1)) : $0.captions },
      maximumSize: vocabularySize, minimumCount: minCount)
    let sets = dataset(vocabulary, options)
    return try Trainer(
      options: options, vocabulary: vocabulary, training: sets.training, validation: sets.validation, output: output,
      provenance: provenance, checkpointInterval: interval)
  }

  private var options: TrainingOptions {
    var options = TrainingOptions()
    if let epochs { options.epochs = epochs }
    options.batch = batch
    options.captionsPerPhoto = captions == .first ? 1 : captionsPerPhoto
    options.loss = loss
    options.scoredPhotos = scorePhotos
    options.selection = select
    options.learningRate = learningRate
    options.warmup = warmup
    options.weightDecay = weightDecay
    options.clip = clip
    options.dropout = dropout
    options.gridDropout = gridDropout
    options.labelSmoothing = labelSmoothing
    options.cropArea = cropArea
    options.colorJitter = colorJitter
    options.flips = flips
    options.width = width
    options.vocabularySize = vocabularySize
    options.minCount = minCount
    options.seed = seed
    return options
  }
}

/// Which of a photo's captions are learnt from.
enum CaptionChoice: String, CaseIterable, ExpressibleByArgument { case all, first }

extension TrainingOptions.Loss: ExpressibleByArgument {}
extension TrainingOptions.Selection: ExpressibleByArgument {}
