import CKernels

/// Rows of a table chosen by index, such as the vectors of words: table `[V, D]`.
public enum Embedding {
  /// The rows of R tokens, each in 0..<V: y `[R, D]`.
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

  /// Accumulates: adds each row of `dy`, `[R, D]`, to the gradient of the row it came from, and its square to the table's `gradientSquares`
  /// where it keeps them.
  public static func backward(_ tokens: [Int32], dy: Tensor, table: Parameter) {
    let width = table.value.shape[1]
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
