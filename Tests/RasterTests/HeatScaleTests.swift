import Testing

@testable import Raster

@Suite struct HeatScaleTests {
  /// 64 cells of which one has `top` and the others share the rest evenly.
  private static func map(_ top: Float) -> [Float] {
    var shares = [Float](repeating: (1 - top) / 63, count: 64)
    shares[19] = top
    return shares
  }

  @Test func theFixedScaleIsAThirdADoubling() {
    let cases: [(times: Float, heat: Float)] = [(0.1, 0), (1, 0), (2, 1 / 3), (4, 2 / 3), (8, 1), (60, 1)]
    for (times, heat) in cases {
      let share = times / 64
      let found = HeatScale.fixed.heat(Self.map(share))
      #expect(abs(found[19] - heat) < 1e-5)
      if times >= 1 { #expect(found.enumerated().allSatisfy { $0.offset == 19 || $0.element == 0 }) }
      #expect(HeatScale.fixed.fullShare(Self.map(share)) == 0.125)
    }
  }

  /// From twice an even share on it is full; below, what it is above even, of that much more.
  @Test func theLargestShareOfItsOwnScaleIsFullWhereItStandsOut() {
    let cases: [(times: Float, heat: Float)] = [
      (1, 0), (1.1, 0.1), (1.25, 0.25), (1.5, 0.5), (1.9, 0.9), (2, 1), (2.1, 1), (32, 1), (64, 1),
    ]
    for (times, heat) in cases {
      let share = times / 64
      let found = HeatScale.ownMaximum.heat(Self.map(share))
      #expect(abs(found[19] - heat) < 1e-5, "\(times) times even")
      #expect(found.enumerated().allSatisfy { $0.offset == 19 || $0.element == 0 })
      #expect(HeatScale.ownMaximum.fullShare(Self.map(share)) == max(share, 0.03125))
    }
  }

  @Test func theOwnScaleIsInProportionToTheShareAboveEven() {
    let shares: [Float] = [0.7, 0.2, 0.05, 0.05] + [Float](repeating: 0, count: 6)
    let found = HeatScale.ownMaximum.heat(shares)
    #expect(found.count == 10 && found[0] == 1)
    #expect(abs(found[1] - 1 / 6) < 1e-6)
    #expect(found[2...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: HeatScale.allCases) func anEvenMapHasNoHeat(scale: HeatScale) {
    for count in [1, 2, 3, 49, 64, 196] {
      let even = [Float](repeating: 1 / Float(count), count: count)
      #expect(scale.heat(even) == [Float](repeating: 0, count: count))
      // Sums of rounded numbers are not quite even.
      #expect(scale.heat(even.map { $0.nextUp }) == [Float](repeating: 0, count: count))
    }
  }

  @Test(arguments: HeatScale.allCases) func whatIsNoShareHasNoHeat(scale: HeatScale) {
    #expect(scale.heat([.nan, -1, 0, -.infinity]) == [0, 0, 0, 0])
    #expect(scale.heat([.nan, 1, 0, -.infinity, 0, 0, 0, 0]) == [0, 1, 0, 0, 0, 0, 0, 0])
    #expect(scale.heat([]) == [])
    #expect(scale.fullShare([]) == 1)
  }

  @Test(arguments: HeatScale.allCases) func thereAreTwo(scale: HeatScale) {
    #expect(scale.other != scale && scale.other.other == scale)
    #expect(HeatScale.allCases.count == 2)
  }
}
