import Captioning

extension TrainingOptions {
  /// - Throws: naming the option whose value cannot be.
  public func validate() throws(CaptioningError) {
    func check(_ good: Bool, _ what: String) throws(CaptioningError) {
      if !good { throw CaptioningError.badOption(what) }
    }
    func check(_ what: String, _ value: Int, in range: ClosedRange<Int>) throws(CaptioningError) {
      try check(range.contains(value), "\(what): \(value), expected \(range.lowerBound)…\(range.upperBound)")
    }
    try check("epochs", epochs, in: 1...1_000_000)
    // Batch normalisation needs two.
    try check("batch", batch, in: 2...65_536)
    try check("views", views, in: 1...1000)
    try check("captions per photo", captionsPerPhoto, in: 1...1000)
    try check("vocabulary size", vocabularySize, in: Vocabulary.sizes)
    try check(minCount >= 1, "least count of a word: \(minCount), expected at least 1")
    try check(warmup >= 0, "warm-up: \(warmup), expected at least 0")
    try check(weightDecay >= 0 && weightDecay.isFinite, "weight decay: \(weightDecay), expected at least 0")
    try check("sentences a step", sentencesPerStep, in: 0...65_536)
    if let rate = encoderLearningRate {
      try check(rate > 0 && rate.isFinite, "encoder learning rate: \(rate), expected above 0")
      try check(frozenEncoder == nil, "encoder learning rate: \(rate), but the encoder is frozen")
    }
    try shape.validate(inputSize: inputSize)
    try check("width", decoder.width, in: 1...8192)
    try check(learningRate > 0 && learningRate.isFinite, "learning rate: \(learningRate), expected above 0")
    try check((0..<1).contains(dropout), "dropout: \(dropout), expected from 0 to below 1")
    try check((0..<1).contains(gridDropout), "grid dropout: \(gridDropout), expected from 0 to below 1")
    try check((0..<1).contains(labelSmoothing), "label smoothing: \(labelSmoothing), expected from 0 to below 1")
    try check(mapEntropy >= 0 && mapEntropy.isFinite, "map entropy: \(mapEntropy), expected at least 0")
    try check((0..<1).contains(regionDropout), "region dropout: \(regionDropout), expected from 0 to below 1")
    try check(mirrorWeight >= 0 && mirrorWeight.isFinite, "mirror weight: \(mirrorWeight), expected at least 0")
    try check(
      mirrorMapWeight >= 0 && mirrorMapWeight.isFinite, "mirror map weight: \(mirrorMapWeight), expected at least 0")
    if hasMirrorImages { try validateMirrorImages() }
    try check((0..<1).contains(averageDecay), "average decay: \(averageDecay), expected from 0 to below 1")
    try check(cropArea > 0 && cropArea <= 1, "crop area: \(cropArea), expected above 0, at most 1")
    try check((0..<1).contains(colorJitter), "colour jitter: \(colorJitter), expected from 0 to below 1")
    try check(clip > 0, "clip: \(clip), expected above 0")
    if let selfCritical {
      try selfCritical.validate()
      try check(labelSmoothing == 0, "label smoothing: \(labelSmoothing), expected 0 where a reward is learnt from")
      try check(loss == .words, "loss: \(loss.name), expected words where a reward is learnt from")
      try check(
        sentencesPerStep == 0,
        "sentences a step: \(sentencesPerStep), expected 0 where a reward is learnt from: they have no photo")
    }
    if let functionMatching {
      try functionMatching.validate()
      try check(frozenEncoder == nil, "a teacher: the encoder is frozen and learns nothing from it")
      try check(selfCritical == nil, "a teacher: expected none where a reward is learnt from")
    }
    try check("scoring beam", scoringBeam, in: 1...1000)
    try check(scoredPhotos >= 0, "scored photos: \(scoredPhotos), expected at least 0")
    try check(
      selection == .loss || scoredPhotos > 0, "selection by cider: no photos are scored, expected at least 1")
  }

  private func validateMirrorImages() throws(CaptioningError) {
    let why = "where mirror images are learnt"
    if batch < 3 { throw .badOption("batch: \(batch), expected at least 3 \(why)") }
    if loss != .words { throw .badOption("loss: \(loss.name), expected words \(why)") }
    if let selfCritical, selfCritical.crossEntropyWeight == 0 {
      throw .badOption("cross-entropy weight: 0, expected above 0 \(why): they have the human captions alone")
    }
    guard frozenEncoder != nil else { return }
    if !flips { throw .badOption("flips: none, expected \(why) over a frozen encoder") }
    if views < 2 {
      throw .badOption("views: \(views), expected the whole photo and its mirror image, 2 or more, \(why)")
    }
  }
}
