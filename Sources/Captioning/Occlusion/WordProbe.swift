/// A word among the tokens of sentences that a network was given, asked what it would be without parts of the photo.
package struct WordProbe<Context: DecodingContext> {
  private let tokens: ArraySlice<TeacherForcing<Context>.Token>
  private let context: Context

  /// - Parameters:
  ///   - tokens: the word's, at least one.
  ///   - context: that they were read from.
  package init(_ tokens: ArraySlice<TeacherForcing<Context>.Token>, in context: Context) {
    precondition(!tokens.isEmpty, "a word without tokens")
    (self.tokens, self.context) = (tokens, context)
  }

  /// With nothing left out.
  package var logProbability: Double { tokens.reduce(0) { $0 + $1.logProbability } }
  package var map: AttentionMap { .mean(tokens.map(\.attention)) }

  /// Of the word, when each of some sets of regions is left out of attention for it alone.
  package func logProbabilities(leavingOut sets: [[Int]]) -> [Double] {
    tokens.reduce([Double](repeating: 0, count: sets.count)) { sums, token in
      zip(sums, token.logProbabilities(leavingOut: sets, in: context)).map(+)
    }
  }

  /// How much the log-probability falls when each region is left out, in nats.
  package func falls() -> [Double] {
    logProbabilities(leavingOut: map.values.indices.map { [$0] }).map { logProbability - $0 }
  }

  package func deletion(_ order: [Int]) -> HidingCurve {
    HidingCurve(logProbabilities: logProbabilities(leavingOut: HidingCurve.deleting(order)), regions: order.count)
  }

  package func insertion(_ order: [Int]) -> HidingCurve {
    HidingCurve(logProbabilities: logProbabilities(leavingOut: HidingCurve.inserting(order)), regions: order.count)
  }
}
