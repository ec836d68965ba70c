/// A rectangle of a picture in fractions of its height and width, 0 ≤ y0 < y1 ≤ 1 and 0 ≤ x0 < x1 ≤ 1.
public struct FractionalBox: Sendable, Hashable, Codable {
  public var y0: Float
  public var x0: Float
  public var y1: Float
  public var x1: Float

  public static let whole = FractionalBox(y0: 0, x0: 0, y1: 1, x1: 1)

  /// - Precondition: the ranges above.
  public init(y0: Float, x0: Float, y1: Float, x1: Float) {
    precondition(0 <= y0 && y0 < y1 && y1 <= 1, "rows \(y0)…\(y1) are not a part of 0…1")
    precondition(0 <= x0 && x0 < x1 && x1 <= 1, "columns \(x0)…\(x1) are not a part of 0…1")
    (self.y0, self.x0, self.y1, self.x1) = (y0, x0, y1, x1)
  }
}

/// The resize a network's input goes through. Exactly `tf.image.resize(…, "bilinear")`: half-pixel centres, no
/// antialiasing, aspect ratio not kept, on the stored (not linear) levels.
extension PixelImage {
  /// - Returns: `[height, width, 3]`, levels 0…255.
  /// - Precondition: height, width ≥ 1.
  public func resizedBilinear(height: Int, width: Int) -> [Float] {
    resizedBilinear(height: height, width: width, box: .whole, mirrored: false)
  }

  /// Of the part of the picture in `box`, mirrored left to right if wanted.
  ///
  /// - Returns: `[height, width, 3]`, levels 0…255.
  /// - Precondition: height, width ≥ 1.
  public func resizedBilinear(height: Int, width: Int, box: FractionalBox, mirrored: Bool) -> [Float] {
    precondition(height >= 1 && width >= 1, "cannot resize to \(height)×\(width)")
    return [Float](unsafeUninitializedCapacity: height * width * 3) { target, count in
      resizeBilinear(height: height, width: width, box: box, mirrored: mirrored, into: target.baseAddress!)
      count = height * width * 3
    }
  }

  /// As above, into memory that holds at least `height × width × 3` values, all of which are overwritten.
  ///
  /// - Precondition: height, width ≥ 1.
  public func resizeBilinear(
    height: Int, width: Int, box: FractionalBox = .whole, mirrored: Bool = false,
    into target: UnsafeMutablePointer<Float>
  ) {
    precondition(height >= 1 && width >= 1, "cannot resize to \(height)×\(width)")
    let rows = BilinearTaps(source: self.height, target: height, from: box.y0, to: box.y1, reversed: false)
    let columns = BilinearTaps(source: self.width, target: width, from: box.x0, to: box.x1, reversed: mirrored)
    let rowLength = width * 3
    // Two source rows already resized across, by the source row they came from; the next output row mostly needs one
    // of them again.
    let buffers = UnsafeMutablePointer<Float>.allocate(capacity: 2 * rowLength)
    defer { buffers.deallocate() }
    var (upper, lower) = (buffers, buffers + rowLength)
    var (upperRow, lowerRow) = (-1, -1)
    for y in 0..<height {
      let (first, second) = (rows.first[y], rows.second[y])
      if upperRow != first {
        swap(&upper, &lower)
        swap(&upperRow, &lowerRow)
        if upperRow != first {
          resizeRow(first, columns, into: upper)
          upperRow = first
        }
      }
      if second != first, lowerRow != second {
        resizeRow(second, columns, into: lower)
        lowerRow = second
      }
      let other = second == first ? upper : lower
      let fraction = rows.fraction[y]
      let output = target + y * rowLength
      for i in 0..<rowLength { output[i] = upper[i] + (other[i] - upper[i]) * fraction }
    }
  }

  /// Interpolates source row `y` across, into `columns.first.count × 3` values.
  private func resizeRow(_ y: Int, _ columns: BilinearTaps, into target: UnsafeMutablePointer<Float>) {
    pixels.withUnsafeBufferPointer { pixels in
      let row = pixels.baseAddress! + y * width * 3
      for x in 0..<columns.first.count {
        let (left, right, fraction) = (row + 3 * columns.first[x], row + 3 * columns.second[x], columns.fraction[x])
        for channel in 0..<3 {
          let (a, b) = (Float(left[channel]), Float(right[channel]))
          target[3 * x + channel] = a + (b - a) * fraction
        }
      }
    }
  }
}

/// For every position of the resized axis: the two source positions it lies between, and how far from the first.
private struct BilinearTaps {
  var first: [Int]
  var second: [Int]
  /// 0 ≤ fraction < 1.
  var fraction: [Float]

  /// `from` and `to` are fractions of the source axis; `reversed` runs from `to` to `from`.
  init(source: Int, target: Int, from: Float, to: Float, reversed: Bool) {
    let scale = (to - from) * Float(source) / Float(target)
    let offset = from * Float(source)
    let positions = (0..<target).map { index -> Float in
      (Float(reversed ? target - 1 - index : index) + 0.5) * scale + offset - 0.5
    }
    first = positions.map { min(max(Int($0.rounded(.down)), 0), source - 1) }
    second = positions.map { min(max(Int($0.rounded(.up)), 0), source - 1) }
    fraction = positions.map { $0 - $0.rounded(.down) }
  }
}
