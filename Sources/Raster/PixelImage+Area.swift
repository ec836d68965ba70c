extension PixelImage {
  /// The picture so that its longer side has `side` pixels; a smaller one is enlarged only if `enlarging`.
  package func scaled(longerSide side: Int, enlarging: Bool) -> PixelImage {
    let scale = Double(side) / Double(max(width, height))
    if scale >= 1 && !enlarging { return self }
    func scaled(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded())) }
    return resizedArea(width: scaled(width), height: scaled(height))
  }

  /// The picture at another size, aspect ratio not kept, computed in linear light: along an axis that shrinks each
  /// result is the average of the area it covers; along one that grows, Catmull-Rom interpolation.
  ///
  /// - Precondition: width, height ≥ 1.
  public func resizedArea(width: Int, height: Int) -> PixelImage {
    if (width, height) == (self.width, self.height), (columns, rows) == (0...Double(width), 0...Double(height)) {
      return self
    }
    return linear(width: width, height: height).encoded
  }

  /// As `resizedArea`, left in linear light.
  func linear(width: Int, height: Int) -> LinearImage {
    LinearImage(width: width, height: height, samples: resampled(width: width, height: height, LinearLight.ofLevel))
  }

  /// As `linear`, but averaged as stored: by levels, 0…1, not by light.
  func averaged(width: Int, height: Int) -> LinearImage {
    let levels = resampled(width: width, height: height, LinearLight.asStored)
    return LinearImage(width: width, height: height, samples: levels.map(LinearLight.light(ofLevel:)))
  }

  /// `width × height × 3` values: sums of those that stand for the levels, weighted by area.
  private func resampled(width: Int, height: Int, _ value: [Float]) -> [Float] {
    precondition(width >= 1 && height >= 1, "cannot resize to \(width)×\(height)")
    let rows = AxisFilter(source: self.height, shown: self.rows, target: height)
    let columns = AxisFilter(source: self.width, shown: self.columns, target: width)
    var row = [Float](repeating: 0, count: self.width * 3)
    return [Float](unsafeUninitializedCapacity: width * height * 3) { target, count in
      for y in 0..<height {
        accumulate(rows, y, value, into: &row)
        columns.apply(to: row, into: target.baseAddress! + y * width * 3)
      }
      count = width * height * 3
    }
  }

  /// Sums the rows that make row `y` of the result, by their weights: `width × 3` values.
  private func accumulate(_ rows: AxisFilter, _ y: Int, _ value: [Float], into sum: inout [Float]) {
    let length = width * 3
    sum.withUnsafeMutableBufferPointer { sum in
      pixels.withUnsafeBufferPointer { pixels in
        value.withUnsafeBufferPointer { value in
          sum.update(repeating: 0)
          for (row, weight) in rows.taps(of: y) {
            let source = pixels.baseAddress! + row * length
            for i in 0..<length { sum[i] += weight * value[Int(source[i])] }
          }
        }
      }
    }
  }
}

/// Which source positions make each position of a resized axis, with weights that sum to 1.
private struct AxisFilter {
  /// `positions` and `weights` of target `i` are those at `starts[i] ..< starts[i + 1]`.
  private var starts = [0]
  private var positions: [Int] = []
  private var weights: [Float] = []

  /// - Parameter shown: the part of the source that the target shows.
  init(source: Int, shown: ClosedRange<Double>, target: Int) {
    starts.reserveCapacity(target + 1)
    let scale = (shown.upperBound - shown.lowerBound) / Double(target)
    for index in 0..<target {
      let from = shown.lowerBound + Double(index) * scale
      if scale > 1 {
        addArea(from, from + scale, source)
      } else {
        addCatmullRom(center: from + scale / 2 - 0.5, source)
      }
      starts.append(positions.count)
    }
  }

  /// The part of each source position covered by the target position.
  private mutating func addArea(_ from: Double, _ to: Double, _ source: Int) {
    for position in Int(from)..<min(Int(to.rounded(.up)), source) {
      let covered = min(to, Double(position + 1)) - max(from, Double(position))
      if covered <= 0 { continue }
      positions.append(position)
      weights.append(Float(covered / (to - from)))
    }
  }

  /// The cubic through the four nearest source positions; beyond the ends they repeat.
  private mutating func addCatmullRom(center: Double, _ source: Int) {
    let first = center.rounded(.down)
    let t = center - first
    let cubic = [
      ((2 - t) * t - 1) * t / 2, ((3 * t - 5) * t * t + 2) / 2, ((4 - 3 * t) * t + 1) * t / 2, (t - 1) * t * t / 2,
    ]
    for (tap, weight) in cubic.enumerated() where weight != 0 {
      positions.append(min(max(Int(first) + tap - 1, 0), source - 1))
      weights.append(Float(weight))
    }
  }

  func taps(of target: Int) -> some Sequence<(Int, Float)> {
    let range = starts[target]..<starts[target + 1]
    return zip(positions[range], weights[range])
  }

  /// Filters one row of three channels.
  func apply(to row: [Float], into target: UnsafeMutablePointer<Float>) {
    row.withUnsafeBufferPointer { row in
      for index in 0..<(starts.count - 1) {
        var sum = SIMD4<Float>.zero
        for tap in starts[index]..<starts[index + 1] {
          let source = 3 * positions[tap]
          sum += weights[tap] * SIMD4(row[source], row[source + 1], row[source + 2], 0)
        }
        // Catmull-Rom overshoots.
        sum.clamp(lowerBound: .zero, upperBound: .one)
        for channel in 0..<3 { target[3 * index + channel] = sum[channel] }
      }
    }
  }
}
