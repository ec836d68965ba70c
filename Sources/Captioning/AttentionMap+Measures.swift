import Foundation

/// What can be said of a map in numbers.
extension AttentionMap {
  /// How spread out the attention is, in bits: 0 when all lies on one cell, log₂ of the number of cells when it is even.
  package var entropy: Double {
    values.reduce(0) { $1 > 0 ? $0 - Double($1) * log2(Double($1)) : $0 }
  }

  /// The entropy of an even map of this size, log₂ of the number of cells: 6 bits for 8×8.
  package var evenEntropy: Double { log2(Double(values.count)) }

  /// The share of an even map's cells: 1/64 for 8×8.
  package var evenShare: Float { 1 / Float(values.count) }

  /// The cell most looked at, from 0; the first of equals.
  package var peak: (row: Int, column: Int, share: Float) {
    let index = values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
    return (index / columns, index % columns, values[index])
  }
}
