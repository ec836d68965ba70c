/// A limit that a number is compared with, as `<0.3` or `>=2` say it.
package struct NumberBound: Sendable, Equatable {
  package enum Relation: String, Sendable, CaseIterable {
    // Longer signs first: a text that begins with one begins with the shorter too.
    case atMost = "<="
    case atLeast = ">="
    case below = "<"
    case above = ">"
  }

  package let relation: Relation
  package let limit: Double

  package init(_ relation: Relation, _ limit: Double) { (self.relation, self.limit) = (relation, limit) }

  /// Nil where the text is no relation with a finite number after it; spaces may stand between.
  package init?(_ text: String) {
    let text = text.filter { $0 != " " }
    guard let relation = Relation.allCases.first(where: { text.hasPrefix($0.rawValue) }),
      let limit = Double(text.dropFirst(relation.rawValue.count)), limit.isFinite
    else { return nil }
    self.init(relation, limit)
  }

  package func holds(_ value: Double) -> Bool {
    switch relation {
    case .atMost: value <= limit
    case .atLeast: value >= limit
    case .below: value < limit
    case .above: value > limit
    }
  }
}
