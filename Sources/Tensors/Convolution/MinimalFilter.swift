import CKernels

/// Minimal filtering along one axis, F(m, r): m outputs of a filter of r taps from m + r − 1 products (Winograd 1980;
/// the matrices by Toom and Cook's interpolation, as in Lavin & Gray 2016).
///
/// y = Aᵀ · ((G · g) ⊙ (Bᵀ · d)) for m + r − 1 inputs d, taps g and outputs y.
struct MinimalFilter: Sendable, Equatable {
  let outputs: Int
  let taps: Int
  /// Aᵀ, `[m, n]` row-major, n = m + r − 1.
  let outputMatrix: [Float]
  /// G, `[n, r]`.
  let kernelMatrix: [Double]
  /// Bᵀ, `[n, n]`.
  let inputMatrix: [Float]

  /// n.
  var points: Int { outputs + taps - 1 }

  /// Interpolation points, taken in this order, and infinity: small numbers in pairs of opposite sign, which keep the
  /// matrices' entries, and so rounding, small.
  private static let finitePoints: [Double] = [0, 1, -1, 2, -2, 0.5, -0.5, 4, -4, 0.25, -0.25]

  init(outputs: Int, taps: Int) {
    self.outputs = outputs
    self.taps = taps
    let n = outputs + taps - 1
    let points = Array(Self.finitePoints.prefix(n - 1))
    precondition(points.count == n - 1, "F(\(outputs), \(taps)) needs \(n - 1) interpolation points")
    var a = [Float](repeating: 0, count: outputs * n)
    var g = [Double](repeating: 0, count: n * taps)
    var b = [Float](repeating: 0, count: n * n)
    for (j, point) in points.enumerated() {
      let others = points.enumerated().filter { $0.offset != j }.map(\.element)
      // Dividing both by the root of the product keeps them of like size.
      let product = others.reduce(1) { $0 * (point - $1) }
      var power = 1.0
      for i in 0..<max(outputs, taps) {
        if i < outputs { a[i * n + j] = Float(power) }
        if i < taps { g[j * taps + i] = power / product }
        power *= point
      }
      for (i, coefficient) in Self.coefficients(roots: others).enumerated() { b[j * n + i] = Float(coefficient) }
    }
    a[outputs * n - 1] = 1
    g[n * taps - 1] = 1
    for (i, coefficient) in Self.coefficients(roots: points).enumerated() { b[(n - 1) * n + i] = Float(coefficient) }
    outputMatrix = a
    kernelMatrix = g
    inputMatrix = b
  }

  /// Of Π (x − root), from the constant term up.
  private static func coefficients(roots: [Double]) -> [Double] {
    roots.reduce([1.0]) { polynomial, root in
      var result = [Double](repeating: 0, count: polynomial.count + 1)
      for (i, c) in polynomial.enumerated() {
        result[i + 1] += c
        result[i] -= root * c
      }
      return result
    }
  }

  /// A kernel of r taps of `[C, O]` each → `[n, C, O]`.
  func transformedKernel(_ kernel: Tensor, inputs: Int, outputs: Int) -> Tensor {
    let result = Tensor(uninitialized: [points, inputs, outputs])
    gaze_winograd_kernel_line(
      kernel.pointer, inputs * outputs, Int32(taps), Int32(points), kernelMatrix, result.pointer)
    return result
  }
}
