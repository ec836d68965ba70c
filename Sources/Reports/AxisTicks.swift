import Files
import Foundation

/// Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten.
struct AxisTicks {
  struct Tick: Equatable {
    let value: Double
    let label: String
  }

  /// From low to high, each within the range.
  let ticks: [Tick]

  /// - Parameters:
  ///   - range: not empty, of finite numbers.
  ///   - most: how many there may be, at least three; there are as many as go.
  ///   - isWhole: whether only whole numbers mean something.
  init(_ range: ClosedRange<Double>, atMost most: Int, isWhole: Bool = false) {
    let length = range.upperBound - range.lowerBound
    var exponent = Int(log10(length).rounded(.down)) - 1
    if isWhole { exponent = max(0, exponent) }
    let steps: [Step] = (exponent...exponent + 3).flatMap { exponent in
      [1, 2, 5].map { Step(digit: $0, exponent: exponent) }
    }
    let step = steps.first { $0.multiples(in: range).count <= most }!
    ticks = step.multiples(in: range).map { multiple in
      let value = step.times(multiple)
      return Tick(value: value, label: Self.label(value, places: max(0, -step.exponent)))
    }
  }

  /// 1, 2 or 5 times a power of ten.
  private struct Step {
    let digit: Double
    let exponent: Int

    /// Divided where it is a fraction: 3 × 0.1 is not 0.3.
    func times(_ factor: Double) -> Double {
      let power = pow(10, Double(abs(exponent)))
      return exponent < 0 ? factor * digit / power : factor * digit * power
    }

    /// By which factors it is in a range.
    func multiples(in range: ClosedRange<Double>) -> [Double] {
      // A product that a rounding error puts outside is at the end of the range.
      let (slack, step) = (1e-9, times(1))
      let first = (range.lowerBound / step - slack).rounded(.up)
      return Array(stride(from: first, through: range.upperBound / step + slack, by: 1))
    }
  }

  private static func label(_ value: Double, places: Int) -> String {
    abs(value) < 1e6 ? Figures.fixed(value, places) : String(format: "%g", value)
  }
}
