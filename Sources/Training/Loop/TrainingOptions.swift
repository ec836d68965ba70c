import Captioning

/// Everything that decides what a training run computes; kept in its checkpoints. Those of an earlier program lack some
/// keys, which then have their defaults.
public struct TrainingOptions: Sendable, Equatable, Codable {
  /// Which positions of a sentence count.
  public enum Loss: String, Sendable, Codable, CaseIterable {
    /// The mean over real words, `<end>` among them.
    case words
    /// The mean over 64 positions, the padding after the end included, and Adam's moments for the embedding as Keras
    /// has them: what the seed notebook computes.
    case seed
  }

  /// What the best weights of a run are best at.
  public enum Selection: String, Sendable, Codable, CaseIterable {
    /// The lowest validation loss.
    case loss
    /// The highest CIDEr of the validation captions.
    case cider
  }

  // The network.
  public var shape = CompactShape.standard
  /// Side of the square input in pixels; a multiple of `shape.reduction`.
  public var inputSize = 256
  /// D of the decoder.
  public var width = 256
  public var initialState = DecoderDescription.InitialState.zeros
  public var query = DecoderDescription.Query.projected
  public var languageGRU = true
  public var normalizesCells = true
  /// An encoder that is left as it is, in place of a compact one of `shape`: the decoder learns from its grids of a few
  /// views of each photo, without changes of colour.
  public var frozenEncoder: FrozenEncoder?
  /// Views of each photo that a frozen encoder is shown: the whole, its mirror image, then random crops.
  public var views = 2
  /// Words kept at most, and how often a word must occur to be kept.
  public var vocabularySize = 20000
  public var minCount = 5

  // The course.
  public var epochs = 20
  /// Photos a step.
  public var batch = 48
  /// Captions of each photo used at a step.
  public var captionsPerPhoto = 5
  public var loss = Loss.words
  /// The highest learning rate: reached linearly over `warmup` steps, then falling to 0 along a cosine.
  public var learningRate: Float = 1.5e-3
  public var warmup = 200
  /// The encoder's own highest learning rate; nil means the same.
  public var encoderLearningRate: Float?
  public var weightDecay: Float = 0.02
  /// Gradients are scaled down to this norm when theirs is larger.
  public var clip: Float = 5
  public var seed: UInt64 = 1
  /// Validation photos captioned after each epoch, at most, to score the captions.
  public var scoredPhotos = 200
  /// How many of the likeliest sentences are kept while they are captioned; 1 is greedy.
  public var scoringBeam = 1
  public var selection = Selection.loss
  /// Learn from a reward on captions that the network draws; nil means from the words of human captions.
  public var selfCritical: SelfCriticalOptions?

  // Regularisation.
  public var dropout: Float = 0.3
  public var gridDropout: Float = 0.15
  public var labelSmoothing: Float = 0.1
  /// What the mean entropy of the words' attention maps, in nats, weighs in the loss: sharper maps for little loss.
  public var mapEntropy: Float = 0.01
  /// Mirror half of the photos.
  public var flips = true
  /// Smallest share of a photo's area a random crop keeps; 1 does not crop.
  public var cropArea: Float = 0.6
  /// Largest relative change of contrast and colour balance, and half the largest change of brightness.
  public var colorJitter: Float = 0.2

  public init() {}

  /// Positions of a sentence that the seed's loss counts.
  private static let seedPositions = 64

  /// Sentences, from `<start>` to `<end>`, as the loss wants them.
  func batch(_ sentences: [[Int]]) -> SentenceBatch {
    guard loss == .seed else { return SentenceBatch(sentences) }
    // A longer one is cut, its end with it, as the notebook's tokenizer does.
    return SentenceBatch(sentences.map { Array($0.prefix(Self.seedPositions)) }, paddedTo: Self.seedPositions)
  }

  var regularization: Regularization {
    Regularization(dropout: dropout, gridDropout: gridDropout, labelSmoothing: labelSmoothing, mapEntropy: mapEntropy)
  }

