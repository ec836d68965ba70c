import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// Adam (Kingma & Ba 2015) as Keras computes it, with decoupled weight decay (Loshchilov & Hutter 2019).
public struct Adam: Sendable, Equatable {
  /// Share of the first moment that each step keeps, in [0, 1).
  public var beta1: Float = 0.9
  /// Share of the second moment that each step keeps, in [0, 1).
  public var beta2: Float = 0.999
  /// Added to the root of the second moment; above 0.
  public var epsilon: Float = 1e-7
  /// What a step takes off each number that decays, as a share and times the learning rate.
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
      let decay = parameter.decays ? learningRate * weightDecay : 0
      // Made here, before threads share them.
      let (value, gradient, squares) = (parameter.value, parameter.gradient, parameter.gradientSquares)
      let (firstMoment, secondMoment) = (parameter.firstMoment, parameter.secondMoment)
      forRows(value.count, grain: 1 << 15) { first, count in
        let (ownGradient, ownSquares) = (gradient.pointer + first, squares.map { $0.pointer + first })
        gaze_adam(
          value.pointer + first, ownGradient, ownSquares, firstMoment.pointer + first, secondMoment.pointer + first,
          count, gradientScale, Float(alpha), beta1, beta2, epsilon, decay)
        ownGradient.update(repeating: 0, count: count)
        ownSquares?.update(repeating: 0, count: count)
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
