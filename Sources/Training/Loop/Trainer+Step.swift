import Captioning
import Tensors

/// A step.
extension Trainer {
  func take(
    _ batch: TrainingBatch, since began: ContinuousClock.Instant, report: (TrainingEvent) -> Void
  ) throws {
    // Photos without a feature map were told of when they were to be encoded.
    if cachedFeatures == nil { batch.failures.sorted { $0.key < $1.key }.forEach { report(.unreadable($0.value)) } }
    let batch = try agreed(batch)
    var rewards: [Double] = []
    let gradients = GradientSums(ranks)
    // The seed of what dropout leaves out differs at every step and is known from the step alone.
    let result = network.forwardBackward(
      batch, options: options, seed: options.seed &* 1_000_003 &+ UInt64(state.step), matching: matching,
      teachesEncoder: !isWarmingUp, sums: ranks.sumOverParts, ready: gradients.begin
    ) { features in
      guard let selfCritical else { return batch.sentences }
      let sampled = selfCritical.batch(
        network.decoder, features: features, indices: batch.indices, images: batch.images, step: state.step,
        part: batch.part.map { ($0, ranks.sums) })
      rewards = sampled.rewards
      return sampled.sentences.mirroring(batch.sentences.mirrored)
    }
    gradients.finish(parameters)
    let all = sums(result, batch, rewards)
    let norm = gradientNorm(parameters)
    let rate = options.learningRate(step: state.step, total: totalSteps)
    update(learningRate: rate, gradientScale: min(1, options.clip / max(norm, 1e-12)))
    state.step += 1
    average?.add(step: state.step)
    try expectFinite(all.loss + (all.distillation?.sum ?? 0), learningRate: options.learningRate)
    report(
      .step(
        .init(
          step: state.step, total: totalSteps, epoch: (state.step - 1) / stepsPerEpoch + 1, loss: all.loss,
          crossEntropy: all.crossEntropy, reward: all.reward, distillation: all.distillation, learningRate: rate,
          gradientNorm: norm, photos: all.photos, words: all.words,
          seconds: (ContinuousClock.now - began) / .seconds(1))))
  }

  /// What a step was, on all ranks.
  private struct StepSums {
    let loss: Double
    let crossEntropy: Double
    /// Mean over the captions sampled, 0 where there are none; nil where the run learns from no reward.
    let reward: Double?
    let distillation: DistillationLosses?
    let photos: Int
    let words: Int
  }

  private func sums(
    _ result: TrainableCaptioner.StepResult, _ batch: TrainingBatch, _ rewards: [Double]
  ) -> StepSums {
    let own = result.distillation
    let sums = ranks.sums(
      [result.loss, result.crossEntropy, Double(batch.photos), Double(result.words)]
        + [rewards.reduce(0, +), Double(rewards.count), own?.divergence ?? 0, own?.grid ?? 0, own?.pooled ?? 0])
    return StepSums(
      loss: sums[0], crossEntropy: sums[1], reward: selfCritical == nil ? nil : sums[4] / max(1, sums[5]),
      distillation: own.map { _ in DistillationLosses(divergence: sums[6], grid: sums[7], pooled: sums[8]) },
      photos: Int(sums[2]), words: Int(sums[3]))
  }

  private var parameters: [Parameter] { network.parameters + (matching?.heads.parameters ?? []) }

  /// Layers of random numbers would lead the encoder astray: until the end of the warm-up they alone learn from the teacher,
  /// at the full rate.
  private var isWarmingUp: Bool { state.step < options.warmup }

  private func update(learningRate rate: Float, gradientScale scale: Float) {
    adam.advance()
    let encoderRate = options.encoderLearningRate.map { rate * $0 / options.learningRate } ?? rate
    adam.update(network.encoderParameters, learningRate: encoderRate, gradientScale: scale)
    adam.update(network.decoder.parameters, learningRate: rate, gradientScale: scale)
    if let matching {
      let ownRate = isWarmingUp ? options.learningRate : rate
      adam.update(matching.heads.parameters, learningRate: ownRate, gradientScale: scale)
    }
  }
}
