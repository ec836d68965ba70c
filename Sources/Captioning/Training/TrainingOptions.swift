/// Everything that decides what a training run computes; kept in its checkpoints.
public struct TrainingOptions: Sendable, Equatable, Codable {
  // The network.
  public var shape = CompactShape.standard
  /// Side of the square input in pixels; a multiple of `shape.reduction`.
  public var inputSize = 256
  /// D of the decoder.
  public var width = 256
  public var initialState = DecoderDescription.InitialState.pooledGrid
  /// Words kept at most, and how often a word must occur to be kept.
  public var vocabularySize = 20000
  public var minCount = 5

  // The course.
  public var epochs = 20
  /// Photos a step.
  public var batch = 48
  /// Captions of each photo used at a step.
  public var captionsPerPhoto = 5
  /// The highest learning rate: reached linearly over `warmup` steps, then falling to 0 along a cosine.
  public var learningRate: Float = 1.5e-3
  public var warmup = 200
  public var weightDecay: Float = 0.02
  /// Gradients are scaled down to this norm when theirs is larger.
  public var clip: Float = 5
  public var seed: UInt64 = 1

  // Regularisation.
  public var dropout: Float = 0.3
  public var gridDropout: Float = 0.15
  public var labelSmoothing: Float = 0.1
  /// Mirror half of the photos.
  public var flips = true
  /// Smallest share of a photo's area a random crop keeps; 1 does not crop.
  public var cropArea: Float = 0.6
  /// Largest relative change of contrast and colour balance, and half the largest change of brightness.
  public var colorJitter: Float = 0.2

  public init() {}

  var regularization: Regularization {
    Regularization(dropout: dropout, gridDropout: gridDropout, labelSmoothing: labelSmoothing)
  }

  /// The learning rate of step `step` (from 0) of `total`.
  func learningRate(step: Int, total: Int) -> Float {
    if step < warmup { return learningRate * Float(step + 1) / Float(warmup) }
    let share = Double(step - warmup) / Double(max(1, total - warmup))
    return learningRate * Float(0.5 * (1 + cosine(Double.pi * min(1, share))))
  }

  /// - Throws: naming the option whose value cannot be.
  public func validate() throws(CaptioningError) {
    func check(_ good: Bool, _ what: String) throws(CaptioningError) {
      if !good { throw CaptioningError.badOption(what) }
    }
    try check(epochs >= 1, "epochs: \(epochs), expected at least 1")
    try check(batch >= 2, "batch: \(batch), expected at least 2 photos (batch normalisation needs them)")
    try check(captionsPerPhoto >= 1, "captions per photo: \(captionsPerPhoto), expected at least 1")
    try check(
      inputSize >= shape.reduction && inputSize % shape.reduction == 0,
      "input size: \(inputSize), expected a multiple of \(shape.reduction)")
    try check(width >= 1, "width: \(width), expected at least 1")
    try check(learningRate > 0 && learningRate.isFinite, "learning rate: \(learningRate), expected above 0")
    try check((0..<1).contains(dropout), "dropout: \(dropout), expected from 0 to below 1")
    try check((0..<1).contains(gridDropout), "grid dropout: \(gridDropout), expected from 0 to below 1")
    try check((0..<1).contains(labelSmoothing), "label smoothing: \(labelSmoothing), expected from 0 to below 1")
    try check(cropArea > 0 && cropArea <= 1, "crop area: \(cropArea), expected above 0, at most 1")
    try check((0..<1).contains(colorJitter), "colour jitter: \(colorJitter), expected from 0 to below 1")
    try check(clip > 0, "clip: \(clip), expected above 0")
  }

  var encoderDescription: EncoderDescription {
    let cells = inputSize / shape.reduction
    return EncoderDescription(
      architecture: .compact, compact: shape, height: inputSize, width: inputSize, scaling: .symmetric, rows: cells,
      columns: cells, channels: shape.gridChannels)
  }
}
