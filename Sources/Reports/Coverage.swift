/// How much of each pixel an outline covers.
struct Coverage {
  /// Where the first column and row are.
  let left: Int
  let top: Int
  let width: Int
  let height: Int
  /// For every pixel, 0 to 1, row by row.
  private(set) var shares: [Float]

  /// - Parameters:
  ///   - size: the em square in pixels.
  ///   - origin: where the outline's own origin is, in pixels, y downwards.
  init(_ outline: Outline, size: Float, origin: SIMD2<Float>) {
    let contours = outline.contours.map { $0.map { origin + SIMD2($0.x, -$0.y) * size } }
    let (low, high) = contours.joined().reduce((origin, origin)) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
    (left, top) = (Int(low.x.rounded(.down)), Int(low.y.rounded(.down)))
    // A line at the right edge, too, leaves something to the column after its own.
    (width, height) = (Int(high.x.rounded(.up)) - left + 2, Int(high.y.rounded(.up)) - top + 1)
    shares = [Float](repeating: 0, count: width * height)
    let corner = SIMD2(Float(left), Float(top))
    for contour in contours {
      for (index, point) in contour.enumerated() {
        add(from: point - corner, to: contour[(index + 1) % contour.count] - corner)
      }
    }
    fill()
  }

  /// Notes where a line begins or ends what is inked: in each pixel that it crosses, the share of the pixel to its
  /// right, and in the next one the rest of its height, to be summed along the row.
  private mutating func add(from start: SIMD2<Float>, to end: SIMD2<Float>) {
    guard start.y != end.y else { return }
    let stops = ([0, 1] + Self.cuts(start.x, end.x) + Self.cuts(start.y, end.y)).sorted()
    for (from, to) in zip(stops, stops.dropFirst()) {
      let middle = start + (end - start) * (from + to) / 2
      let height = (end.y - start.y) * (to - from)
      let (row, column) = (min(Int(middle.y), self.height - 1), min(Int(middle.x), width - 2))
      let part = height * (middle.x - Float(column))
      shares[row * width + column] += height - part
      shares[row * width + column + 1] += part
    }
  }

  /// Where, between 0 and 1 of the way, whole numbers are passed.
  private static func cuts(_ from: Float, _ to: Float) -> [Float] {
    stride(from: min(from, to).rounded(.down) + 1, to: max(from, to), by: 1).map { ($0 - from) / (to - from) }
  }

  private mutating func fill() {
    for row in 0..<height {
      var sum: Float = 0
      for index in row * width..<(row + 1) * width {
        sum += shares[index]
        shares[index] = min(1, abs(sum))
      }
    }
  }
}
