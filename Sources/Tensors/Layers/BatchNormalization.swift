import CKernels

/// Batch normalisation over everything but the channels, with the residual sum and ReLU that follow it.
///
/// y = relu?(gamma · (x − mean) / √(variance + ε) + beta + residual?), `x` and `y` `[…, C]`, the rest `[C]`.
/// Ioffe & Szegedy 2015; the running averages as Keras keeps them: average ← momentum · average + (1 − momentum) · batch.
public enum BatchNormalization {
  /// Keras' and InceptionResNetV2's.
  public static let epsilon: Float = 0.001

  /// What the forward pass leaves for the backward one.
  public struct Tape {
    let x: Tensor
    let y: Tensor
    let mean: Tensor
    let inverseDeviation: Tensor
    let relu: Bool
    /// Of the whole batch.
    let rows: Double
    let sums: SumOverParts?
  }

  /// Normalises by the batch's own mean and variance and moves the running averages, `[C]`, towards them.
  /// - Parameter sums: where `x` is a part of the batch, which may be empty.
  public static func forward(
    _ x: Tensor, gamma: Tensor, beta: Tensor, residual: Tensor? = nil, relu: Bool,
    runningMean: Tensor, runningVariance: Tensor, momentum: Float, sums: SumOverParts? = nil
  ) -> (y: Tensor, tape: Tape) {
    let channels = gamma.count
    let rows = x.count / channels
    let (mean, variance, allRows) = moments(x, around: runningMean, sums)
    let scale = Tensor(uninitialized: [channels])
    let shift = Tensor(uninitialized: [channels])
    let inverse = Tensor(uninitialized: [channels])
    for c in 0..<channels {
      inverse.pointer[c] = 1 / (variance.pointer[c] + epsilon).squareRoot()
      scale.pointer[c] = gamma.pointer[c] * inverse.pointer[c]
      shift.pointer[c] = beta.pointer[c] - mean.pointer[c] * scale.pointer[c]
    }
    let y = Tensor(uninitialized: x.shape)
    forRows(rows, grain: rowGrain(channels)) { first, count in
      let offset = first * channels
      gaze_scale_shift(
        x.pointer + offset, scale.pointer, shift.pointer, residual.map { UnsafePointer($0.pointer + offset) },
        relu ? 1 : 0, count, channels, y.pointer + offset)
    }
    gaze_moving_average(mean.pointer, channels, 1 - momentum, runningMean.pointer)
    gaze_moving_average(variance.pointer, channels, 1 - momentum, runningVariance.pointer)
    return (y, Tape(x: x, y: y, mean: mean, inverseDeviation: inverse, relu: relu, rows: allRows, sums: sums))
  }

  /// Accumulates the gradients of gamma and beta, `[C]`, what this part of the batch brings to them; returns those of the
  /// input and of the residual where there was one, of dy's shape. Without ReLU the residual's is `dy` itself.
  public static func backward(
    _ tape: Tape, gamma: Tensor, dy: Tensor, gammaGradient: Tensor, betaGradient: Tensor
  ) -> (dx: Tensor, dResidual: Tensor) {
    let channels = gamma.count
    let rows = dy.count / channels
    let dz = tape.relu ? Tensor(uninitialized: dy.shape) : dy
    let (sumsDy, sumsDyX) = channelSums(rows, channels) { first, count, sumDy, sumDyX in
      let offset = first * channels
      if tape.relu {
        gaze_relu_backward(tape.y.pointer + offset, dy.pointer + offset, count * channels, dz.pointer + offset)
      }
      gaze_batch_norm_sums(
        dz.pointer + offset, tape.x.pointer + offset, tape.mean.pointer, tape.inverseDeviation.pointer,
        count, channels, sumDy, sumDyX)
    }
    let all = tape.sums.map { $0(sumsDy + sumsDyX) } ?? sumsDy + sumsDyX
    let dx = Tensor(uninitialized: dy.shape)
    let a = Tensor(uninitialized: [channels])
    let b = Tensor(uninitialized: [channels])
    let c = Tensor(uninitialized: [channels])
    for channel in 0..<channels {
      gammaGradient.pointer[channel] += Float(sumsDyX[channel])
      betaGradient.pointer[channel] += Float(sumsDy[channel])
      let (sumDy, sumDyX) = (all[channel], all[channels + channel])
      // dx = γ/σ · (dz − mean(dz) − x̂ · mean(dz·x̂)), written as a·dz + b·x + c.
      let inverse = Double(tape.inverseDeviation.pointer[channel])
      let scale = Double(gamma.pointer[channel]) * inverse
      let slope = -scale * inverse * sumDyX / tape.rows
      a.pointer[channel] = Float(scale)
      b.pointer[channel] = Float(slope)
      c.pointer[channel] = Float(-scale * sumDy / tape.rows - slope * Double(tape.mean.pointer[channel]))
    }
    forRows(rows, grain: rowGrain(channels)) { first, count in
      let offset = first * channels
      gaze_batch_norm_apply(
        dz.pointer + offset, tape.x.pointer + offset, a.pointer, b.pointer, c.pointer, count, channels,
        dx.pointer + offset)
    }
    return (dx, dz)
  }

