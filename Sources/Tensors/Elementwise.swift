import CKernels

/// tanh of every number.
public func hyperbolicTangent(_ x: Tensor) -> Tensor {
  let y = x.copy()
  gaze_tanh(y.pointer, y.count)
  return y
}

/// The mean cell of each image: `[B, N, D]` → `[B, D]`.
public func meanOfCells(_ cells: Tensor) -> Tensor {
  let (batch, n, d) = (cells.shape[0], cells.shape[1], cells.shape[2])
  let y = Tensor([batch, d])
  for image in 0..<batch {
    let target = y.pointer + image * d
    gaze_add_channel_sums(cells.pointer + image * n * d, d, n, d, target)
    for c in 0..<d { target[c] /= Float(n) }
  }
  return y
}

/// factor · x.
public func scaled(_ x: Tensor, by factor: Float) -> Tensor {
  let channels = x.shape.last ?? 1
  let y = Tensor(uninitialized: x.shape)
  let (scale, zeros) = (Tensor([channels], repeating: factor), Tensor([channels]))
  gaze_scale_shift(x.pointer, scale.pointer, zeros.pointer, nil, 0, x.count / channels, channels, y.pointer)
  return y
}
