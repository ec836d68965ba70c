/// Told of parameters whose gradients a backward pass will not add to any more.
public typealias GradientsReady = ([Parameter]) -> Void

/// Numbers that are trained, with their gradient and the optimiser's two moments.
///
/// `@unchecked Sendable`: like `Tensor`, written by one owner at a time. The gradient and the moments are made when first
/// asked for, by that owner.
public final class Parameter: @unchecked Sendable {
  /// As in weight files.
  public let name: String
  /// The numbers themselves, which the optimiser changes.
  public let value: Tensor
  /// What backward passes have added since the last step; of the value's shape.
  public private(set) lazy var gradient = Tensor(value.shape)
  /// Adam's running mean of the gradient.
  public private(set) lazy var firstMoment = Tensor(value.shape)
  /// Adam's running mean of the gradient's square.
  public private(set) lazy var secondMoment = Tensor(value.shape)
  /// Whether weight decay applies: to kernels, not to biases and normalisation scales.
  public let decays: Bool
  /// Σ of the squares of the gradient's parts, for a table whose rows are looked up several times in a batch. Keras
  /// feeds Adam's second moment with the square of each part, not of their sum; nil does it the textbook way.
  public let gradientSquares: Tensor?

  /// - Parameters:
  ///   - name: in weights files and checkpoints.
  ///   - value: at the start.
  ///   - decays: whether weight decay applies.
  ///   - squaresParts: whether to keep `gradientSquares`.
  public init(_ name: String, _ value: Tensor, decays: Bool, squaresParts: Bool = false) {
    self.name = name
    self.value = value
    self.decays = decays
    gradientSquares = squaresParts ? Tensor(value.shape) : nil
  }
}
