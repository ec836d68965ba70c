import CKernels

/// A linear layer on rows: y = relu?(x · kernel + bias?). x `[R, I]`, kernel `[I, O]`, bias `[O]`, y `[R, O]`.
///
/// For training, whose kernel changes with every step; `PreparedDense` is the one for decoding.
public enum Dense {
  /// y `[R, O]`.
  public static func forward(_ x: Tensor, kernel: Tensor, bias: Tensor?, relu: Bool = false) -> Tensor {
    let (inputs, outputs) = (kernel.shape[0], kernel.shape[1])
    precondition(x.count % inputs == 0, "a layer of \(inputs) inputs was given \(x.shape)")
    let rows = x.count / inputs
    let y = Tensor(uninitialized: [rows, outputs])
    matrixProduct(
      rows, outputs, inputs, .rows(x.pointer, stride: inputs), .rows(kernel.pointer, stride: outputs), into: y.pointer,
      outputs, bias: bias.map { UnsafePointer($0.pointer) }, relu: relu)
    return y
  }

  /// Accumulates the gradients of kernel and bias; returns the input's, `[R, I]`, when wanted.
  ///
  /// - Parameters:
  ///   - x: the input, `[R, I]`.
  ///   - kernel: `[I, O]`.
  ///   - dy: gradient of the output before any ReLU, `[R, O]`.
  ///   - kernelGradient: `[I, O]`; added to.
  ///   - biasGradient: `[O]`, or nil; added to.
  ///   - wantsInput: false where the input has no gradient.
  public static func backward(
    _ x: Tensor, kernel: Tensor, dy: Tensor, kernelGradient: Tensor,
    biasGradient: UnsafeMutablePointer<Float>?, wantsInput: Bool = true
  ) -> Tensor? {
    let (inputs, outputs) = (kernel.shape[0], kernel.shape[1])
    let rows = x.count / inputs
    matrixProduct(
      inputs, outputs, rows, .transposed(x.pointer, stride: inputs), .rows(dy.pointer, stride: outputs),
      into: kernelGradient.pointer, outputs, adds: true, columnSums: biasGradient)
    guard wantsInput else { return nil }
    let dx = Tensor(uninitialized: [rows, inputs])
    matrixProduct(
      rows, inputs, outputs, .rows(dy.pointer, stride: outputs), .transposed(kernel.pointer, stride: outputs),
      into: dx.pointer, inputs)
    return dx
  }
}

/// Rectified linear unit.
public enum ReLU {
  /// Zeroes the gradient `dy` where y, the forward pass's output, is not above 0.
  public static func backward(y: Tensor, inPlace dy: Tensor) {
    forRows(dy.count, grain: 1 << 16) { first, count in
      gaze_relu_backward(y.pointer + first, dy.pointer + first, count, dy.pointer + first)
    }
  }
}
