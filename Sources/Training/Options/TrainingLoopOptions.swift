/// What every kind of training is told: how large its steps are and what they are drawn from.
public protocol TrainingLoopOptions {
  /// Photos, or views of them, a step.
  var batch: Int { get set }
  /// The highest learning rate: reached linearly over `warmup` steps, then falling to 0 along a cosine.
  var learningRate: Float { get set }
  var warmup: Int { get set }
  /// Decoupled weight decay of the kernels.
  var weightDecay: Float { get set }
  /// Gradients are scaled down to this norm when theirs is larger.
  var clip: Float { get set }
  /// Largest relative change of brightness, contrast and colour balance.
  var colorJitter: Float { get set }
  var seed: UInt64 { get set }
}

extension TrainingOptions: TrainingLoopOptions {}
extension DistillationOptions: TrainingLoopOptions {}
