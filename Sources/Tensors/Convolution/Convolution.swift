import CKernels

/// Two-dimensional convolution (cross-correlation, as every framework calls it) on NHWC tensors.
///
/// Shapes: input `[B, H, W, C]`, kernel `[kh, kw, C, O]` (HWIO), output `[B, H′, W′, O]`. Patches of the input are laid
/// out as rows of a matrix and multiplied by the kernel, a piece at a time so that the patches stay in the cache; 3×3
/// kernels of stride 1 go through Winograd's minimal filtering instead (`Convolution+Winograd.swift`).
public struct Convolution: Sendable, Equatable {
  /// Which zeros surround the input.
  public enum Padding: Sendable, Equatable {
    /// H′ = ⌈H / stride⌉, zeros around the input, the odd one at the bottom and right (TensorFlow's rule).
    case same
    /// No zeros: H′ = ⌊(H − kh) / stride⌋ + 1.
    case valid
  }

  /// kh.
  public let kernelHeight: Int
  /// kw.
  public let kernelWidth: Int
  /// C.
  public let inputs: Int
  /// O.
  public let outputs: Int
  /// Pixels from one window to the next, along both axes.
  public let stride: Int
  public let padding: Padding

  /// - Parameters:
  ///   - kernel: kh and kw.
  ///   - inputs: C.
  ///   - outputs: O.
  ///   - stride: of rows and columns alike, at least 1.
  ///   - padding: what lies outside the input.
  public init(kernel: (height: Int, width: Int), inputs: Int, outputs: Int, stride: Int = 1, padding: Padding = .same) {
    kernelHeight = kernel.height
    kernelWidth = kernel.width
    self.inputs = inputs
    self.outputs = outputs
    self.stride = stride
    self.padding = padding
  }

  /// `[kh, kw, C, O]`.
  public var kernelShape: [Int] { [kernelHeight, kernelWidth, inputs, outputs] }

  /// Numbers in one patch: kh·kw·C.
  var depth: Int { kernelHeight * kernelWidth * inputs }

  /// A 1×1 convolution of stride 1 multiplies the input as it lies.
  var isPointwise: Bool { kernelHeight == 1 && kernelWidth == 1 && stride == 1 }

  /// `[B, H′, W′, O]` for an input shape.
  public func outputShape(_ input: [Int]) -> [Int] {
    precondition(input.count == 4 && input[3] == inputs, "a convolution of \(inputs) channels was given \(input)")
    func extent(_ size: Int, _ kernel: Int) -> Int {
      padding == .same ? (size + stride - 1) / stride : (size - kernel) / stride + 1
    }
    return [input[0], extent(input[1], kernelHeight), extent(input[2], kernelWidth), outputs]
  }

  /// The convolution without bias, as training needs it: y `[B, H′, W′, O]`. `PreparedConvolution` is the one for
  /// inference.
  public func forward(_ x: Tensor, kernel: Tensor) -> Tensor {
    usesWinograd(x.shape) ? winogradForward(x, kernel: kernel) : patchForward(x, kernel: kernel)
  }

  /// The same through patches, whatever the sizes.
  func patchForward(_ x: Tensor, kernel: Tensor) -> Tensor {
    let y = Tensor(uninitialized: outputShape(x.shape))
    let rows = y.count / outputs
    forRows(rows, grain: grain(rows: rows)) { first, count in
      withPatches(x, first, count) {
        gemm(count, outputs, depth, $0, depth, kernel.pointer, outputs, into: y.pointer + first * outputs, outputs)
      }
    }
    return y
  }

  /// Accumulates the kernel's gradient; returns the input's, `[B, H, W, C]`, when wanted.
  ///
  /// - Parameters:
  ///   - x: the input, `[B, H, W, C]`.
  ///   - kernel: `[kh, kw, C, O]`.
  ///   - dy: gradient of the output, `[B, H′, W′, O]`.
  ///   - kernelGradient: `[kh, kw, C, O]`; added to.
  ///   - wantsInput: false for the first layer, whose input has no gradient.
  public func backward(
    _ x: Tensor, kernel: Tensor, dy: Tensor, kernelGradient: Tensor, wantsInput: Bool = true
  ) -> Tensor? {
    if usesWinograd(x.shape) {
      addWinogradKernelGradient(x, dy: dy, to: kernelGradient)
      return wantsInput ? winogradInputGradient(kernel: kernel, dy: dy) : nil
    }
    addPatchKernelGradient(x, dy: dy, to: kernelGradient)
    return wantsInput ? patchInputGradient(x.shape, kernel: kernel, dy: dy) : nil
  }

