import CKernels

/// A convolution with a bias, made ready for inference at one input size: kernel transformed and packed once.
///
/// 1×1 kernels multiply the input as it lies; 3×3 and 1×7/7×1 kernels of stride 1 go through Winograd's minimal
/// filtering where the map is large enough; everything else through patches. Results do not depend on the threads.
public struct PreparedConvolution: Sendable {
  /// How the convolution is computed.
  public enum Method: Sendable, Equatable {
    /// One product of the input as it lies: 1×1 kernels.
    case product
    /// One product of the input's patches, laid out as rows.
    case patches
    /// F(4×4, 3×3).
    case winograd3x3
    /// F(m, 7) along the height (axis 0) or the width (axis 1).
    case winogradLine(axis: Int, outputs: Int)
  }

  /// Its sizes.
  public let convolution: Convolution
  /// How it is computed.
  public let method: Method
  private let matrices: [PackedMatrix]
  private let bias: Tensor
  private let filter: MinimalFilter?

  /// - Parameters:
  ///   - convolution: the sizes.
  ///   - kernel: `[kh, kw, C, O]`.
  ///   - bias: `[O]`.
  ///   - inputSize: rows and columns the layer will see; decides the method only.
  ///   - method: overrides the choice, for tests.
  public init(
    _ convolution: Convolution, kernel: Tensor, bias: Tensor, inputSize: (height: Int, width: Int),
    method: Method? = nil
  ) {
    self.convolution = convolution
    self.bias = bias
    self.method = method ?? Self.method(convolution, inputSize)
    let (c, o) = (convolution.inputs, convolution.outputs)
    switch self.method {
    case .product, .patches:
      filter = nil
      matrices = [PackedMatrix(kernel.pointer, depth: convolution.depth, columns: o)]
    case .winograd3x3:
      filter = nil
      let transformed = Tensor(uninitialized: [36, c, o])
      gaze_winograd_kernel_3x3(kernel.pointer, c * o, 0, c * o, transformed.pointer)
      matrices = (0..<36).map { PackedMatrix(transformed.pointer + $0 * c * o, depth: c, columns: o) }
    case .winogradLine(_, let outputs):
      let filter = MinimalFilter(outputs: outputs, taps: 7)
      self.filter = filter
      let transformed = filter.transformedKernel(kernel, inputs: c, outputs: o)
      matrices = (0..<filter.points).map { PackedMatrix(transformed.pointer + $0 * c * o, depth: c, columns: o) }
    }
  }

  private static func method(_ layer: Convolution, _ size: (height: Int, width: Int)) -> Method {
    if layer.isPointwise { return .product }
    guard layer.stride == 1, layer.inputs >= 16, layer.outputs >= 16 else { return .patches }
    let output = layer.outputShape([1, size.height, size.width, layer.inputs])
    // F(6, 7) rather than F(4, 7): three tiles cover a line of 17, with 36 products instead of 50, and rounding grows
    // little (InceptionResNetV2's features are off by 2.7e-6 of their largest instead of 2.5e-6).
    switch (layer.kernelHeight, layer.kernelWidth) {
    // Few tiles use each of the 36 matrices too seldom to pay for reading them.
    case (3, 3): return (output[1] + 3) / 4 * ((output[2] + 3) / 4) >= 36 ? .winograd3x3 : .patches
    case (1, 7): return output[1] * ((output[2] + 3) / 4) >= 36 ? .winogradLine(axis: 1, outputs: 6) : .patches
    case (7, 1): return output[2] * ((output[1] + 3) / 4) >= 36 ? .winogradLine(axis: 0, outputs: 6) : .patches
    default: return .patches
    }
  }

  /// relu?(convolution + bias + residual?) of x `[B, H, W, C]` as a new feature map, `[B, H′, W′, O]`.
  public func callAsFunction(_ x: Tensor, residual: Tensor? = nil, relu: Bool) -> Tensor {
    self(x, residual: residual, activation: relu ? .relu : .none)
  }

  /// The same with another activation; ReLU6 not of what goes through Winograd's filtering.
  public func callAsFunction(_ x: Tensor, residual: Tensor? = nil, activation: Activation) -> Tensor {
    let y = Tensor(uninitialized: convolution.outputShape(x.shape))
    self(x, residual: residual, activation: activation, into: ChannelSlice(y))
    return y
  }

  /// The same into some channels of `[B, H′, W′, …]`. `residual` has the output's own channels only.
  public func callAsFunction(_ x: Tensor, residual: Tensor? = nil, relu: Bool, into y: ChannelSlice) {
    self(x, residual: residual, activation: relu ? .relu : .none, into: y)
  }

  private func callAsFunction(_ x: Tensor, residual: Tensor?, activation: Activation, into y: ChannelSlice) {
    let output = convolution.outputShape(x.shape)
    precondition(y.channels.count == output[3] && Array(y.tensor.shape.prefix(3)) == Array(output.prefix(3)))
    let epilogue = Epilogue(
      bias: bias.pointer, residual: residual.map { UnsafePointer($0.pointer) }, residualStride: output[3],
      activation: activation)
    switch method {
    case .product:
      matrices[0].parallelProduct(
        x.pointer, convolution.inputs, rows: x.count / convolution.inputs, into: y.pointer, y.stride, epilogue)
    case .patches: throughPatches(x, output, epilogue, into: y)
    case .winograd3x3, .winogradLine:
      precondition(activation != .relu6, "Winograd's output transform knows ReLU alone")
      throughWinograd(x, output, epilogue, into: y)
      if let residual { addResidual(residual, relu: activation == .relu, to: y) }
    }
  }

