import CKernels

/// 2×2 average pooling with stride 2: `[B, H, W, C]` → `[B, H/2, W/2, C]`, H and W even.
public enum AveragePool2x2 {
  /// y `[B, H/2, W/2, C]`.
  public static func forward(_ x: Tensor) -> Tensor {
    let (b, h, w, c) = extents(x.shape)
    let y = Tensor(uninitialized: [b, h / 2, w / 2, c])
    ThreadPool.shared.run(b) { image in
      gaze_average_pool_2x2(
        x.pointer + image * h * w * c, Int32(h), Int32(w), Int32(c), y.pointer + image * h * w * c / 4)
    }
    return y
  }

  /// The input's gradient, `[B, H, W, C]`, of the output's, `[B, H/2, W/2, C]`.
  public static func backward(dy: Tensor) -> Tensor {
    let dx = Tensor(uninitialized: [dy.shape[0], dy.shape[1] * 2, dy.shape[2] * 2, dy.shape[3]])
    let (b, h, w, c) = extents(dx.shape)
    ThreadPool.shared.run(b) { image in
      gaze_average_pool_2x2_backward(
        dy.pointer + image * h * w * c / 4, Int32(h), Int32(w), Int32(c), dx.pointer + image * h * w * c)
    }
    return dx
  }

  private static func extents(_ shape: [Int]) -> (Int, Int, Int, Int) {
    precondition(shape.count == 4 && shape[1] % 2 == 0 && shape[2] % 2 == 0, "2×2 pooling was given \(shape)")
    return (shape[0], shape[1], shape[2], shape[3])
  }
}

/// 3×3 maximum pooling with stride 2 and no padding: `[B, H, W, C]` → `[B, ⌊(H−3)/2⌋+1, ⌊(W−3)/2⌋+1, C]`, H, W ≥ 3.
public enum MaxPool3x3 {
  /// y `[B, ⌊(H−3)/2⌋+1, ⌊(W−3)/2⌋+1, C]`.
  public static func forward(_ x: Tensor) -> Tensor {
    let (b, h, w, c) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    precondition(h >= 3 && w >= 3, "3×3 pooling was given \(x.shape)")
    let y = Tensor(uninitialized: [b, (h - 3) / 2 + 1, (w - 3) / 2 + 1, c])
    let (input, output) = (x.count / b, y.count / b)
    // A piece is one row of the output, made from three of the input.
    let rows = y.shape[1]
    ThreadPool.shared.run(b * rows) { piece in
      let (image, row) = (piece / rows, piece % rows)
      let source = x.pointer + (image * input + 2 * row * w * c)
      gaze_max_pool_3x3(source, 3, w, c, y.pointer + (image * output + row * y.shape[2] * c))
    }
    return y
  }
}

/// The mean of the up to nine pixels around each, padding not counted: `[B, H, W, C]` → `[B, H, W, C]`.
public enum AveragePool3x3 {
  /// y `[B, H, W, C]`.
  public static func forward(_ x: Tensor) -> Tensor {
    let (b, h, w, c) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let y = Tensor(uninitialized: x.shape)
    ThreadPool.shared.run(b) { image in
      let offset = image * h * w * c
      gaze_average_pool_3x3(x.pointer + offset, h, w, c, y.pointer + offset)
    }
    return y
  }
}
