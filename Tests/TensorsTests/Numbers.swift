import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Numbers in [−1, 1) fixed by a name.
func numbers(_ name: String, _ shape: [Int]) -> Tensor {
  Tensor(shape, goldenFill(name, count: shape.reduce(1, *), low: -1, high: 1, seed: 11))
}

extension Tensor {
  var doubles: [Double] { values.map(Double.init) }

  /// Rows [range) of `[R, D]`.
  func rows(_ range: Range<Int>) -> Tensor { rows(Array(range)) }
}

/// Shape, then every number; NaN fails. The tolerance is relative to the largest number, or to 1 if that is smaller.
func expectClose(
  _ a: Tensor, _ b: Tensor, within tolerance: Float, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(a.shape == b.shape, sourceLocation: sourceLocation)
  guard a.shape == b.shape else { return }
  // By index and pointer: debug builds take several times as long over sequences.
  var scale: Float = 1
  for index in 0..<b.count { scale = max(scale, abs(b.pointer[index])) }
  for index in 0..<b.count where !(abs(a.pointer[index] - b.pointer[index]) <= tolerance * scale) {
    Issue.record(
      "\(what)[\(index)]: \(a.pointer[index]), expected \(b.pointer[index])", sourceLocation: sourceLocation)
    return
  }
}

/// The same with the numbers of a naive twin.
func expectClose(
  _ a: Tensor, _ b: [Double], within tolerance: Float, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(a.count == b.count, sourceLocation: sourceLocation)
  guard a.count == b.count else { return }
  expectClose(a, Tensor(a.shape, b.map(Float.init)), within: tolerance, what, sourceLocation: sourceLocation)
}

/// The levels that this processor has: 0 baseline, 1 AVX2, 2 AVX-512 (`gaze_processor_level`).
let processorLevels = Array(0...gaze_processor_level())

/// Runs `body` with the kernels of a level, all of them in this thread.
func atLevel<Result>(_ level: Int32, _ body: () throws -> Result) rethrows -> Result {
  gaze_limit_processor_level(level)
  defer { gaze_limit_processor_level(2) }
  return try ThreadPool(threads: 1).use(body)
}