  func addPatchKernelGradient(_ x: Tensor, dy: Tensor, to gradient: Tensor) {
    let rows = dy.count / outputs
    let threads = ThreadPool.shared.threads
    let share = (rows + threads - 1) / threads
    // One sum per thread, added up in thread order: the same bits on every run with the same threads.
    let partial = (0..<threads).map { _ in Tensor(kernelShape) }
    ThreadPool.shared.run(threads) { thread in
      let end = min(rows, (thread + 1) * share)
      var first = thread * share
      // Long pieces: each one reads and writes the whole gradient.
      let step = max(64, (4 << 20) / depth)
      while first < end {
        let count = min(step, end - first)
        withPatches(x, first, count) {
          gemm(
            depth, outputs, count, $0, depth, transposeA: true, dy.pointer + first * outputs, outputs,
            into: partial[thread].pointer, outputs, beta: 1)
        }
        first += count
      }
    }
    let size = gradient.count
    forRows(size, grain: 1 << 15) { first, count in
      for part in partial { gaze_add(part.pointer + first, count, gradient.pointer + first) }
    }
  }

  func patchInputGradient(_ shape: [Int], kernel: Tensor, dy: Tensor) -> Tensor {
    let dx = Tensor(uninitialized: shape)
    let batch = shape[0]
    if batch == 0 { return dx }
    let area = dy.count / outputs / batch
    let imageSize = dx.count / batch
    // Whole images, so that no two threads add to the same one; several when they are small.
    forRows(batch, grain: max(1, min(batch / (2 * ThreadPool.shared.threads), 512 / area))) { first, images in
      let source = dy.pointer + first * area * outputs
      let rows = images * area
      if isPointwise {
        gemm(
          rows, depth, outputs, source, outputs, kernel.pointer, outputs, transposeB: true,
          into: dx.pointer + first * imageSize, depth)
        return
      }
      (dx.pointer + first * imageSize).update(repeating: 0, count: images * imageSize)
      let step = min(rows, max(64, (1 << 20) / depth))
      let patches = Tensor(uninitialized: [step, depth])
      var row = 0
      while row < rows {
        let count = min(step, rows - row)
        gemm(
          count, depth, outputs, source + row * outputs, outputs, kernel.pointer, outputs, transposeB: true,
          into: patches.pointer, depth)
        gaze_add_patches(patches.pointer, window(shape), first * area + row, count, dx.pointer)
        row += count
      }
    }
    return dx
  }

  /// Gives `body` rows [first, first + count) of the patch matrix `[B·H′·W′, kh·kw·C]`.
  private func withPatches(_ x: Tensor, _ first: Int, _ count: Int, _ body: (UnsafePointer<Float>) -> Void) {
    if isPointwise { return body(x.pointer + first * depth) }
    let patches = Tensor(uninitialized: [count, depth])
    gaze_patches(x.pointer, window(x.shape), first, count, patches.pointer)
    body(patches.pointer)
  }

  /// Rows of the patch matrix to take at a time; a function of the sizes alone.
  private func grain(rows: Int) -> Int {
    let cached = max(64, (1 << 20) / depth)
    return max(16, min(cached, roundUp((rows + 3) / 4, to: 16)))
  }

  func window(_ input: [Int]) -> gaze_window {
    let output = outputShape(input)
    func before(_ size: Int, _ out: Int, _ kernel: Int) -> Int {
      padding == .same ? max(0, (out - 1) * stride + kernel - size) / 2 : 0
    }
    return gaze_window(
      height: Int32(input[1]), width: Int32(input[2]), channels: Int32(inputs),
      kernel_height: Int32(kernelHeight), kernel_width: Int32(kernelWidth),
      stride_height: Int32(stride), stride_width: Int32(stride),
      pad_top: Int32(before(input[1], output[1], kernelHeight)),
      pad_left: Int32(before(input[2], output[2], kernelWidth)),
      output_height: Int32(output[1]), output_width: Int32(output[2]))
  }
}
