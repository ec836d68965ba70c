import ArgumentParser
import Captioning
import SystemPackage
import Training

/// What the flags of learning to caption set.
extension CaptionTrainingFlags {
  private typealias Setting = OptionSetting<TrainingOptions>

  /// What `--encoder` says where there is no file.
  private static let freshEncoders: [FilePath: CompactShape] = ["compact": .standard, "compact-large": .large]

  /// The file of `--encoder`; nil where there is none.
  var encoderFile: FilePath? { freshShape == nil ? encoder : nil }

  /// The shape that `--encoder` names; nil where it names none.
  var freshShape: CompactShape? { encoder.flatMap { Self.freshEncoders[$0] } }

  /// Of what `--start` brings.
  private var ofStart: [Setting] {
    [
      Setting("--width", width, \.decoder.width), Setting("--initial-state", initialState, \.decoder.initialState),
      Setting("--query", query, \.decoder.query), Setting(switch: "language-gru", languageGru, \.decoder.languageGRU),
      Setting(switch: "normalize-cells", normalizeCells, \.decoder.normalizesCells),
      Setting("--vocabulary-size", vocabularySize, \.vocabularySize), Setting("--min-count", minCount, \.minCount),
    ]
  }

  /// Of what only validation photos have a use for.
  private var ofValidation: [Setting] {
    [
      Setting("--score-photos", scorePhotos, \.scoredPhotos), Setting("--score-beam", scoreBeam, \.scoringBeam),
      Setting("--select", select, \.selection),
    ]
  }

  /// All but the planned end and what depends on files.
  var settings: [OptionSetting<TrainingOptions>] {
    ofStart + ofValidation + [
      Setting("--captions first", captions == .first ? 1 : nil, \.captionsPerPhoto),
      Setting("--sentences-per-step", sentencesPerStep, \.sentencesPerStep),
      Setting("--captions-per-photo", captionsPerPhoto, \.captionsPerPhoto), Setting("--loss", loss, \.loss),
      Setting("--encoder-learning-rate", encoderLearningRate.map(Optional.some), \.encoderLearningRate),
      Setting("--dropout", dropout, \.dropout), Setting("--grid-dropout", gridDropout, \.gridDropout),
      Setting("--label-smoothing", labelSmoothing, \.labelSmoothing),
      Setting("--map-entropy", mapEntropy, \.mapEntropy), Setting("--region-dropout", regionDropout, \.regionDropout),
      Setting("--mirror-weight", mirrorWeight, \.mirrorWeight),
      Setting("--mirror-map-weight", mirrorMapWeight, \.mirrorMapWeight),
      Setting("--average-decay", averageDecay, \.averageDecay), Setting("--crop-area", cropArea, \.cropArea),
      Setting(switch: "flips", flips, \.flips), Setting("--views", views, \.views),
    ]
  }

  /// Flags that learning from a teacher has no use for.
  var given: [String] {
    let others = [
      ("--annotations", !annotations.isEmpty), ("--validation", !validation.isEmpty), ("--start", start != nil),
      ("--freeze-encoder", freezeEncoder), ("--sentences", sentences != nil), ("--epochs", epochs != nil),
      ("--cache", cache != nil), ("--keep-every", keepEvery != nil), ("--input-size", inputSize != nil),
      ("--captions", captions == .all),
    ]
    return others.filter(\.1).map(\.0) + settings.filter(\.isGiven).map(\.flag)
  }

  // MARK: - A new run

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
    if let keepEvery { try FlagCheck.check("--keep-every", keepEvery, keepEvery >= 1, "at least 1") }
    if start != nil && encoder != nil { throw ValidationError("--start brings its encoder: leave out --encoder") }
    if start != nil, let flag = ofStart.first(where: \.isGiven)?.flag {
      throw ValidationError("--start brings its decoder: leave out \(flag)")
    }
    if validation.isEmpty, let flag = ofValidation.first(where: \.isGiven)?.flag {
      throw ValidationError("\(flag): expected with --validation")
    }
    if scorePhotos == 0, scoreBeam != nil {
      throw ValidationError("--score-beam: expected with --score-photos above 0")
    }
    if captions == .first, captionsPerPhoto != nil {
      throw ValidationError("--captions-per-photo: --captions first takes one; leave out one of the two")
    }
    if annotations.isEmpty { throw ValidationError("--annotations: at least one COCO captions file is needed") }
  }

  func startingPoint() throws -> StartingPoint {
    if let start {
      let weights = try StartingWeights(path: start)
      if weights.description.decoder == nil { throw CaptioningError.encoderAlone(path: start) }
      return StartingPoint(encoder: weights, decoder: weights)
    }
    return StartingPoint(encoder: try encoderFile.map { try StartingWeights(path: $0) })
  }

  /// The words of the decoder the run starts from, or of the captions and sentences that are learnt from.
  func vocabulary(
    _ files: [CocoAnnotations], _ sentences: [String], _ start: StartingPoint, _ options: TrainingOptions
  ) throws -> Vocabulary {
    if let decoder = start.decoder { return try Vocabulary(words: decoder.description.vocabulary) }
    let photos = files.flatMap(\.photos)
    let vocabulary = Vocabulary.build(
      captions: photos.flatMap { captions == .first ? Array($0.captions.prefix(1)) : $0.captions } + sentences,
      maximumSize: options.vocabularySize, minimumCount: options.minCount)
    // That there are no photos is told where they are looked for.
    guard photos.isEmpty || Vocabulary.sizes.contains(vocabulary.count) else {
      throw CommandFailure("--min-count: no word of the captions occurs \(options.minCount) times")
    }
    return vocabulary
  }

  func options(
    _ course: TrainingCourseFlags, _ reward: RewardFlags, _ distillation: DistillationFlags, _ start: StartingPoint
  ) throws -> TrainingOptions {
    var options = reward.options == nil ? TrainingOptions() : SelfCriticalOptions.trainingDefaults
    options.selfCritical = reward.options
    if let epochs { options.epochs = epochs }
    if let freshShape { options.shape = freshShape }
    if sentences != nil { options.sentencesPerStep = Self.usualSentencesPerStep }
    // Without photos to caption there is no CIDEr to choose by.
    if validation.isEmpty { options.selection = .loss }
    for setting in course.settings(of: TrainingOptions.self) + settings { setting.apply(to: &options) }
    options.functionMatching = distillation.besideCaptions(batch: options.batch)
    try options.adopt(start, freezesEncoder: freezeEncoder)
    if let inputSize { try options.show(inputSize: inputSize) }
    try checkUse(by: options, colorJitter: course.colorJitter)
    try options.validate()
    return options
  }

  /// - Throws: where a flag says something of an encoder that this one has no use for.
  private func checkUse(by options: TrainingOptions, colorJitter: Float?) throws {
    guard options.frozenEncoder != nil else {
      let ofFrozen = [("--cache", cache != nil), ("--views", views != nil)]
      guard let flag = ofFrozen.first(where: \.1)?.0 else { return }
      throw ValidationError("\(flag): expected with an encoder that stays as it is, see --freeze-encoder")
    }
    if colorJitter != nil {
      throw ValidationError("--color-jitter: an encoder that stays as it is sees the colours as they are; leave it out")
    }
    if cropArea != nil, options.views <= (options.flips ? 2 : 1) {
      throw ValidationError("--crop-area: the \(options.views) --views of each photo are no crops; leave it out")
    }
  }
}
