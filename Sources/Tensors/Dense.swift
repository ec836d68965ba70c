import CKernels

/// A linear layer on rows: y = x · kernel + bias. x `[R, I]`, kernel `[I, O]`, bias `[O]`, y `[R, O]`.
public enum Dense {
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
  /// - Parameters:
  ///   - adds: false overwrites the kernel's gradient instead.
  ///   - biasGradient: `[O]`.
  public static func backward(
    _ x: Tensor, kernel: Tensor, dy: Tensor, kernelGradient: Tensor, adds: Bool = true,
    biasGradient: UnsafeMutablePointer<Float>?, wantsInput: Bool = true
  ) -> Tensor? {
    let (inputs, outputs) = (kernel.shape[0], kernel.shape[1])
    let rows = x.count / inputs
    matrixProduct(
      inputs, outputs, rows, .transposed(x.pointer, stride: inputs), .rows(dy.pointer, stride: outputs),
      into: kernelGradient.pointer, outputs, adds: adds, columnSums: biasGradient)
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

/// Rows of a table chosen by index: table `[V, D]`.
public enum Embedding {
  /// `[count(tokens), D]`.
  public static func forward(_ tokens: [Int32], table: Tensor) -> Tensor {
    let width = table.shape[1]
    let y = Tensor(uninitialized: [tokens.count, width])
    forRows(tokens.count, grain: 64) { first, count in
      for row in first..<first + count {
        let token = Int(tokens[row])
        precondition(token >= 0 && token < table.shape[0], "token \(token) is outside the table \(table.shape)")
        (y.pointer + row * width).update(from: table.pointer + token * width, count: width)
      }
    }
    return y
  }

  /// Adds each row of `dy` to the gradient of the row it came from, and its square to the table's `gradientSquares`
  /// where it keeps them.
  /// - Parameter table: made with `isTable`.
  public static func backward(_ tokens: [Int32], dy: Tensor, table: Parameter) {
    let width = table.value.shape[1]
    for token in tokens { table.touch(row: Int(token)) }
    let gradient = table.gradient
    // By columns: a word may come several times.
    forRows(width, grain: 128) { column, count in
      for (row, token) in tokens.enumerated() {
        let (source, target) = (dy.pointer + row * width + column, Int(token) * width + column)
        gaze_add(source, count, gradient.pointer + target)
        if let squares = table.gradientSquares { gaze_add_squares(source, count, squares.pointer + target) }
      }
    }
  }
}

/// Layer normalisation over the last dimension (Ba, Kiros & Hinton 2016), ε as Keras has it: 0.001.
public enum LayerNormalization {
  public static let epsilon: Float = 0.001

  public struct Tape {
    let normalised: Tensor
    let inverseDeviation: Tensor
  }

  /// x, y `[R, D]`; gamma, beta `[D]`.
  public static func forward(_ x: Tensor, gamma: Tensor, beta: Tensor) -> (y: Tensor, tape: Tape) {
    let width = gamma.count
    let rows = x.count / width
    let y = Tensor(uninitialized: x.shape)
    let tape = Tape(normalised: Tensor(uninitialized: x.shape), inverseDeviation: Tensor(uninitialized: [rows]))
    forRows(rows, grain: max(16, (1 << 15) / width)) { row, count in
      let first = row * width
      gaze_layer_norm(
        x.pointer + first, gamma.pointer, beta.pointer, epsilon, count, width, y.pointer + first,
        tape.normalised.pointer + first, tape.inverseDeviation.pointer + row)
    }
    return (y, tape)
  }

  /// Accumulates the gradients of gamma and beta; returns the input's.
  public static func backward(
    _ tape: Tape, gamma: Tensor, dy: Tensor, gammaGradient: Tensor, betaGradient: Tensor
  ) -> Tensor {
    let dx = Tensor(uninitialized: dy.shape)
    let (width, rows) = (gamma.count, dy.count / gamma.count)
    // Pieces of fixed size whose sums are added in order: the same bits on any number of threads.
    let grain = max(64, (1 << 15) / width)
    let sums = Tensor([(rows + grain - 1) / grain, 2, width])
    forRows(rows, grain: grain) { row, count in
      let (first, own) = (row * width, sums.pointer + row / grain * 2 * width)
      gaze_layer_norm_backward(
        dy.pointer + first, gamma.pointer, tape.normalised.pointer + first, tape.inverseDeviation.pointer + row, count,
        width, dx.pointer + first, own, own + width)
    }
    for piece in 0..<sums.shape[0] {
      gaze_add(sums.pointer + piece * 2 * width, width, gammaGradient.pointer)
      gaze_add(sums.pointer + (piece * 2 + 1) * width, width, betaGradient.pointer)
    }
    return dx
  }
}

/// Inverted dropout: a pure function of the seed, so the backward pass repeats the forward's choice.
public enum Dropout {
  /// Works for both directions: activations forward, their gradients backward.
  public static func apply(_ x: Tensor, rate: Float, seed: UInt64) -> Tensor {
    if rate <= 0 { return x }
    let y = Tensor(uninitialized: x.shape)
    forRows(x.count, grain: 1 << 16) { first, count in
      gaze_dropout(x.pointer + first, count, rate, seed, UInt64(first), y.pointer + first)
    }
    return y
  }
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
