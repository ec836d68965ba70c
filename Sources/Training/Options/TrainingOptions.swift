import Captioning

/// Everything that decides what a training run computes; kept in its checkpoints. An option is a line here, and a flag of
/// `gaze train`.
public struct TrainingOptions: StoredOptions {
  /// Which positions of a sentence count.
  public enum Loss: String, Sendable, Codable, CaseIterable {
    /// The mean over real words, `<end>` among them.
    case words
    /// The mean over 64 positions, the padding after the end included, and Adam's moments for the embedding as Keras
    /// has them: what the notebook computes. Files and the flag of old call it `seed`.
    case notebook = "seed"

    /// As users know it.
    public var name: String { self == .notebook ? "notebook" : rawValue }

    /// - Parameter name: either of its names.
    public init?(name: String) {
      guard let loss = Self.allCases.first(where: { $0.name == name || $0.rawValue == name }) else { return nil }
      self = loss
    }
  }

  /// What the best weights of a run are best at.
  public enum Selection: String, Sendable, Codable, CaseIterable {
    /// The lowest validation loss.
    case loss
    /// The highest CIDEr of the validation captions; where they come from several files, the highest mean of theirs.
    case cider
  }

  // The network.
  @Stored public var shape = CompactShape.standard
  /// Side of the square input in pixels; a multiple of `shape.reduction`.
  @Stored public var inputSize = 256
  /// Its keys lie among these. Before there were other forms of the decoder, there was the notebook's.
  @Flattened(missing: DecoderDescription(width: 256, initialState: .pooledGrid)) public var decoder =
    DecoderDescription(
      width: 256, initialState: .zeros, query: .projected, languageGRU: true, normalizesCells: true)
  /// An encoder that is left as it is, in place of a compact one of `shape`: the decoder learns from its feature maps of a few
  /// views of each photo, without changes of colour.
  @Stored public var frozenEncoder: FrozenEncoder? = nil
  /// Views of each photo that a frozen encoder is shown: the whole, its mirror image, then random crops. Before there
  /// were views, there was the whole photo.
  @Stored(.missing(1)) public var views = 2
  /// Words kept at most, and how often a word must occur to be kept.
  @Stored public var vocabularySize = 20000
  @Stored public var minCount = 5

  // The run.
  @Stored public var epochs = 20
  /// Photos a step, the mirror images of some of them among them.
  @Stored public var batch = 48
  /// Captions of each photo used at a step.
  @Stored public var captionsPerPhoto = 5
  /// Sentences of no photo learnt at a step beside the photos' captions; their words count as the captions' do.
  @Stored(.omitted(0)) public var sentencesPerStep = 0
  @Stored public var loss = Loss.words
  /// The highest learning rate: reached linearly over `warmup` steps, then falling to 0 along a cosine.
  @Stored public var learningRate: Float = 1.5e-3
  @Stored public var warmup = 200
  /// The encoder's own highest learning rate; nil means the same.
  @Stored public var encoderLearningRate: Float? = nil
  @Stored public var weightDecay: Float = 0.02
  /// Gradients are scaled down to this norm when theirs is larger.
  @Stored public var clip: Float = 5
  /// Share of the averaged weights that each step keeps, which are validated and exported in place of the last ones; 0
  /// averages nothing. The first steps keep less, see `WeightAverage`.
  @Stored(.omitted(0)) public var averageDecay: Float = 0
  @Stored public var seed: UInt64 = 1
  /// Whether a step has a photo of each of as many parts of the set as there are photos in a batch, so that processes that
  /// share the photos have equal parts of every step. Before that, its photos came from anywhere.
  @Stored(.omitted(false)) public var stratifiedOrder = true
  /// Validation photos of each file captioned after each epoch, at most, to score the captions.
  @Stored public var scoredPhotos = 200
  /// How many of the likeliest sentences are kept while they are captioned; 1 is greedy.
  @Stored public var scoringBeam = 1
  @Stored public var selection = Selection.loss
  /// Learn from a reward on captions that the network samples; nil means from the words of human captions.
  @Stored public var selfCritical: SelfCriticalOptions? = nil
  /// The encoder learns from a teacher beside the captions; nil means from the captions alone.
  @Stored public var functionMatching: FunctionMatchingOptions? = nil

