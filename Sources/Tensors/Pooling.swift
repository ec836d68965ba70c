import CKernels

/// 2×2 average pooling with stride 2: `[B, H, W, C]` → `[B, H/2, W/2, C]`, H and W even.
public enum AveragePool2x2 {
  public static func forward(_ x: Tensor) -> Tensor {
    let (b, h, w, c) = extents(x.shape)
    let y = Tensor(uninitialized: [b, h / 2, w / 2, c])
    ThreadPool.shared.run(b) { image in
      gaze_average_pool_2x2(
        x.pointer + image * h * w * c, Int32(h), Int32(w), Int32(c), y.pointer + image * h * w * c / 4)
    }
    return y
  }

  /// - Parameter dy: `[B, H/2, W/2, C]`. Returns `[B, H, W, C]`.
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