  /// The convolution kernel and bias that do what `kernel` followed by this normalisation does at inference.
  ///
  /// - Parameters:
  ///   - kernel: `[kh, kw, C, O]`.
  ///   - gamma: `[O]`, or nil where the layer has no scale.
  ///   - beta: `[O]`.
  ///   - mean: running mean, `[O]`.
  ///   - variance: running variance, `[O]`.
  public static func folded(
    kernel: Tensor, gamma: Tensor?, beta: Tensor, mean: Tensor, variance: Tensor
  ) -> (kernel: Tensor, bias: Tensor) {
    let outputs = beta.count
    let result = kernel.copy()
    let bias = Tensor(uninitialized: [outputs])
    var scale = [Float](repeating: 0, count: outputs)
    for o in 0..<outputs {
      scale[o] = (gamma?.pointer[o] ?? 1) / (variance.pointer[o] + epsilon).squareRoot()
      bias.pointer[o] = beta.pointer[o] - mean.pointer[o] * scale[o]
    }
    let zeros = Tensor([outputs])
    let rows = kernel.count / outputs
    gaze_scale_shift(kernel.pointer, scale, zeros.pointer, nil, 0, rows, outputs, result.pointer)
    return (result, bias)
  }

  /// Mean and (biased) variance of each channel of the whole batch, and its rows; summed around `center` so that a large
  /// mean loses no digits.
  private static func moments(
    _ x: Tensor, around center: Tensor, _ sumOverParts: SumOverParts?
  ) -> (mean: Tensor, variance: Tensor, rows: Double) {
    let channels = center.count
    let own = x.count / channels
    let (ownSums, ownSquares) = channelSums(own, channels) { first, count, sum, squares in
      gaze_channel_moments(x.pointer + first * channels, center.pointer, count, channels, sum, squares)
    }
    let ofPart = ownSums + ownSquares + [Double(own)]
    let all = sumOverParts?(ofPart) ?? ofPart
    let (sums, squares, rows) = (all[..<channels], all[channels...], all[2 * channels])
    let mean = Tensor(uninitialized: [channels])
    let variance = Tensor(uninitialized: [channels])
    for c in 0..<channels {
      let shifted = sums[c] / rows
      mean.pointer[c] = Float(Double(center.pointer[c]) + shifted)
      variance.pointer[c] = Float(max(0, squares[channels + c] / rows - shifted * shifted))
    }
    return (mean, variance, rows)
  }

  /// Two sums over the rows for each channel. Pieces of fixed size are added in order: the same bits on any threads.
  ///
  /// - Parameter body: writes both sums of `count` rows from `first`, one number a channel.
  private static func channelSums(
    _ rows: Int, _ channels: Int,
    _ body: (_ first: Int, _ count: Int, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) -> ([Double], [Double]) {
    let grain = rowGrain(channels)
    let pieces = max(1, (rows + grain - 1) / grain)
    var parts = [Double](repeating: 0, count: pieces * 2 * channels)
    parts.withUnsafeMutableBufferPointer { parts in
      let base = parts.baseAddress!
      forRows(rows, grain: grain) { first, count in
        let target = base + first / grain * 2 * channels
        body(first, count, target, target + channels)
      }
    }
    var sums = [Double](repeating: 0, count: 2 * channels)
    for piece in 0..<pieces {
      for i in 0..<2 * channels { sums[i] += parts[piece * 2 * channels + i] }
    }
    return (Array(sums[..<channels]), Array(sums[channels...]))
  }

  /// Rows a thread takes at a time: about 256 KiB.
  private static func rowGrain(_ channels: Int) -> Int { max(32, (1 << 16) / channels) }
}
