import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// Numbers that are trained, with their gradient and the optimiser's two moments.
public final class Parameter: @unchecked Sendable {
  // @unchecked: like `Tensor`, written by one owner at a time.
  public let name: String
  public let value: Tensor
  // Made when first asked for: a network that only runs keeps just its values.
  private lazy var gradientStorage = Tensor(value.shape)
  private var gradientState = GradientState.kept
  public private(set) lazy var firstMoment = Tensor(value.shape)
  public private(set) lazy var secondMoment = Tensor(value.shape)
  /// Whether weight decay applies: to kernels, not to biases and normalisation scales.
  public let decays: Bool
  /// Σ of the squares of the gradient's parts, for a table whose rows are looked up several times in a batch. Keras
  /// feeds Adam's second moment with the square of each part, not of their sum; nil does it the textbook way.
  public let gradientSquares: Tensor?

  /// What is in the gradient's memory between a step and the next pass back.
  private enum GradientState {
    /// The gradient.
    case kept
    /// The gradient, written at one go: the next one need not find zeros.
    case overwritten
    /// What the last step left; the gradient is zero.
    case stale
  }

  public init(_ name: String, _ value: Tensor, decays: Bool, squaresParts: Bool = false) {
    self.name = name
    self.value = value
    self.decays = decays
    gradientSquares = squaresParts ? Tensor(value.shape) : nil
  }

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

  /// Whether clearing can wait: whoever writes next overwrites.
  fileprivate func clearsByItself() -> Bool {
    guard gradientState == .overwritten else { return false }
    gradientState = .stale
    return true
  }
}

/// Adam (Kingma & Ba 2015) as Keras computes it, with decoupled weight decay (Loshchilov & Hutter 2019).
public struct Adam: Sendable, Equatable {
  public var beta1: Float = 0.9
  public var beta2: Float = 0.999
  public var epsilon: Float = 1e-7
  public var weightDecay: Float = 0
  /// Steps taken so far.
  public var step = 0

  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-7, weightDecay: Float = 0) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Opens the next step; call once before `update`.
  public mutating func advance() { step += 1 }

  /// Moves every parameter against its gradient, multiplied by `gradientScale`, and clears the gradients.
  public func update(_ parameters: [Parameter], learningRate: Float, gradientScale: Float = 1) {
    let alpha =
      Double(learningRate) * (1 - pow(Double(beta2), Double(step))).squareRoot()
      / (1 - pow(Double(beta1), Double(step)))
    for parameter in parameters {
      let (gradient, first, second) = (parameter.gradient, parameter.firstMoment, parameter.secondMoment)
      let decay = parameter.decays ? learningRate * weightDecay : 0
      let mustClear = !parameter.clearsByItself()
      forRows(parameter.value.count, grain: 1 << 15) { start, count in
        gaze_adam(
          parameter.value.pointer + start, gradient.pointer + start,
          parameter.gradientSquares.map { UnsafePointer($0.pointer + start) }, first.pointer + start,
          second.pointer + start, count, gradientScale, Float(alpha), beta1, beta2, epsilon, decay)
        if mustClear { (gradient.pointer + start).update(repeating: 0, count: count) }
        if let squares = parameter.gradientSquares { (squares.pointer + start).update(repeating: 0, count: count) }
      }
    }
  }
}

/// √Σ g² over all gradients: what clipping compares with.
public func gradientNorm(_ parameters: [Parameter]) -> Float {
  // Pieces of fixed size whose sums are added in order: the same bits on any number of threads.
  let grain = 1 << 18
  let sum = parameters.reduce(0.0) { total, parameter in
    let gradient = parameter.gradient
    var sums = [Double](repeating: 0, count: (gradient.count + grain - 1) / grain)
    sums.withUnsafeMutableBufferPointer { sums in
      let base = sums.baseAddress!
      forRows(gradient.count, grain: grain) { first, count in
        base[first / grain] = gaze_sum_of_squares(gradient.pointer + first, count)
      }
    }
    return sums.reduce(total, +)
  }
  return Float(sum.squareRoot())
}