  // Regularisation.
  @Stored public var dropout: Float = 0.3
  @Stored public var gridDropout: Float = 0.15
  @Stored public var labelSmoothing: Float = 0.1
  /// What the mean entropy of the words' attention maps, in nats as the loss is, weighs in the loss: sharper maps for
  /// little loss. Before it had a weight, entropy was no part of the loss.
  @Stored(.missing(0)) public var mapEntropy: Float = 0.01
  /// The share of a photo's regions that attention does without while its captions are learnt.
  @Stored(.omitted(0)) public var regionDropout: Float = 0
  /// Where one of them is above 0, a third of a step's photos are mirror images of another third: what drawing them
  /// together weighs in the loss, what is said of both and where attention looks meanwhile, see `MirrorTerms`.
  @Stored(.omitted(0)) public var mirrorWeight: Float = 0
  @Stored(.omitted(0)) public var mirrorMapWeight: Float = 0
  /// Mirror half of the photos.
  @Stored public var flips = true
  /// Smallest share of a photo's area a random crop keeps; 1 does not crop.
  @Stored public var cropArea: Float = 0.6
  /// Largest relative change of contrast and colour balance, and half the largest change of brightness.
  @Stored public var colorJitter: Float = 0.2

  public init() {}

  /// Positions of a sentence that the notebook's loss counts.
  private static let notebookPositions = 64

  /// Sentences, from `<start>` to `<end>`, as the loss wants them.
  func batch(_ sentences: [[Int]]) -> SentenceBatch {
    guard loss == .notebook else { return SentenceBatch(sentences) }
    // A longer one is cut, its end with it, as the notebook's tokenizer does.
    return SentenceBatch(sentences.map { Array($0.prefix(Self.notebookPositions)) }, paddedTo: Self.notebookPositions)
  }

  var regularization: Regularization {
    Regularization(
      dropout: dropout, featureDropout: gridDropout, labelSmoothing: labelSmoothing, mapEntropy: mapEntropy,
      regionDropout: regionDropout, mirrorWeight: mirrorWeight, mirrorMapWeight: mirrorMapWeight)
  }

  var hasMirrorImages: Bool { mirrorWeight > 0 || mirrorMapWeight > 0 }

  /// How many of a step's photos are mirror images of others.
  var mirrorImages: Int { hasMirrorImages ? batch / 3 : 0 }

  /// How many are not.
  public var photosPerStep: Int { batch - mirrorImages }

  /// The learning rate of step `step` (from 0) of `total`.
  func learningRate(step: Int, total: Int) -> Float {
    warmedCosine(learningRate, warmup: warmup, step: step, total: total)
  }

  /// The encoder that is trained, or that stays as it is.
  public var encoderDescription: EncoderDescription {
    frozenEncoder?.description ?? EncoderDescription(compact: shape, inputSize: inputSize)
  }
}

extension EncoderDescription {
  /// A compact encoder of square pixels in [−1, 1].
  init(compact shape: CompactShape, inputSize: Int) {
    let regions = shape.regions(along: inputSize)
    self.init(
      architecture: .compact, compact: shape, height: inputSize, width: inputSize, scaling: .symmetric, rows: regions,
      columns: regions, channels: shape.gridChannels)
  }
}

/// The learning rate of step `step` (from 0) of `total`: rising to `peak` over `warmup` steps, then to 0 along a cosine.
func warmedCosine(_ peak: Float, warmup: Int, step: Int, total: Int) -> Float {
  if step < warmup { return peak * Float(step + 1) / Float(warmup) }
  let share = Double(step - warmup) / Double(max(1, total - warmup))
  return peak * Float(0.5 * (1 + cosine(Double.pi * min(1, share))))
}
