import Captioning

/// Learning from a reward on whole captions rather than from the next word of human ones.
public struct SelfCriticalOptions: StoredOptions {
  /// Captions sampled of each photo at a step; each is compared with the others of its photo.
  @Stored public var samples = 5
  /// Captions are sampled from softmax(logits / temperature).
  @Stored public var temperature: Float = 1
  /// Weight of CIDEr-D, in [0, 10], in the reward.
  @Stored public var ciderWeight = 1.0
  /// Weight of BLEU-4, in [0, 1], in the reward.
  @Stored public var bleuWeight = 0.0
  /// Weight of the human captions' cross-entropy beside the reward.
  @Stored public var crossEntropyWeight: Float = 0

  /// Human captions a photo must have for its sampled captions to be rewarded: one alone says too little of what
  /// another may say. Photos with fewer take part by the cross-entropy beside the reward.
  @Stored(.omitted(1)) public var minimumReferences = 1

  public init() {}

  /// Takes the place of the other defaults: it is a short phase of small steps that goes on from a trained network, and
  /// samples captions from the network as it is, with nothing left out.
  public static var trainingDefaults: TrainingOptions {
    var options = TrainingOptions()
    options.selfCritical = SelfCriticalOptions()
    (options.epochs, options.learningRate, options.warmup) = (5, 5e-5, 50)
    (options.dropout, options.gridDropout, options.labelSmoothing, options.mapEntropy) = (0, 0, 0, 0)
    options.selection = .cider
    return options
  }

  /// - Throws: naming the option whose value cannot be.
  func validate() throws(CaptioningError) {
    func check(_ good: Bool, _ what: String) throws(CaptioningError) {
      if !good { throw CaptioningError.badOption(what) }
    }
    // They are compared with each other.
    try check((2...1000).contains(samples), "samples: \(samples), expected 2…1000")
    try check(temperature > 0 && temperature.isFinite, "temperature: \(temperature), expected above 0")
    try check(ciderWeight >= 0 && ciderWeight.isFinite, "CIDEr weight: \(ciderWeight), expected at least 0")
    try check(bleuWeight >= 0 && bleuWeight.isFinite, "BLEU weight: \(bleuWeight), expected at least 0")
    try check(ciderWeight + bleuWeight > 0, "weights of CIDEr and BLEU: both 0, which rewards nothing")
    try check(
      crossEntropyWeight >= 0 && crossEntropyWeight.isFinite,
      "cross-entropy weight: \(crossEntropyWeight), expected at least 0")
    try check(minimumReferences >= 1, "references: \(minimumReferences), expected at least 1")
  }
}
