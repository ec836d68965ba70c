import CKernels

/// tanh of every number.
public func hyperbolicTangent(_ x: Tensor) -> Tensor {
  let y = x.copy()
  gaze_tanh(y.pointer, y.count)
  return y
}

/// The mean region of each image: `[B, N, D]` → `[B, D]`.
public func meanOfRegions(_ regions: Tensor) -> Tensor {
  let (batch, n, d) = (regions.shape[0], regions.shape[1], regions.shape[2])
  let y = Tensor([batch, d])
  for image in 0..<batch {
    let target = y.pointer + image * d
    gaze_add_channel_sums(regions.pointer + image * n * d, d, n, d, target)
    for c in 0..<d { target[c] /= Float(n) }
  }
  return y
}

/// The reverse of `meanOfRegions`: adds each row of `dMean`, `[B, D]`, divided by N, to the N regions of its image in
/// `dRegions`, `[B, N, D]`.
public func addMeanOfRegionsGradient(_ dMean: Tensor, to dRegions: Tensor) {
  let (batch, n, d) = (dRegions.shape[0], dRegions.shape[1], dRegions.shape[2])
  precondition(dMean.shape == [batch, d], "\(dMean.shape) is no mean of the regions \(dRegions.shape)")
  for image in 0..<batch {
    let source = dMean.pointer + image * d
    for region in 0..<n {
      let target = dRegions.pointer + (image * n + region) * d
      for c in 0..<d { target[c] += source[c] / Float(n) }
    }
  }
}

/// factor · x.
public func scaled(_ x: Tensor, by factor: Float) -> Tensor {
  let channels = x.shape.last ?? 1
  let y = Tensor(uninitialized: x.shape)
  let (scale, zeros) = (Tensor([channels], repeating: factor), Tensor([channels]))
  gaze_scale_shift(x.pointer, scale.pointer, zeros.pointer, nil, 0, x.count / channels, channels, y.pointer)
  return y
}

/// x + y, elementwise.
public func sum(_ x: Tensor, _ y: Tensor) -> Tensor {
  precondition(x.count == y.count, "\(x.shape) and \(y.shape) cannot be added")
  let result = Tensor(uninitialized: x.shape)
  forRows(x.count, grain: 1 << 15) { first, count in
    (result.pointer + first).update(from: x.pointer + first, count: count)
    gaze_add(y.pointer + first, count, result.pointer + first)
  }
  return result
}

/// Moves every number of `average` towards that of `x` by the share `rate` of what lies between them.
public func movingAverage(of x: Tensor, into average: Tensor, rate: Float) {
  precondition(x.count == average.count, "\(average.shape) is no average of \(x.shape)")
  forRows(x.count, grain: 1 << 15) { first, count in
    gaze_moving_average(x.pointer + first, count, rate, average.pointer + first)
  }
}

/// `[M, N]` → `[N, M]`, a block at a time.
public func transposed(_ x: Tensor) -> Tensor {
  let (m, n) = (x.shape[0], x.shape[1])
  let y = Tensor(uninitialized: [n, m])
  gaze_transpose(x.pointer, n, m, n, y.pointer, m)
  return y
}

/// In-place softmax of each row of `[R, N]`.
public func softmaxRows(_ x: Tensor) { gaze_softmax_rows(x.pointer, x.shape[0], x.shape[1]) }
