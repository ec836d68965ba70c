import CKernels

/// Training's 3×3 convolutions through F(4×4, 3×3): Y = Aᵀ · ((G·g·Gᵀ) ⊙ (Bᵀ·d·B)) · A for each 4×4 tile of the output
/// (Lavin & Gray 2016), a quarter of the multiplications of the patches' product.
///
/// The input's gradient is the convolution of the output's with the kernel turned around; the kernel's is the formula's
/// own adjoint, Gᵀ · (Σ over tiles of (Bᵀ·d·B) ⊙ (A·dY·Aᵀ)) · G.
extension Convolution {
  /// Rows of products: 6·6 numbers a tile.
  private static let points = 36

  /// Whether a forward pass over this input shape goes through Winograd's filtering.
  func usesWinograd(_ input: [Int]) -> Bool {
    kernelHeight == 3 && kernelWidth == 3 && stride == 1 && padding == .same && inputs >= 16 && outputs >= 16
      && input[1] >= 4 && input[2] >= 4
  }

  func winogradForward(_ x: Tensor, kernel: Tensor) -> Tensor {
    let y = Tensor(uninitialized: outputShape(x.shape))
    let packed = packedKernel(kernel)
    let plane = plane(x.shape)
    forTiles(x.shape) { first, count in
      let transformed = Tensor(uninitialized: [Self.points, count, inputs])
      let products = Tensor(uninitialized: [Self.points, count, outputs])
      gaze_winograd_input_3x3(x.pointer, plane, first, count, transformed.pointer)
      let size = packed.count / Self.points
      for point in 0..<Self.points {
        gaze_packed_product(
          transformed.pointer + point * count * inputs, inputs, count, inputs, packed.pointer + point * size, outputs,
          0, gaze_panel_count(outputs), products.pointer + point * count * outputs, outputs, gaze_epilogue())
      }
      gaze_winograd_output_3x3(products.pointer, plane, first, count, outputs, nil, 0, y.pointer, outputs)
    }
    return y
  }

  func winogradInputGradient(kernel: Tensor, dy: Tensor) -> Tensor {
    let turned = Tensor(uninitialized: [3, 3, outputs, inputs])
    let size = inputs * outputs
    ThreadPool.shared.run(9) { tap in
      gaze_transpose(kernel.pointer + tap * size, outputs, inputs, outputs, turned.pointer + (8 - tap) * size, inputs)
    }
    return Convolution(kernel: (3, 3), inputs: outputs, outputs: inputs).winogradForward(dy, kernel: turned)
  }

  func addWinogradKernelGradient(_ x: Tensor, dy: Tensor, to gradient: Tensor) {
    let size = inputs * outputs
    let threads = ThreadPool.shared.threads
    // One sum per thread, added up in thread order: the same bits on every run with the same threads.
    let partial = (0..<threads).map { _ in Tensor([Self.points, size]) }
    let tiles = tileCount(x.shape)
    let (inputPlane, outputPlane) = (plane(x.shape), plane(dy.shape, padded: false))
    ThreadPool.shared.run(threads) { thread in
      let end = tiles * (thread + 1) / threads
      var first = tiles * thread / threads
      while first < end {
        // Long pieces: each one reads and writes all the sums.
        let count = min(192, end - first)
        let input = Tensor(uninitialized: [Self.points, count, inputs])
        let output = Tensor(uninitialized: [Self.points, count, outputs])
        gaze_winograd_input_3x3(x.pointer, inputPlane, first, count, input.pointer)
        gaze_winograd_output_gradient_3x3(dy.pointer, outputPlane, first, count, output.pointer)
        for point in 0..<Self.points {
          gemm(
            inputs, outputs, count, input.pointer + point * count * inputs, inputs, transposeA: true,
            output.pointer + point * count * outputs, outputs, into: partial[thread].pointer + point * size, outputs,
            beta: 1)
        }
        first += count
      }
    }
    forRows(size, grain: 1 << 12) { first, count in
      for part in partial {
        gaze_winograd_kernel_gradient_3x3(part.pointer, size, first, count, gradient.pointer)
      }
    }
  }

  /// The kernel's 36 matrices, each packed for products from the left.
  private func packedKernel(_ kernel: Tensor) -> Tensor {
    let size = inputs * outputs
    let transformed = Tensor(uninitialized: [Self.points, size])
    forRows(size, grain: 1 << 12) { first, count in
      gaze_winograd_kernel_3x3(kernel.pointer, size, first, count, transformed.pointer)
    }
    let packed = Tensor(uninitialized: [Self.points, gaze_packed_count(inputs, outputs)])
    ThreadPool.shared.run(Self.points) { point in
      gaze_pack(
        transformed.pointer + point * size, outputs, inputs, outputs,
        packed.pointer + point * (packed.count / Self.points))
    }
    return packed
  }

  /// Tiles of all the images of a batch.
  private func tileCount(_ input: [Int]) -> Int { input[0] * ((input[1] + 3) / 4) * ((input[2] + 3) / 4) }

  /// Runs `body(first, count)` over all tiles in pieces whose transforms fit into the second-level cache, but of enough
  /// tiles that reading the kernel's matrices is worth it.
  private func forTiles(_ input: [Int], _ body: (_ first: Int, _ count: Int) -> Void) {
    forEvenRows(tileCount(input), atMost: max(96, (1 << 14) / (inputs + outputs)), body)
  }

  private func plane(_ map: [Int], padded: Bool = true) -> gaze_plane {
    gaze_plane(
      height: Int32(map[1]), width: Int32(map[2]), channels: Int32(map[3]), stride: map[3],
      pad_top: padded ? 1 : 0, pad_left: padded ? 1 : 0, output_height: Int32(map[1]), output_width: Int32(map[2]))
  }
}
