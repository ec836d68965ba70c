import CKernels

#if canImport(Glibc)
  import Glibc
#endif

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
      let decay = parameter.decays ? learningRate * weightDecay : 0
      parameter.prepareStep()
      let mustClear = !parameter.postponeClearing()
      func update(_ range: Range<Int>, hasGradient: Bool) {
        let (start, count) = (range.lowerBound, range.count)
        let gradient = parameter.gradientStorage.pointer + start
        let squares = parameter.gradientSquares.map { $0.pointer + start }
        gaze_adam(
          parameter.value.pointer + start, hasGradient ? gradient : nil, hasGradient ? squares : nil,
          parameter.firstMoment.pointer + start, parameter.secondMoment.pointer + start, count, gradientScale,
          Float(alpha), beta1, beta2, epsilon, decay)
        guard hasGradient else { return }
        if mustClear { gradient.update(repeating: 0, count: count) }
        squares?.update(repeating: 0, count: count)
      }
      if let rows = parameter.touchedRows {
        let width = parameter.value.count / rows.count
        forRows(rows.count, grain: max(1, (1 << 15) / width)) { first, count in
          for run in rows[first..<first + count].equalRuns {
            update(run.lowerBound * width..<run.upperBound * width, hasGradient: rows[run.lowerBound])
          }
        }
        parameter.touchedRows = [Bool](repeating: false, count: rows.count)
      } else {
        forRows(parameter.value.count, grain: 1 << 15) { update($0..<$0 + $1, hasGradient: true) }
      }
    }
  }
}

extension ArraySlice<Bool> {
  /// The ranges, in order, in which neighbours are equal.
  fileprivate var equalRuns: [Range<Int>] {
    var runs: [Range<Int>] = []
    var first = startIndex
    for index in indices where index == endIndex - 1 || self[index] != self[index + 1] {
      runs.append(first..<index + 1)
      first = index + 1
    }
    return runs
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
