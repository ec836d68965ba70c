import Captioning

/// Everything that decides what a distillation computes; kept in its checkpoints.
public struct DistillationOptions: StoredOptions {
  @Stored public var shape = CompactShape.standard
  /// Side of the square input in pixels; a multiple of `shape.reduction`.
  @Stored public var inputSize = 256
  /// Views looked at in the whole run, however often each.
  @Stored public var visits = 600_000
  /// Views a step.
  @Stored public var batch = 64
  /// The highest learning rate: reached linearly over `warmup` steps, then falling to 0 along a cosine.
  @Stored public var learningRate: Float = 2e-3
  @Stored public var warmup = 300
  @Stored public var weightDecay: Float = 0.02
  /// Decay of Adam's second moment.
  @Stored public var beta2: Float = 0.99
  /// Gradients are scaled down to this norm when theirs is larger.
  @Stored public var clip: Float = 5
  /// Weight of KL(teacher ‖ student) beside the error of the feature map.
  @Stored public var divergenceWeight: Float = 0.3
  /// Photos at the end of the teacher's list that are kept for validation; at most a quarter of them.
  @Stored public var heldOut = 256
  /// Largest relative change of contrast and colour balance where the teacher saw the photos as they are; with a live
  /// teacher, of brightness and contrast, and of saturation a third more.
  @Stored public var colorJitter: Float = 0
  @Stored public var seed: UInt64 = 1
  /// Whether the teacher looks at new views in every step, see `LiveViewMaker`, instead of at those kept in a file.
  @Stored(.omitted(false)) public var hasLiveTeacher = false

  public init() {}

  /// What a run starts with whose teacher looks at every view.
  public static var liveTeacher: DistillationOptions {
    var options = DistillationOptions()
    (options.hasLiveTeacher, options.divergenceWeight, options.colorJitter) = (true, 1, 0.3)
    return options
  }

  /// Weight of the error of the feature map.
  var gridWeight: Float { hasLiveTeacher ? 0.5 : 1 }

  /// A run of them takes longer than anybody waits.
  private static let mostVisits = 1_000_000_000_000

  /// Steps of the whole run.
  var steps: Int { max(1, visits / batch) }

  var encoderDescription: EncoderDescription { EncoderDescription(compact: shape, inputSize: inputSize) }

  /// Takes the sizes of an encoder that the run starts from.
  /// - Throws: when it is not one that is trained.
  public mutating func adopt(_ start: StartingWeights) throws(CaptioningError) {
    (shape, inputSize) = try start.trainableEncoder()
  }

  /// - Throws: naming the option whose value cannot be.
  public func validate() throws(CaptioningError) {
    func check(_ good: Bool, _ what: String) throws(CaptioningError) {
      if !good { throw CaptioningError.badOption(what) }
    }
    try check((1...Self.mostVisits).contains(visits), "visits: \(visits), expected 1…\(Self.mostVisits)")
    // Batch normalisation needs two.
    try check((2...65_536).contains(batch), "batch: \(batch), expected 2…65536")
    try shape.validate(inputSize: inputSize)
    try check(learningRate > 0 && learningRate.isFinite, "learning rate: \(learningRate), expected above 0")
    try check(warmup >= 0, "warm-up: \(warmup), expected at least 0")
    try check(weightDecay >= 0 && weightDecay.isFinite, "weight decay: \(weightDecay), expected at least 0")
    try check((0..<1).contains(beta2), "beta 2: \(beta2), expected from 0 to below 1")
    try check(clip > 0, "clip: \(clip), expected above 0")
    try check(divergenceWeight >= 0 && divergenceWeight.isFinite, "KL weight: \(divergenceWeight), expected at least 0")
    try check(heldOut >= 0, "held out: \(heldOut), expected at least 0 photos")
    try check((0..<1).contains(colorJitter), "colour jitter: \(colorJitter), expected from 0 to below 1")
  }
}
