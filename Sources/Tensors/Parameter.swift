/// Numbers that are trained, with their gradient and the optimiser's two moments.
public final class Parameter: @unchecked Sendable {
  // @unchecked: like `Tensor`, used by one owner at a time: `value` and the moments may be written by who reads them.
  public let name: String
  // Made when first asked for: a network that only runs keeps just its values.
  private(set) lazy var gradientStorage = Tensor(shape)
  private var gradientState = GradientState.kept
  // What is in memory, where rows of a table may owe steps.
  let storedValue: Tensor
  private(set) lazy var storedFirstMoment = Tensor(shape)
  private(set) lazy var storedSecondMoment = Tensor(shape)
  /// Whether weight decay applies: to kernels, not to biases and normalisation scales.
  public let decays: Bool
  /// Σ of the squares of the gradient's parts, for a table whose rows are looked up several times in a batch. Keras
  /// feeds Adam's second moment with the square of each part, not of their sum; nil does it the textbook way.
  public let gradientSquares: Tensor?

  /// Of a table whose rows are looked up.
  var rows: TableRows?

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
    storedValue = value
    self.decays = decays
    rows = isTable ? TableRows(count: value.shape[0]) : nil
    gradientSquares = squaresParts ? Tensor(value.shape) : nil
  }

  /// Sizes of `value`, of the gradient and of the moments, which need not be up to date for that.
  public var shape: [Int] { storedValue.shape }

  /// The numbers, up to date until the next step.
  public var value: Tensor { settled(storedValue) }

  /// Adam's running means of the gradient and of its square, up to date until the next step.
  public var firstMoment: Tensor { settled(storedFirstMoment) }
  public var secondMoment: Tensor { settled(storedSecondMoment) }

  private func settled(_ tensor: Tensor) -> Tensor {
    if rows != nil { settle(0..<shape[0]) }
    return tensor
  }

  /// Announces that the gradient of a table's row is about to be added to.
  public func touch(row: Int) { rows?.touch(row) }

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
  func prepareStep() { _ = (gradient, storedFirstMoment, storedSecondMoment) }

  /// Makes zeros of part of the gradient and its squares.
  func clearGradient(_ range: Range<Int>) {
    (gradientStorage.pointer + range.lowerBound).update(repeating: 0, count: range.count)
    gradientSquares.map { ($0.pointer + range.lowerBound).update(repeating: 0, count: range.count) }
  }

  /// Leaves the gradient as it is where whoever writes next overwrites it; says whether it did.
  func postponeClearing() -> Bool {
    guard gradientState == .overwritten else { return false }
    gradientState = .stale
    return true
  }
}