  /// The learning rate of step `step` (from 0) of `total`.
  func learningRate(step: Int, total: Int) -> Float {
    warmedCosine(learningRate, warmup: warmup, step: step, total: total)
  }

  var decoderDescription: DecoderDescription {
    get {
      DecoderDescription(
        width: width, initialState: initialState, query: query, languageGRU: languageGRU,
        normalizesCells: normalizesCells)
    }
    set {
      (width, initialState, query) = (newValue.width, newValue.initialState, newValue.query)
      (languageGRU, normalizesCells) = (newValue.languageGRU, newValue.normalizesCells)
    }
  }

  var encoderDescription: EncoderDescription {
    frozenEncoder?.description ?? EncoderDescription(compact: shape, inputSize: inputSize)
  }
}

extension EncoderDescription {
  /// A compact encoder of square pixels in [−1, 1].
  init(compact shape: CompactShape, inputSize: Int) {
    let cells = inputSize / shape.reduction
    self.init(
      architecture: .compact, compact: shape, height: inputSize, width: inputSize, scaling: .symmetric, rows: cells,
      columns: cells, channels: shape.gridChannels)
  }
}

/// The learning rate of step `step` (from 0) of `total`: rising to `peak` over `warmup` steps, then to 0 along a cosine.
func warmedCosine(_ peak: Float, warmup: Int, step: Int, total: Int) -> Float {
  if step < warmup { return peak * Float(step + 1) / Float(warmup) }
  let share = Double(step - warmup) / Double(max(1, total - warmup))
  return peak * Float(0.5 * (1 + cosine(Double.pi * min(1, share))))
}

extension TrainingOptions {
  /// Keys that are missing leave their defaults.
  public init(from decoder: any Decoder) throws {
    self.init()
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    try stored.read(.shape, into: &shape)
    try stored.read(.inputSize, into: &inputSize)
    try stored.read(.width, into: &width)
    // Before there were other forms of the decoder, there was the seed's.
    (initialState, query, languageGRU, normalizesCells) = (.pooledGrid, .state, false, false)
    try stored.read(.initialState, into: &initialState)
    try stored.read(.query, into: &query)
    try stored.read(.languageGRU, into: &languageGRU)
    try stored.read(.normalizesCells, into: &normalizesCells)
    frozenEncoder = try stored.decodeIfPresent(FrozenEncoder.self, forKey: .frozenEncoder)
    // Before there were views, there was the whole photo.
    views = 1
    try stored.read(.views, into: &views)
    try stored.read(.vocabularySize, into: &vocabularySize)
    try stored.read(.minCount, into: &minCount)
    try stored.read(.epochs, into: &epochs)
    try stored.read(.batch, into: &batch)
    try stored.read(.captionsPerPhoto, into: &captionsPerPhoto)
    try stored.read(.loss, into: &loss)
    try stored.read(.learningRate, into: &learningRate)
    try stored.read(.warmup, into: &warmup)
    encoderLearningRate = try stored.decodeIfPresent(Float.self, forKey: .encoderLearningRate)
    try stored.read(.weightDecay, into: &weightDecay)
    try stored.read(.clip, into: &clip)
    try stored.read(.seed, into: &seed)
    try stored.read(.scoredPhotos, into: &scoredPhotos)
    try stored.read(.scoringBeam, into: &scoringBeam)
    try stored.read(.selection, into: &selection)
    selfCritical = try stored.decodeIfPresent(SelfCriticalOptions.self, forKey: .selfCritical)
    try stored.read(.dropout, into: &dropout)
    try stored.read(.gridDropout, into: &gridDropout)
    try stored.read(.labelSmoothing, into: &labelSmoothing)
    // Before it had a weight, entropy was no part of the loss.
    mapEntropy = 0
    try stored.read(.mapEntropy, into: &mapEntropy)
    try stored.read(.flips, into: &flips)
    try stored.read(.cropArea, into: &cropArea)
    try stored.read(.colorJitter, into: &colorJitter)
  }
}
