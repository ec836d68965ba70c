import CKernels
import Testing

@testable import Tensors

@Suite("16-bit floats are converted as Swift converts them, at every level") struct HalfPrecisionKernelTests {
  @Test(arguments: processorLevels) func everyHalfIsWidenedExactly(level: Int32) {
    let halves = (0...UInt16.max).map { $0 }
    var wide = [Float](repeating: 7, count: halves.count)
    atLevel(level) { gaze_widen_float16(halves, &wide, halves.count) }
    for (half, found) in zip(halves, wide) {
      let expected = Float(Float16(bitPattern: half))
      guard expected.isNaN ? !found.isNaN : found.bitPattern != expected.bitPattern else { continue }
      Issue.record("\(half) became \(found), expected \(expected)")
      return
    }
  }

  /// Neighbours of every half, ties between two, overflow, infinities and NaN.
  @Test(arguments: processorLevels) func floatsAreNarrowedToTheNearestEvenHalf(level: Int32) {
    var wide = (0..<UInt16(0x7C00)).flatMap { bits -> [Float] in
      let (this, next) = (Float(Float16(bitPattern: bits)), Float(Float16(bitPattern: bits + 1)))
      let middle = next.isFinite ? (this + next) / 2 : 65520
      return [this, this.nextUp, middle.nextDown, middle, -middle, middle.nextUp]
    }
    wide += [.infinity, -.infinity, .nan, 1e38, -1e38]
    var halves = [UInt16](repeating: 7, count: wide.count)
    let lost = atLevel(level) { gaze_narrow_float16(wide, &halves, wide.count) }
    for (value, found) in zip(wide, halves) {
      let expected = Float16(value)
      let half = Float16(bitPattern: found)
      guard expected.isNaN ? !half.isNaN : half.bitPattern != expected.bitPattern else { continue }
      Issue.record("\(value) became \(half), expected \(expected)")
      return
    }
    #expect(lost == wide.count { $0.isFinite && Float16($0).isInfinite })
  }
}
