import Captioning
import Testing

@testable import Gaze

@Suite struct MapNumbersTests {
  @Test func numbersOfAMap() {
    let even = AttentionMap(rows: 8, columns: 8, values: Array(repeating: 1 / 64, count: 64))
    #expect(abs(even.entropy - 6) < 1e-6)
    #expect(even.evenEntropy == 6)
    #expect(even.peak == (0, 0, 1 / 64))
    var one = [Float](repeating: 0, count: 64)
    one[42] = 1
    let pointed = AttentionMap(rows: 8, columns: 8, values: one)
    #expect(pointed.entropy == 0)
    #expect(pointed.peak == (5, 2, 1))
    let halves = AttentionMap(rows: 1, columns: 2, values: [0.5, 0.5])
    #expect(abs(halves.entropy - 1) < 1e-6)
  }
}
