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
  @Option(help: "Decoupled weight decay of the kernels.") var weightDecay = TrainingOptions().weightDecay
  @Option(help: "Largest norm of the gradient.") var clip = TrainingOptions().clip
  @Option(
    help:
      "Largest change of brightness, contrast and colour (default: \(TrainingOptions().colorJitter); with --teacher \(DistillationOptions().colorJitter))."
  ) var colorJitter: Float?
  @Option(help: "Seed of weights, order, augmentation and dropout.") var seed = TrainingOptions().seed
  @Option(help: "Threads to use.") var threads = ThreadPool.availableProcessors
  @Option(help: "Seconds between checkpoints.") var checkpointSeconds = 300
  @Option(help: "Append one JSON object a step and an epoch to this file.") var log: FilePath?
  @Option(help: "Draw the losses as a PNG, after each epoch.") var plot: FilePath?
  @Option(help: "A note on the data and its terms, kept in the weights.") var dataNote: String?

  var checkpointInterval: Duration { .seconds(checkpointSeconds) }

  /// What was not given stays as the kind of training has it.
  func apply(to options: inout some TrainingLoopOptions) {
    if let batch { options.batch = batch }
    if let learningRate { options.learningRate = learningRate }
    if let warmup { options.warmup = warmup }
    if let colorJitter { options.colorJitter = colorJitter }
    options.weightDecay = weightDecay
    options.clip = clip
    options.seed = seed
  }

  func validate() throws {
    try FlagCheck.checkThreads(threads)
    if checkpointSeconds < 1 {
      throw ValidationError("--checkpoint-seconds: \(checkpointSeconds), expected at least 1")
    }
  }
}

/// Learning to caption.
struct CaptionTrainingFlags: ParsableArguments {
  /// Which of a photo's captions are learnt from.
  enum Choice: String, CaseIterable, ExpressibleByArgument { case all, first }

  /// Two for each photo of the default batch.
  private static let defaultSentencesPerStep = 96

  /// What `--encoder` says when there is no file.
  private static let freshEncoder: FilePath = "compact"

