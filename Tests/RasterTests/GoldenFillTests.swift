import TestSupport
import Testing

@Test func goldenFillGivesTheValuesOfItsFormula() {
  let values = goldenFill("resize/37x53", count: 4, low: 0, high: 256, seed: 1)
  #expect(values == [109.79386901855469, 125.15977478027344, 58.69294738769531, 152.48126220703125])
}
