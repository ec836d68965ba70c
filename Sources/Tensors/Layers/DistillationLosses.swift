#if canImport(Glibc)
  import Glibc
#endif

/// How far one distribution over classes is from another, both given by their logits.
public enum SoftmaxDivergence {
  /// Replaces `student` by the gradient of scale · Σ KL.
  ///
  /// - Parameters:
  ///   - student: `[R, V]`; overwritten.
  ///   - teacher: `[R, V]`.
  ///   - scale: multiplies the gradient, not the sum that is returned.
  /// - Returns: Σ over rows of KL(softmax(teacher) ‖ softmax(student)), natural logarithm.
  public static func forwardBackward(student: Tensor, teacher: Tensor, scale: Float) -> Double {
    precondition(student.shape == teacher.shape, "\(student.shape) and \(teacher.shape) cannot be compared")
    let classes = student.shape[1]
    return (0..<student.shape[0]).reduce(0.0) { sum, row in
      let (mine, theirs) = (student.pointer + row * classes, teacher.pointer + row * classes)
      let (myLog, theirLog) = (logSumExp(mine, classes), logSumExp(theirs, classes))
      var divergence = 0.0
      for index in 0..<classes {
        let (q, p) = (mine[index] - myLog, theirs[index] - theirLog)
        let probability = expf(p)
        divergence += Double(probability * (p - q))
        mine[index] = scale * (expf(q) - probability)
      }
      return sum + divergence
    }
  }

  private static func logSumExp(_ logits: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
    let row = UnsafeBufferPointer(start: logits, count: count)
    let highest = row.max() ?? 0
    return highest + logf(row.reduce(0) { $0 + expf($1 - highest) })
  }
}

/// Squared error against a target, in units of the target's own size: 0 is perfect, 1 as good as all zeros.
public enum RelativeSquaredError {
  /// Σ target².
  public static func size(_ target: Tensor) -> Double {
    (0..<target.count).reduce(0) { $0 + Double(target.pointer[$1] * target.pointer[$1]) }
  }

  /// Adds the gradient of scale · the error to `gradient`; all three tensors have one shape.
  /// - Parameter size: Σ target², of the whole batch where these are a part of it.
  /// - Returns: Σ(y − target)² / size.
  public static func forwardBackward(
    _ y: Tensor, target: Tensor, size: Double, scale: Float, gradient: Tensor
  ) -> Double {
    precondition(y.shape == target.shape && y.count == gradient.count, "\(y.shape), target \(target.shape)")
    let count = y.count
    var error = 0.0
    for index in 0..<count {
      let difference = y.pointer[index] - target.pointer[index]
      error += Double(difference * difference)
    }
    let size = max(size, 1e-12)
    let factor = Float(2 * Double(scale) / size)
    for index in 0..<count { gradient.pointer[index] += factor * (y.pointer[index] - target.pointer[index]) }
    return error / size
  }
}
