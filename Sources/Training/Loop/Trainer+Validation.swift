import Captioning
import Files
import Tensors

extension Trainer {
  /// Photos whose captions are told after each epoch.
  private static let sampleCount = 3
  /// Photos encoded at once.
  private static let validationBatch = 32

  /// Validates, on rank 0, and exports the network when it is the best so far (or when there is nothing to validate on).
  func finishEpoch(_ report: (TrainingEvent) -> Void) throws {
    if ranks.rank > 0 { return }
    let epoch = state.step / stepsPerEpoch
    try averaged { try validateAndExport(epoch, report) }
  }

  /// Runs `body` with the weights that are validated and exported: their average, where the run keeps one.
  func averaged<Result>(_ body: () throws -> Result) rethrows -> Result { try average?.inPlace(body) ?? body() }

  private func validateAndExport(_ epoch: Int, _ report: (TrainingEvent) -> Void) throws {
    guard !validation.photos.isEmpty else {
      state.bestEpoch = epoch
      return try export(epoch: epoch, nil)
    }
    let (loss, captions) = try validate()
    var result = TrainingEvent.Validation(
      epoch: epoch, loss: loss, scores: captions.compactMap(\.scores), samples: samples(captions.flatMap(\.entries)))
    result.isBest =
      switch options.selection {
      case .loss: loss < state.bestLoss ?? .infinity
      case .cider: result.cider ?? 0 > state.bestCIDEr ?? -.infinity
      }
    if result.isBest {
      (state.bestLoss, state.bestCIDEr, state.bestEpoch) = (loss, result.cider, epoch)
      try export(epoch: epoch, result)
    }
    report(.validated(result))
  }

  /// A few of the captions, spread over all.
  private func samples(_ entries: [Evaluation.Entry]) -> [TrainingEvent.Validation.Sample] {
    (0..<min(Self.sampleCount, entries.count)).map { index in
      let entry = entries[index * entries.count / min(Self.sampleCount, entries.count)]
      guard case .number(let place) = entry.id else { preconditionFailure("entries are named by their place") }
      return TrainingEvent.Validation.Sample(path: validation.photos[place].path, caption: entry.caption)
    }
  }

  private func export(epoch: Int, _ result: TrainingEvent.Validation?) throws {
    var facts = provenance.merging(state.lineage ?? [:]) { own, _ in own }
    facts["epoch"] = "\(epoch) of \(options.epochs)"
    facts["training_photos"] = "\(training.photos.count)"
    facts["training_captions"] = "\(training.captionCount)"
    if let matching { facts["teacher_photos"] = "\(matching.data.photos.count)" }
    if !loneSentences.isEmpty { facts["training_sentences"] = "\(loneSentences.count)" }
    facts["validation_loss"] = result.map { Figures.score($0.loss) }
    facts["validation_cider"] = result?.cider.map(Figures.score)
    facts["validation_bleu4"] = result?.bleu4.map(Figures.score)
    try network.export(options: options, provenance: facts, to: output)
  }

  /// Mean −log p over the validation captions, and captions of the first photos of each file, by the network as inference
  /// runs it. An entry's id is the photo's place in the set.
  func validate() throws -> (loss: Double, captions: [Evaluation.Outcome]) {
    let maker = BatchMaker(photos: validation.photos, options: options, cache: cachedFeatures)
    let encoder = network.encoder?.prepared(height: options.inputSize, width: options.inputSize)
    let writer = CaptionWriter(network, options: options)
    var (total, positions) = (0.0, 0)
    var outcomes = validation.files.map { _ in Evaluation.Outcome() }
    for first in stride(from: 0, to: validation.photos.count, by: Self.validationBatch) {
      let places = Array(first..<min(first + Self.validationBatch, validation.photos.count))
      let batch = maker.make(places)
      guard !batch.sentences.targets.isEmpty else { continue }
      let features =
        switch batch.input {
        case .features(let features): FeatureMap(regions: features)
        case .pixels(let pixels): try encoder!.encode(pixels) { false }
        }
      let result = network.decoder.evaluate(features: features.sequence, sentences: batch.sentences)
      total += result.sum
      positions += result.words
      for (index, place) in batch.indices.enumerated() {
        guard let place, let file = validation.files.firstIndex(where: { $0.contains(place) }),
          place - validation.files[file].lowerBound < options.scoredPhotos
        else { continue }
        let caption = try writer.caption(features.photo(index))
        outcomes[file].entries.append(
          .init(id: .number(place), caption: caption, references: validation.photos[place].references))
      }
    }
    return (total / Double(max(1, positions)), outcomes)
  }
}

/// Writes captions with the decoder as it is at the moment.
private struct CaptionWriter {
  private let decoder: PreparedAttentionDecoder
  private let vocabulary: Vocabulary
  private let beam: Int

  init(_ network: TrainableCaptioner, options: TrainingOptions) {
    (decoder, vocabulary, beam) = (network.decoder.prepared(), network.vocabulary, options.scoringBeam)
  }

  /// - Parameter features: of one photo.
  func caption(_ features: FeatureMap) throws -> String {
    let writer = SentenceWriter(
      context: decoder.prepare(features), text: vocabulary, settings: DecodingSettings(mode: .greedy),
      isCancelled: { false })
    return try beam == 1 ? writer.sampled()[0].text : writer.beam(width: beam).text
  }
}
