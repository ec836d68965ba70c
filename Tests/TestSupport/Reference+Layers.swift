import Foundation

extension Reference {
  /// Softmax of one row.
  public static func softmax(_ row: [Double]) -> [Double] {
    let top = row.max()!
    let powers = row.map { exp($0 - top) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }

  /// One row's softmax cross-entropy: −Σ of the target distribution · ln p, where the target's word has 1 − smoothing of
  /// it and every word an even share of smoothing.
  public static func crossEntropy(_ logits: [Double], target: Int, smoothing: Double) -> Double {
    let logs = softmax(logits).map { log($0) }
    return -(1 - smoothing) * logs[target] - smoothing * logs.reduce(0, +) / Double(logits.count)
  }

  /// One row's layer normalisation: gamma · (x − mean) / √(variance + epsilon) + beta.
  public static func layerNormalization(
    _ x: [Double], gamma: [Double], beta: [Double], epsilon: Double
  ) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    return x.indices.map { gamma[$0] * (x[$0] - mean) / (variance + epsilon).squareRoot() + beta[$0] }
  }

  /// One row's step of a GRU of width D, from the products x·W + b₀ and h·U + b₁, 3D numbers each (`GRU`).
  public static func gruStep(input x: [Double], recurrent u: [Double], state h: [Double]) -> [Double] {
    let d = h.count
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    return (0..<d).map { i in
      let (z, r) = (sigmoid(x[i] + u[i]), sigmoid(x[d + i] + u[d + i]))
      return z * h[i] + (1 - z) * tanh(x[2 * d + i] + r * u[2 * d + i])
    }
  }

  /// Inverted dropout by the counter's hash: splitmix64's finaliser over seed + index × 0x9E3779B97F4A7C15, whose upper
  /// half is below rate × 2³² where the number is left out.
  public static func dropout(_ x: [Double], rate: Double, seed: UInt64, first: UInt64) -> [Double] {
    x.indices.map { index in
      var hash = seed &+ (first &+ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15
      hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
      hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
      hash ^= hash >> 31
      return UInt32(hash >> 32) < UInt32(rate * 4_294_967_296) ? 0 : x[index] / (1 - rate)
    }
  }

  /// One number's step of Adam as Keras takes it, with decoupled weight decay.
  public struct Adam {
    public var weight: Double
    public var firstMoment: Double
    public var secondMoment: Double
    public init(weight: Double, firstMoment: Double = 0, secondMoment: Double = 0) {
      (self.weight, self.firstMoment, self.secondMoment) = (weight, firstMoment, secondMoment)
    }

    /// - Parameters:
    ///   - square: what the second moment is fed; the gradient's square but for tables (`Parameter.gradientSquares`).
    ///   - alpha: learning rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ).
    ///   - decay: learning rate · weight decay.
    public mutating func step(
      gradient: Double, square: Double, alpha: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double
    ) {
      firstMoment = beta1 * firstMoment + (1 - beta1) * gradient
      secondMoment = beta2 * secondMoment + (1 - beta2) * square
      weight -= decay * weight + alpha * firstMoment / (secondMoment.squareRoot() + epsilon)
    }
  }
}