  @Option(help: "COCO captions JSON to learn from; may be repeated.") var annotations: [FilePath] = []
  @Option(
    help:
      "COCO captions JSON to validate on after each epoch; may be repeated, and CIDEr is then the mean of the files' own."
  ) var validation: [FilePath] = []
  @Option(
    help:
      "Sentences of no photo, one a line, plain or gzip: the decoder learns them beside the captions, and their words count towards --min-count."
  ) var sentences: FilePath?
  @Option(
    help:
      "Such sentences learnt at a step, each word as much as a caption's (default: \(Self.defaultSentencesPerStep))."
  ) var sentencesPerStep: Int?
  @Option(
    help:
      "The network from pixels to the grid: compact, trained from nothing, or gaze weights. A compact encoder in them is trained on; any other stays as it is and its grids are kept on disk. With --teacher, what is learnt starts from it."
  ) var encoder = Self.freshEncoder
  @Flag(help: "Leave the encoder as it is and keep its grids on disk.") var freezeEncoder = false
  @Option(help: "Gaze weights whose encoder, decoder and words the run starts from.") var start: FilePath?
  @Option(help: "Highest learning rate of the encoder (default: that of the decoder).") var encoderLearningRate: Float?
  @Option(help: "The folder for the grids of an encoder that stays as it is (default: that of OUTPUT).") var cache:
    FilePath?
  @Option(
    help:
      "Passes over the photos (default: \(TrainingOptions().epochs); self-critical \(SelfCriticalOptions.trainingDefaults.epochs)); with --resume, a new planned end."
  )
  var epochs: Int?
  @Option(help: "Captions to learn from: all of a photo, up to --captions-per-photo, or only its first.") var captions =
    Choice.all
  @Option(help: "Captions of each photo used at a step.") var captionsPerPhoto = TrainingOptions().captionsPerPhoto
  @Option(help: "The mean over words, or over 64 positions, padding included, as in the notebook.")
  var loss = TrainingOptions.Loss.words
  @Option(help: "Validation photos of each file captioned and scored after each epoch, at most.")
  var scorePhotos = TrainingOptions().scoredPhotos
  @Option(help: "Sentences kept while they are captioned; 1 is greedy.") var scoreBeam = TrainingOptions().scoringBeam
  @Option(help: "What the weights that are kept are best at (default: loss; self-critical cider).") var select:
    TrainingOptions.Selection?
  @Option(help: "Share of decoder activations left out (default: \(TrainingOptions().dropout); self-critical 0).")
  var dropout: Float?
  @Option(help: "Share of the encoder's grid left out (default: \(TrainingOptions().gridDropout); self-critical 0).")
  var gridDropout: Float?
  @Option(
    help: "Share of each target spread over all words (default: \(TrainingOptions().labelSmoothing); self-critical 0).")
  var labelSmoothing: Float?
  @Option(
    help:
      "What the entropy of the words' attention maps weighs in the loss: above 0 sharpens them (default: \(TrainingOptions().mapEntropy); self-critical 0)."
  ) var mapEntropy: Float?
  @Option(help: "Smallest share of a photo's area a random crop keeps.") var cropArea = TrainingOptions().cropArea
  @Flag(inversion: .prefixedNo, help: "Mirror half of the photos.") var flips = true
  @Option(help: "Views kept of each photo where the encoder stays as it is: the whole, its mirror image, then crops.")
  var views = TrainingOptions().views
  @Option(help: "Width of the decoder.") var width = TrainingOptions().decoder.width
  @Option(
    help:
      "The GRU's state before the first word: zeros, or from the mean of the grid (default: \(TrainingOptions().decoder.initialState.rawValue)). --start brings its own."
  ) var initialState: DecoderDescription.InitialState?
  @Option(
    help:
      "What attention compares with the cells: the GRU's state, or a linear layer over it (default: \(TrainingOptions().decoder.query.rawValue)). --start brings its own."
  ) var query: DecoderDescription.Query?
  @Flag(
    inversion: .prefixedNo,
    help:
      "A second GRU over what was said and seen (default: \(TrainingOptions().decoder.languageGRU ? "yes" : "no")). --start brings its own."
  ) var languageGru: Bool?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Bring every cell to one length before attention (default: \(TrainingOptions().decoder.normalizesCells ? "yes" : "no")). --start brings its own."
  ) var normalizeCells: Bool?
  @Option(help: "Words kept at most.") var vocabularySize = TrainingOptions().vocabularySize
  @Option(help: "Times a word must occur to be kept.") var minCount = TrainingOptions().minCount

  func check(_ objective: RewardFlags.Objective) throws {
    if objective == .selfCritical && start == nil {
      throw ValidationError("--objective self-critical: expected --start, weights that already caption")
    }
    if objective == .selfCritical && sentences != nil {
      throw ValidationError("--sentences: a reward is learnt from captions of photos; leave it out")
    }
    if sentences == nil && sentencesPerStep != nil {
      throw ValidationError("--sentences-per-step: expected --sentences, a file to draw them from")
    }
    if start != nil && encoder != Self.freshEncoder {
      throw ValidationError("--start brings its encoder: leave out --encoder")
    }
    let ofDecoder = [
      ("--initial-state", initialState != nil), ("--query", query != nil), ("--language-gru", languageGru != nil),
      ("--normalize-cells", normalizeCells != nil),
    ]
    if start != nil, let flag = ofDecoder.first(where: \.1)?.0 {
      throw ValidationError("--start brings its decoder: leave out \(flag)")
    }
    if annotations.isEmpty { throw ValidationError("--annotations: at least one COCO captions file is needed") }
  }

  /// - Throws: where a flag was given that learning from a teacher has no use for and could be mistaken for one it has.
  func checkUnused(_ objective: RewardFlags.Objective) throws {
    let given = [
      ("--annotations", !annotations.isEmpty), ("--validation", !validation.isEmpty), ("--start", start != nil),
      ("--freeze-encoder", freezeEncoder), ("--sentences", sentences != nil), ("--epochs", epochs != nil),
      ("--objective", objective != .crossEntropy),
    ]
    guard let flag = given.first(where: \.1)?.0 else { return }
    throw ValidationError(
      "\(flag): --teacher trains a compact encoder alone, without captions; leave out one of the two")
  }

  func startingPoint() throws -> StartingPoint {
    if let start {
      let weights = try StartingWeights(path: start)
      if weights.description.decoder == nil { throw CaptioningError.encoderAlone(path: start) }
      return StartingPoint(encoder: weights, decoder: weights)
    }
    return StartingPoint(encoder: encoder == Self.freshEncoder ? nil : try StartingWeights(path: encoder))
  }

  /// The words of the decoder the run starts from, or of the captions and sentences that are learnt from.
  func vocabulary(_ files: [CocoAnnotations], _ sentences: [String], _ start: StartingPoint) throws -> Vocabulary {
    if let decoder = start.decoder { return try Vocabulary(words: decoder.description.vocabulary) }
    let photos = files.flatMap(\.photos)
    return Vocabulary.build(
      captions: photos.flatMap { captions == .first ? Array($0.captions.prefix(1)) : $0.captions } + sentences,
      maximumSize: vocabularySize, minimumCount: minCount)
  }

  func options(
    _ course: TrainingCourseFlags, _ reward: RewardFlags, _ start: StartingPoint
  ) throws -> TrainingOptions {
    var options = reward.options == nil ? TrainingOptions() : SelfCriticalOptions.trainingDefaults
    options.selfCritical = reward.options
    if let epochs { options.epochs = epochs }
    course.apply(to: &options)
    options.captionsPerPhoto = captions == .first ? 1 : captionsPerPhoto
    options.sentencesPerStep = sentences == nil ? 0 : sentencesPerStep ?? Self.defaultSentencesPerStep
    options.loss = loss
    options.scoredPhotos = scorePhotos
    options.scoringBeam = scoreBeam
    // Without photos to caption there is no CIDEr to choose by.
    options.selection = select ?? (validation.isEmpty ? .loss : options.selection)
    if let dropout { options.dropout = dropout }
    if let gridDropout { options.gridDropout = gridDropout }
    if let labelSmoothing { options.labelSmoothing = labelSmoothing }
    if let mapEntropy { options.mapEntropy = mapEntropy }
    options.cropArea = cropArea
    options.flips = flips
    options.views = views
    options.decoder.width = width
    if let initialState { options.decoder.initialState = initialState }
    if let query { options.decoder.query = query }
    if let languageGru { options.decoder.languageGRU = languageGru }
    if let normalizeCells { options.decoder.normalizesCells = normalizeCells }
    options.vocabularySize = vocabularySize
    options.minCount = minCount
    options.encoderLearningRate = encoderLearningRate
    try options.adopt(start, freezesEncoder: freezeEncoder)
    return options
  }
}

/// Learning to see what a larger network saw.
struct DistillationFlags: ParsableArguments {
  @Option(help: "Views of photos and what the teacher saw in them, as safetensors; see Weights/README.md.") var teacher:
    FilePath?
  @Option(
    help:
      "Views looked at in the whole run (default: \(DistillationOptions().visits)); with --resume, a new planned end.")
  var visits: Int?
  @Option(help: "Weight of KL(teacher || student) beside the error of the grid.") var klWeight = DistillationOptions()
    .divergenceWeight
  @Option(help: "Photos at the end of the teacher's list kept for validation, at most a quarter.") var heldOut =
    DistillationOptions().heldOut

  func options(_ course: TrainingCourseFlags) -> DistillationOptions {
    var options = DistillationOptions()
    if let visits { options.visits = visits }
    course.apply(to: &options)
    options.divergenceWeight = klWeight
    options.heldOut = heldOut
    return options
  }
}

extension TrainingOptions.Loss: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument) }
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
extension TrainingOptions.Selection: ExpressibleByArgument {}
extension DecoderDescription.InitialState: ExpressibleByArgument {}
extension DecoderDescription.Query: ExpressibleByArgument {}
