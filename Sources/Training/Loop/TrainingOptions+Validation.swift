import Captioning

extension TrainingOptions {
  /// - Throws: naming the option whose value cannot be.
  public func validate() throws(CaptioningError) {
    func check(_ good: Bool, _ what: String) throws(CaptioningError) {
      if !good { throw CaptioningError.badOption(what) }
    }
    try check(epochs >= 1, "epochs: \(epochs), expected at least 1")
    try check(batch >= 2, "batch: \(batch), expected at least 2 photos (batch normalisation needs them)")
    try check(views >= 1, "views: \(views), expected at least 1")
    try check(captionsPerPhoto >= 1, "captions per photo: \(captionsPerPhoto), expected at least 1")
    try check(sentencesPerStep >= 0, "sentences a step: \(sentencesPerStep), expected at least 0")
    if let rate = encoderLearningRate {
      try check(rate > 0 && rate.isFinite, "encoder learning rate: \(rate), expected above 0")
      try check(frozenEncoder == nil, "encoder learning rate: \(rate), but the encoder is frozen")
    }
    try check(
      inputSize >= shape.reduction && inputSize % shape.reduction == 0,
      "input size: \(inputSize), expected a multiple of \(shape.reduction)")
    try check(decoder.width >= 1, "width: \(decoder.width), expected at least 1")
    try check(learningRate > 0 && learningRate.isFinite, "learning rate: \(learningRate), expected above 0")
    try check((0..<1).contains(dropout), "dropout: \(dropout), expected from 0 to below 1")
    try check((0..<1).contains(gridDropout), "grid dropout: \(gridDropout), expected from 0 to below 1")
    try check((0..<1).contains(labelSmoothing), "label smoothing: \(labelSmoothing), expected from 0 to below 1")
    try check(mapEntropy >= 0 && mapEntropy.isFinite, "map entropy: \(mapEntropy), expected at least 0")
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
    try check(scoringBeam >= 1, "scoring beam: \(scoringBeam), expected at least 1")
    try check(scoredPhotos >= 0, "scored photos: \(scoredPhotos), expected at least 0")
    try check(
      selection == .loss || scoredPhotos > 0, "selection by cider: no photos are scored, expected at least 1")
  }
}
