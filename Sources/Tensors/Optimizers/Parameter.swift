/// Numbers that are trained, with their gradient and the optimiser's two moments.
public final class Parameter: @unchecked Sendable {
  // @unchecked: like `Tensor`, written by one owner at a time.
  public let name: String
  public let value: Tensor
  // Made when first asked for: a network that only runs keeps just its values.
  private(set) lazy var gradientStorage = Tensor(value.shape)
  private var gradientState = GradientState.kept
  public private(set) lazy var firstMoment = Tensor(value.shape)
  public private(set) lazy var secondMoment = Tensor(value.shape)
  /// Whether weight decay applies: to kernels, not to biases and normalisation scales.
  public let decays: Bool
  /// Σ of the squares of the gradient's parts, for a table whose rows are looked up several times in a batch. Keras
  /// feeds Adam's second moment with the square of each part, not of their sum; nil does it the textbook way.
  public let gradientSquares: Tensor?

  /// Of a table whose rows are looked up: the rows whose gradient may be other than zero. Most of a vocabulary is not in
  /// a batch, and need be neither read nor cleared.
  var touchedRows: [Bool]?

  /// What is in the gradient's memory between a step and the next pass back.
  private enum GradientState {
    /// The gradient.
    case kept
    /// The gradient, written at one go: the next one need not find zeros.
    case overwritten
    /// What the last step left; the gradient is zero.
    case stale
  }

  /// - Parameters:
  ///   - isTable: whether the gradient is added to row by row, each announced by `touch`.
  ///   - squaresParts: whether to keep `gradientSquares`.
  public init(_ name: String, _ value: Tensor, decays: Bool, isTable: Bool = false, squaresParts: Bool = false) {
    self.name = name
    self.value = value
    self.decays = decays
    touchedRows = isTable ? [Bool](repeating: false, count: value.shape[0]) : nil
    gradientSquares = squaresParts ? Tensor(value.shape) : nil
  }

  /// Announces that the gradient of a table's row is about to be added to.
  public func touch(row: Int) { touchedRows?[row] = true }

  /// What passes back have added since the last step.
  public var gradient: Tensor {
    if gradientState == .stale {
      gradientStorage.fill(0)
      gradientState = .kept
    }
    return gradientStorage
  }

  /// The gradient for a product that gives all of it: `adds` says whether to add to what is there or to overwrite it,
  /// which saves clearing and reading it.
  public func gradientToWrite() -> (tensor: Tensor, adds: Bool) {
    let adds = gradientState != .stale
    gradientState = .overwritten
    return (gradientStorage, adds)
  }

  /// Makes what a step needs, before threads share it, and zeros of a gradient that nobody has written since the last.
  func prepareStep() { _ = (gradient, firstMoment, secondMoment) }

  /// Leaves the gradient as it is where whoever writes next overwrites it; says whether it did.
  func postponeClearing() -> Bool {
    guard gradientState == .overwritten else { return false }
    gradientState = .stale
    return true
  }
}
