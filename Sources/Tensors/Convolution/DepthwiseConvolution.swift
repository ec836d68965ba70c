import CKernels

/// A depthwise convolution with a bias, for inference: every channel has a square filter of its own, zeros around the
/// input as in `Convolution.Padding.same`.
///
/// x `[B, H, W, C]` → y `[B, ⌈H/stride⌉, ⌈W/stride⌉, C]`. Results do not depend on the threads.
public struct DepthwiseConvolution: Sendable {
  /// The largest side of a filter.
  public static let largestSize = GAZE_LARGEST_DEPTHWISE

  /// k, C and the stride as those of a convolution of C inputs.
  private let sizes: Convolution
  private let kernel: Tensor
  private let bias: Tensor

  /// - Parameters:
  ///   - kernel: `[k, k, C]`, k odd or even, at most `largestSize`.
  ///   - bias: `[C]`.
  ///   - stride: of rows and columns alike, at least 1.
  public init(kernel: Tensor, bias: Tensor, stride: Int) {
    let shape = kernel.shape
    precondition(shape.count == 3 && shape[0] == shape[1] && shape[0] <= Self.largestSize, "a kernel of \(shape)")
    precondition(bias.shape == [shape[2]], "a bias of \(bias.shape) for \(shape[2]) channels")
    sizes = Convolution(kernel: (shape[0], shape[0]), inputs: shape[2], outputs: shape[2], stride: stride)
    (self.kernel, self.bias) = (kernel, bias)
  }

  public func callAsFunction(_ x: Tensor, activation: Activation) -> Tensor {
    let y = Tensor(uninitialized: sizes.outputShape(x.shape))
    let row = y.shape[2] * y.shape[3]
    // Some rows a piece: neighbouring rows of the output read the same rows of the input.
    forEvenRows(y.shape[0] * y.shape[1], atMost: max(4, (1 << 15) / row)) { first, count in
      gaze_depthwise(
        x.pointer, sizes.window(x.shape), kernel.pointer, bias.pointer, activation.rawValue, first, count,
        y.pointer + first * row)
    }
    return y
  }
}