  private func throughPatches(_ x: Tensor, _ output: [Int], _ epilogue: Epilogue, into y: ChannelSlice) {
    let depth = convolution.depth
    let rows = output[0] * output[1] * output[2]
    if rows < 100 * ThreadPool.shared.threads { return throughSharedPatches(x, rows, epilogue, into: y) }
    forEvenRows(rows, atMost: max(84, (1 << 18) / depth)) { first, count in
      let patches = Tensor(uninitialized: [count, depth])
      gaze_patches(x.pointer, convolution.window(x.shape), first, count, patches.pointer)
      matrices[0].product(
        patches.pointer, depth, rows: count, into: y.pointer + first * y.stride, y.stride, epilogue.from(row: first))
    }
  }

  /// Small maps: the patches are laid out once and the product is divided by columns.
  private func throughSharedPatches(_ x: Tensor, _ rows: Int, _ epilogue: Epilogue, into y: ChannelSlice) {
    let depth = convolution.depth
    let patches = Tensor(uninitialized: [rows, depth])
    forEvenRows(rows, atMost: rows) { first, count in
      gaze_patches(x.pointer, convolution.window(x.shape), first, count, patches.pointer + first * depth)
    }
    matrices[0].parallelProduct(patches.pointer, depth, rows: rows, into: y.pointer, y.stride, epilogue)
  }

  /// A block of tiles at a time, each in one thread: transform, multiply, transform back, all within the cache.
  private func throughWinograd(_ x: Tensor, _ output: [Int], _ epilogue: Epilogue, into y: ChannelSlice) {
    let (c, o) = (convolution.inputs, convolution.outputs)
    let tiles = tileCount(output)
    // Some 48 tiles with their products fit into the second-level cache; as many blocks for each thread.
    let threads = ThreadPool.shared.threads
    let perImage = min(tiles, roundUp((tiles + 47) / 48, to: output[0] % threads == 0 ? 1 : threads))
    let relu: Int32 = epilogue.activation == .relu && epilogue.residual == nil ? 1 : 0
    ThreadPool.shared.run(output[0] * perImage) { piece in
      let (image, block) = (piece / perImage, piece % perImage)
      let first = tiles * block / perImage
      let count = tiles * (block + 1) / perImage - first
      let plane = plane(x.shape, output)
      let transformed = Tensor(uninitialized: [matrices.count, count, c])
      let products = Tensor(uninitialized: [matrices.count, count, o])
      let source = x.pointer + image * x.count / x.shape[0]
      let target = y.pointer + image * output[1] * output[2] * y.stride
      switch method {
      case .winogradLine(let axis, let outputs):
        let points = Int32(matrices.count)
        gaze_winograd_input_line(
          source, plane, Int32(axis), Int32(outputs), points, filter!.inputMatrix, first, count, transformed.pointer)
        multiply(transformed, products, count)
        gaze_winograd_output_line(
          products.pointer, plane, Int32(axis), Int32(outputs), points, filter!.outputMatrix, first, count, o,
          bias.pointer, relu, target, y.stride)
      default:
        gaze_winograd_input_3x3(source, plane, first, count, transformed.pointer)
        multiply(transformed, products, count)
        gaze_winograd_output_3x3(products.pointer, plane, first, count, o, bias.pointer, relu, target, y.stride)
      }
    }
  }

  private func multiply(_ transformed: Tensor, _ products: Tensor, _ count: Int) {
    let (c, o) = (convolution.inputs, convolution.outputs)
    for (index, matrix) in matrices.enumerated() {
      matrix.product(
        transformed.pointer + index * count * c, c, rows: count, into: products.pointer + index * count * o, o)
    }
  }

  private func tileCount(_ output: [Int]) -> Int {
    switch method {
    case .winogradLine(axis: 1, let m): output[1] * ((output[2] + m - 1) / m)
    case .winogradLine(_, let m): output[2] * ((output[1] + m - 1) / m)
    default: (output[1] + 3) / 4 * ((output[2] + 3) / 4)
    }
  }

  private func plane(_ input: [Int], _ output: [Int]) -> gaze_plane {
    let window = convolution.window(input)
    return gaze_plane(
      height: window.height, width: window.width, channels: window.channels, stride: input[3],
      pad_top: window.pad_top, pad_left: window.pad_left, output_height: window.output_height,
      output_width: window.output_width)
  }

  /// Winograd's output transform knows no residual; few layers have both.
  private func addResidual(_ residual: Tensor, relu: Bool, to y: ChannelSlice) {
    let o = convolution.outputs
    let zeros = Tensor([o])
    forRows(residual.count / o, grain: max(16, (1 << 15) / o)) { first, count in
      for row in first..<first + count {
        let target = y.pointer + row * y.stride
        gaze_bias_residual_relu(target, zeros.pointer, residual.pointer + row * o, relu ? 1 : 0, 1, o, target)
      }
    }
  }
}
