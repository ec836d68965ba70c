#if canImport(Glibc)
  import Glibc
#endif

/// A resize that first takes out what is too fine for the new size, on 8-bit levels: exactly that of Pillow, whose
/// resampled pixels most published networks were trained on.
///
/// Source of the arithmetic: Pillow's documentation of its filters, and its fixed-point sums with 22 bits after the
/// point. One axis is resized first and rounded to levels, then the other: as Pillow does since version 13, rows, but columns
/// where the height shrinks by more than twice as many pixels as the width.
extension PixelImage {
  /// The filters networks ask for, by Pillow's names and numbers.
  public enum ResamplingFilter: Int, Sendable {
    case lanczos = 1
    case bilinear = 2
    case bicubic = 3
    case box = 4
    case hamming = 5

    /// How far it reaches on each side, in source pixels when the size does not change.
    fileprivate var support: Double {
      switch self {
      case .lanczos: 3
      case .bilinear, .hamming: 1
      case .bicubic: 2
      case .box: 0.5
      }
    }

    fileprivate func weight(_ x: Double) -> Double {
      let distance = abs(x)
      switch self {
      case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
      case .bilinear: return distance < 1 ? 1 - distance : 0
      case .hamming:
        if distance >= 1 { return 0 }
        return distance == 0 ? 1 : sin(distance * .pi) / (distance * .pi) * (0.54 + 0.46 * cos(distance * .pi))
      case .bicubic:
        // Keys 1981 with a = −½.
        if distance < 1 { return (1.5 * distance - 2.5) * distance * distance + 1 }
        return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0
      case .lanczos:
        func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * .pi) / (x * .pi) }
        return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
      }
    }
  }

  /// - Parameters:
  ///   - height: of the result, in pixels.
  ///   - width: of the result, in pixels.
  ///   - filter: weighs the pixels around.
  ///   - box: the part of the picture that the result shows.
  /// - Returns: `[height, width, 3]`, levels.
  /// - Precondition: height, width ≥ 1.
  public func resizedAntialiased(
    height: Int, width: Int, filter: ResamplingFilter, box: FractionalBox = .whole
  ) -> [UInt8] {
    let across = AntialiasedAxis(
      source: self.width, from: Double(box.x0), to: Double(box.x1), target: width, filter: filter)
    let down = AntialiasedAxis(
      source: self.height, from: Double(box.y0), to: Double(box.y1), target: height, filter: filter)
    if self.height > height && self.height - height > 2 * (self.width - width) {
      return resizedColumnsFirst(across, down, height: height, width: width)
    }
    let needed = down.taps.map(\.first).min()!..<down.taps.map { $0.first + $0.weights.count }.max()!
    var rows = [UInt8](repeating: 0, count: needed.count * width * 3)
    pixels.withUnsafeBufferPointer { pixels in
      rows.withUnsafeMutableBufferPointer { rows in
        for row in needed {
          across.apply(
            pixels.baseAddress! + row * self.width * 3, step: 3,
            into: rows.baseAddress! + (row - needed.lowerBound) * width * 3, step: 3)
        }
      }
    }
    return [UInt8](unsafeUninitializedCapacity: height * width * 3) { result, count in
      rows.withUnsafeBufferPointer { rows in
        down.applyToRows(rows.baseAddress!, first: needed.lowerBound, length: width * 3, into: result.baseAddress!)
      }
      count = height * width * 3
    }
  }

  private func resizedColumnsFirst(
    _ across: AntialiasedAxis, _ down: AntialiasedAxis, height: Int, width: Int
  ) -> [UInt8] {
    let length = self.width * 3
    var columns = [UInt8](repeating: 0, count: height * length)
    pixels.withUnsafeBufferPointer { pixels in
      columns.withUnsafeMutableBufferPointer { columns in
        down.applyToRows(pixels.baseAddress!, first: 0, length: length, into: columns.baseAddress!)
      }
    }
    return [UInt8](unsafeUninitializedCapacity: height * width * 3) { result, count in
      columns.withUnsafeBufferPointer { columns in
        for row in 0..<height {
          across.apply(
            columns.baseAddress! + row * length, step: 3, into: result.baseAddress! + row * width * 3, step: 3)
        }
      }
      count = height * width * 3
    }
  }
}

/// The weights of one axis, in fixed point.
private struct AntialiasedAxis {
  struct Taps {
    /// The first source pixel.
    let first: Int
    let weights: [Int32]
  }

  /// Of each target pixel.
  private(set) var taps: [Taps] = []

  /// Bits after the point.
  private static let precision: Int32 = 22

  /// - Parameters:
  ///   - from, to: the part of the axis that is shown, in fractions of it.
  init(source: Int, from: Double, to: Double, target: Int, filter: PixelImage.ResamplingFilter) {
    let start = from * Double(source)
    let scale = (to - from) * Double(source) / Double(target)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    for index in 0..<target {
      let center = start + (Double(index) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(source, Int(center + support + 0.5))
      var weights = (first..<end).map { filter.weight((Double($0) - center + 0.5) * (1 / filterScale)) }
      let sum = weights.reduce(0, +)
      if sum != 0 { weights = weights.map { $0 / sum } }
      taps.append(
        Taps(
          first: first,
          weights: weights.map { Int32(($0 * Double(1 << Self.precision) + ($0 < 0 ? -0.5 : 0.5))) }))
    }
  }

  private static func level(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> precision) }

  /// One row of pixels of three channels, `step` numbers apart.
  func apply(_ source: UnsafePointer<UInt8>, step: Int, into target: UnsafeMutablePointer<UInt8>, step targetStep: Int)
  {
    for (index, tap) in taps.enumerated() {
      var (red, green, blue) = (
        Int32(1 << (Self.precision - 1)), Int32(1 << (Self.precision - 1)), Int32(1 << (Self.precision - 1))
      )
      tap.weights.withUnsafeBufferPointer { weights in
        var pixel = source + tap.first * step
        for weight in weights {
          red &+= Int32(pixel[0]) &* weight
          green &+= Int32(pixel[1]) &* weight
          blue &+= Int32(pixel[2]) &* weight
          pixel += step
        }
      }
      target[index * targetStep] = Self.level(red)
      target[index * targetStep + 1] = Self.level(green)
      target[index * targetStep + 2] = Self.level(blue)
    }
  }

  /// Whole rows of `length` numbers, of which the first given is row `first`.
  func applyToRows(_ source: UnsafePointer<UInt8>, first: Int, length: Int, into target: UnsafeMutablePointer<UInt8>) {
    var sums = [Int32](repeating: 0, count: length)
    sums.withUnsafeMutableBufferPointer { sums in
      for (index, tap) in taps.enumerated() {
        sums.update(repeating: 1 << (Self.precision - 1))
        for (row, weight) in tap.weights.enumerated() {
          let numbers = source + (tap.first - first + row) * length
          for position in 0..<length { sums[position] &+= Int32(numbers[position]) &* weight }
        }
        for position in 0..<length { target[index * length + position] = Self.level(sums[position]) }
      }
    }
  }
}
