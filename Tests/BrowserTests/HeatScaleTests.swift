import Testing

@testable import Browser
@testable import Captioning
@testable import Reports

@Suite struct HeatScaleTests {
  private static func map(_ top: Float) -> AttentionMap {
    var values = [Float](repeating: (1 - top) / 63, count: 64)
    values[19] = top
    return AttentionMap(rows: 8, columns: 8, values: values)
  }

  @Test func theFixedScaleIsAThirdADoubling() {
    let cases: [(share: Float, heat: Float)] = [(1 / 64, 0), (2 / 64, 1 / 3), (4 / 64, 2 / 3), (8 / 64, 1), (0.9, 1)]
    for (share, heat) in cases {
      let found = HeatScale.fixed.heat(Self.map(share))
      #expect(abs(found[19] - heat) < 1e-5)
      #expect(found.enumerated().allSatisfy { $0.offset == 19 || $0.element < 1e-5 })
    }
    #expect(HeatScale.fixed.fullShare(Self.map(0.5)) == 0.125)
  }

  @Test func theOwnScaleEndsAtTheLargestShare() {
    let found = HeatScale.ownMaximum.heat(Self.map(0.02))
    #expect(found[19] == 1)
    #expect(found.count { $0 > 0 } == 1)
    #expect(HeatScale.ownMaximum.fullShare(Self.map(0.02)) == 0.02)
  }

  @Test func anEvenMapHasNoHeat() {
    let even = AttentionMap(rows: 8, columns: 8, values: Array(repeating: 1 / 64, count: 64))
    #expect(HeatScale.fixed.heat(even).allSatisfy { $0 == 0 })
    #expect(HeatScale.ownMaximum.heat(even).allSatisfy { $0 == 0 })
  }

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
