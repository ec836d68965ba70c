/// How alike two maps over the same regions are: Pearson's correlation of their weights.
public enum MapCorrelation {
  /// Added to each sum of squared deviations: far below that of any map that shows something, and it keeps the gradient of
  /// an even one finite.
  private static let epsilon = 1e-12

  /// Adds the gradient of scale · correlation, where it is wanted.
  /// - Parameters:
  ///   - a: N weights, as all the others are.
  ///   - b: of the other map.
  ///   - n: N.
  ///   - dA: where the gradient of `a` is added; nil where nobody wants it.
  ///   - dB: the same of `b`.
  /// - Returns: the correlation.
  public static func addGradients(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int, scale: Float,
    to dA: UnsafeMutablePointer<Float>?, _ dB: UnsafeMutablePointer<Float>?
  ) -> Double {
    let (meanA, meanB) = (mean(a, n), mean(b, n))
    var (squaresA, squaresB, products) = (epsilon, epsilon, 0.0)
    for region in 0..<n {
      let (x, y) = (Double(a[region]) - meanA, Double(b[region]) - meanB)
      squaresA += x * x
      squaresB += y * y
      products += x * y
    }
    let size = (squaresA * squaresB).squareRoot()
    let correlation = products / size
    for region in 0..<n {
      let (x, y) = (Double(a[region]) - meanA, Double(b[region]) - meanB)
      dA?[region] += scale * Float(y / size - correlation * x / squaresA)
      dB?[region] += scale * Float(x / size - correlation * y / squaresB)
    }
    return correlation
  }

  private static func mean(_ x: UnsafePointer<Float>, _ n: Int) -> Double {
    (0..<n).reduce(0.0) { $0 + Double(x[$1]) } / Double(n)
  }

  /// Writes a map mirrored left to right, row by row.
  /// - Parameters:
  ///   - map: N weights.
  ///   - n: N.
  ///   - columns: of its rows.
  ///   - target: room for N others.
  public static func flip(
    _ map: UnsafePointer<Float>, _ n: Int, columns: Int, into target: UnsafeMutablePointer<Float>
  ) {
    for region in 0..<n { target[region] = map[region + columns - 1 - 2 * (region % columns)] }
  }
}
