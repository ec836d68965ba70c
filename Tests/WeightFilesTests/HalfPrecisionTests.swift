import Testing

@testable import Tensors
@testable import WeightFiles

@Suite("16-bit floats convert as IEEE 754 says")
struct HalfPrecisionTests {
  @Test("all 65,536 bit patterns widen exactly, in the scalar twin too") func widening() {
    let halves = (0...UInt16.max).map { $0 }
    for convert in [HalfPrecision.widen, HalfPrecision.widenScalar] {
      let wide = Tensor(uninitialized: [halves.count])
      halves.withUnsafeBytes { convert($0, wide.pointer) }
      let wrong = zip(halves, wide.values).filter { half, value in
        let expected = Float(Float16(bitPattern: half))
        return expected.isNaN ? !value.isNaN : value.bitPattern != expected.bitPattern
      }
      #expect(wrong.isEmpty)
    }
  }

  @Test("numbers between two halves go to the nearest, ties to even, in the scalar twin too") func narrowing() {
    // Every half, the middle to the next one, and the floats on either side of that middle.
    let middles = (0..<UInt16(0x7c00)).flatMap { bits -> [Float] in
      let low = Float(Float16(bitPattern: bits))
      let high = bits == 0x7bff ? 65536 : Float(Float16(bitPattern: bits + 1))
      let middle = (low + high) / 2
      return [low, middle.nextDown, middle, middle.nextUp, -middle]
    }
    let values = middles + [.infinity, -.infinity, .leastNonzeroMagnitude, 1e30, .nan, 65519.996, -65520, 70000]
    let expected = values.map { Float16($0) }
    let large = zip(values, expected).filter { $0.isFinite && $1.isInfinite }.count
    for convert in [HalfPrecision.narrow, HalfPrecision.narrowScalar] {
      var halves = [UInt16](repeating: 0, count: values.count)
      let lost = values.withUnsafeBufferPointer { wide in
        halves.withUnsafeMutableBytes { convert(wide, $0.baseAddress!) }
      }
      let wrong = zip(halves, expected).filter { $1.isNaN ? !Float16(bitPattern: $0).isNaN : $0 != $1.bitPattern }
      #expect(wrong.isEmpty)
      #expect(lost == large)
    }
  }
}
