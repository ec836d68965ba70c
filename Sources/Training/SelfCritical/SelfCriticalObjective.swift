import Captioning
import Tensors

/// Self-critical sequence training (Rennie et al. 2017, "Self-critical Sequence Training for Image Captioning") with the
/// baseline of Luo 2020 ("A Better Variant of Self-Critical Sequence Training"): several captions of each photo are sampled
/// from the network, and each is made likelier or less likely by how much its reward exceeds the mean of the others'.
///
/// loss = Σ advantage · −log p(word) / words sampled + w · mean −log p(word of the human captions),
/// advantage = reward − mean reward of the photo's other captions; w is `crossEntropyWeight`.
struct SelfCriticalObjective: Sendable {
  private let photos: [TrainingPhoto]
  private let options: TrainingOptions
  private let own: SelfCriticalOptions
  private let vocabulary: Vocabulary
  private let reward: CaptionReward

  /// - Returns: nil where the run learns from human captions alone.
  init?(photos: [TrainingPhoto], options: TrainingOptions, vocabulary: Vocabulary) {
    guard let own = options.selfCritical else { return nil }
    (self.photos, self.options, self.own, self.vocabulary) = (photos, options, own, vocabulary)
    reward = CaptionReward(references: photos.map(\.references), vocabulary: vocabulary, options: own)
  }

  /// Samples captions of a batch's photos and compares them.
  ///
  /// - Parameters:
  ///   - features: of B photos.
  ///   - indices: places of the photos in the training set; nil where one could not be read.
  ///   - images: how many of the last photos are mirror images of others, which take part by the human captions alone.
  ///   - step: counted from the start of the run; the samples depend on it and on the run's seed.
  ///   - part: where these are some of a batch's photos, with how the lengths of all its sentences come together.
  func batch(
    _ decoder: AttentionDecoder, features: FeatureMap, indices: [Int?], images: Int = 0, step: Int,
    part: (own: BatchPart, sums: SumOverParts)? = nil
  ) -> PolicyGradientBatch {
    let places = part?.own.places ?? Array(indices.indices)
    let photoCount = indices.count - images
    let sampled = decoder.sample(
      features: FeatureMap(regions: features.regions.first(photoCount)), count: own.samples,
      temperature: own.temperature, vocabulary: vocabulary, longest: DecodingSettings.longestCaption
    ) { index in
      let caption = places[index / own.samples] * own.samples + index % own.samples
      return CounterRandom(seed: options.seed, stream: "caption \(caption) of step \(step)")
    }
    let human = own.crossEntropyWeight > 0 ? options.captionsPerPhoto : 0
    var sentences: [[Int]] = []
    var weights: [Float] = []
    var rewards: [Double] = []
    for (place, index) in indices.enumerated() {
      guard let index else {
        sentences += [[Int]](repeating: [], count: own.samples + human)
        weights += [Float](repeating: 0, count: own.samples + human)
        continue
      }
      let written = photos[index].sentences
      if place < photoCount, photos[index].references.count >= own.minimumReferences {
        let captions = Array(sampled[place * own.samples..<(place + 1) * own.samples])
        let worth = reward.rewards(captions, photo: index)
        rewards += worth
        sentences += captions
        weights += Self.advantages(worth)
      } else {
        sentences += [[Int]](repeating: [], count: own.samples)
        weights += [Float](repeating: 0, count: own.samples)
      }
      sentences += (0..<human).map { $0 < written.count ? written[$0] : [] }
      weights += [Float](repeating: own.crossEntropyWeight, count: human)
    }
    let each = own.samples + human
    var lengths = sentences.map { max(0, $0.count - 1) }
    if let part {
      var all = [Double](repeating: 0, count: part.own.count * each)
      for (index, length) in lengths.enumerated() { all[places[index / each] * each + index % each] = Double(length) }
      lengths = part.sums(all).map { Int($0) }
    }
    var batch = SentenceBatch(sentences, weights: perWord(weights, lengths, human: human))
    if let part { batch = batch.sharing(places, lengths: lengths, of: part.own.count) }
    return PolicyGradientBatch(sentences: batch, rewards: rewards)
  }

  /// How much each reward exceeds the mean of the others.
  static func advantages(_ rewards: [Double]) -> [Float] {
    let sum = rewards.reduce(0, +)
    return rewards.map { Float($0 - (sum - $0) / Double(rewards.count - 1)) }
  }

  /// Divides the weights of sampled sentences by the words sampled, and those of human ones by the words people wrote.
  /// - Parameter lengths: of the sentences of the whole batch.
  private func perWord(_ weights: [Float], _ lengths: [Int], human: Int) -> [Float] {
    func isSampled(_ index: Int) -> Bool { index % (own.samples + human) < own.samples }
    var (sampled, written) = (0, 0)
    for (index, length) in lengths.enumerated() {
      if isSampled(index) { sampled += length } else { written += length }
    }
    return weights.enumerated().map { $1 / Float(max(1, isSampled($0) ? sampled : written)) }
  }
}

/// Sentences to learn from, each weighed by its advantage, and the rewards of those sampled.
struct PolicyGradientBatch {
  let sentences: SentenceBatch
  let rewards: [Double]
}
