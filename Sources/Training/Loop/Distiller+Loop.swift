import Captioning
import Files
import Foundation
import SystemPackage
import Tensors
import WeightFiles

extension Distiller: TrainingRun {
  public var kept: KeptWeights? {
    state.bestEpoch.map { epoch in
      let why = state.bestDivergence.map { "the best by KL, \(Figures.score($0))" } ?? "the last one done"
      return KeptWeights(epoch: epoch, of: (totalSteps + stepsPerEpoch - 1) / stepsPerEpoch, why: why)
    }
  }

  public var filesLeft: [FilePath] { [checkpointPath].filter(\.exists) }
}

extension Distiller: TrainingLoop {
  var checkpointPath: FilePath { Trainer.checkpointPath(output) }
  var parameters: [Parameter] { encoder.parameters + heads.parameters }

  var batchMaking: @Sendable (Int) -> Result<ViewBatch, any Error> {
    var shared = training
    if ranks.count > 1 { shared.ranks = RankShare(ranks, batch: options.batch) }
    return { [shared] in shared.batch(step: $0) }
  }

  var endBehind: String { "visits: \(options.visits), expected at least \(stepsTaken * options.batch)" }

  func save() throws {
    if ranks.rank > 0 { return }
    let center = options.hasLiveTeacher ? FunctionMatching.named(center: center) : []
    try Self.checkpoint(output).save(state, parameters: parameters, statistics: encoder.statistics + center)
  }

  func take(
    _ made: Result<ViewBatch, any Error>, since began: ContinuousClock.Instant, report: (TrainingEvent) -> Void
  ) throws {
    let batch = try made.get()
    batch.failures.forEach { report(.unreadable($0)) }
    let views = Int(ranks.sums([Double(batch.pixels.shape[0])])[0])
    guard views >= 2 else {
      throw CaptioningError.training("step \(state.step + 1): fewer than two of its photos can be read")
    }
    let gradients = GradientSums(ranks)
    var losses = forwardBackward(batch, ready: gradients.begin)
    gradients.finish(parameters)
    let sums = ranks.sums([losses.divergence, losses.grid, losses.pooled])
    losses = DistillationLosses(divergence: sums[0], grid: sums[1], pooled: sums[2])
    let norm = gradientNorm(parameters)
    let rate = warmedCosine(options.learningRate, warmup: options.warmup, step: state.step, total: totalSteps)
    adam.advance()
    adam.update(parameters, learningRate: rate, gradientScale: min(1, options.clip / max(norm, 1e-12)))
    state.step += 1
    try expectFinite(losses.sum, learningRate: options.learningRate)
    report(
      .distilled(
        .init(
          step: state.step, total: totalSteps, epoch: (state.step - 1) / stepsPerEpoch + 1, losses: losses,
          learningRate: rate, gradientNorm: norm, views: views,
          seconds: (ContinuousClock.now - began) / .seconds(1))))
  }

  /// The losses of a step, or what this rank's views bring to them; gradients accumulate.
  func forwardBackward(_ batch: ViewBatch, ready: GradientsReady = { _ in }) -> DistillationLosses {
    let (features, tape) = encoder.forward(batch.pixels, sums: ranks.sumOverParts)
    let (losses, gradient) = heads.forwardBackward(
      features, batch.targets, divergenceWeight: options.divergenceWeight, gridWeight: options.gridWeight,
      sums: ranks.sumOverParts)
    ready(heads.parameters)
    encoder.backward(tape, dFeatures: gradient, ready: ready)
    return losses
  }

  /// Validates, on rank 0, and exports the encoder when it is the best so far (or when there is nothing to validate on).
  func finishEpoch(_ report: (TrainingEvent) -> Void) throws {
    if ranks.rank > 0 { return }
    let epoch = (state.step - 1) / stepsPerEpoch + 1
    let losses = try validation.photos.isEmpty ? nil : validate()
    let isBest = losses.map { $0.divergence < state.bestDivergence ?? .infinity } ?? true
    if isBest {
      (state.bestDivergence, state.bestEpoch) = (losses?.divergence, epoch)
      var facts = provenance
      facts["started_from"] = state.startedFrom
      facts["visits"] = "\(state.step * options.batch) of \(options.visits)"
      facts["training_photos"] = "\(trainingPhotos)"
      if let losses { facts["validation_kl"] = Figures.score(losses.divergence) }
      let description = ModelDescription(encoder: options.encoderDescription, provenance: facts)
      try writeSafetensors(
        exported(encoder.parameters, encoder.statistics), metadata: description.metadata, to: output)
    }
    if let losses { report(.distillationValidated(epoch: epoch, losses: losses, isBest: isBest)) }
  }

  /// The losses on the whole view of the photos held out, by the encoder as inference runs it.
  func validate() throws -> DistillationLosses {
    let network = encoder.prepared(height: options.inputSize, width: options.inputSize)
    var sum = DistillationLosses()
    var views = 0
    for first in stride(from: 0, to: validation.photos.count, by: options.batch) {
      let photos = validation.photos[first..<min(first + options.batch, validation.photos.count)]
      let batch = try validation.wholeViews(photos)
      let count = batch.pixels.shape[0]
      guard count > 0 else { continue }
      let output = heads.forward(try network.encode(batch.pixels) { false }.regions)
      let losses = heads.compare(output, batch.targets, divergenceWeight: 0).losses
      sum.divergence += losses.divergence * Double(count)
      sum.grid += losses.grid * Double(count)
      sum.pooled += losses.pooled * Double(count)
      views += count
    }
    let count = Double(max(1, views))
    return DistillationLosses(divergence: sum.divergence / count, grid: sum.grid / count, pooled: sum.pooled / count)
  }
}
